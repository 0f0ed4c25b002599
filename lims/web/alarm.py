"""What every page says while the last full verification failed, or is long ago."""

from dataclasses import dataclass
from datetime import datetime, timedelta
import json

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from lims import clock
from lims.audit.queries import last_verification
from lims.db import Database
from lims.web.languages import gettext as _
from lims.web.request import laboratory

FRESH = timedelta(seconds=30)
"""So long one look at the record serves all pages of this process."""
LATE = 2
"""Days after which a verification that should be daily is missed."""


@dataclass
class Watch:
    """What was seen when this database was looked at last."""

    database: Database | None = None
    looked: datetime | None = None
    faults: int = 0
    days: int = 0
    """Since the last full verification."""

    def is_fresh(self, database: Database, now: datetime) -> bool:
        seen = self.looked if self.database is database else None
        return seen is not None and now - seen < FRESH


def init_app(app: Flask) -> None:
    app.extensions["alarm"] = Watch()
    app.jinja_env.globals.update(alarm=alarm)


def _look(watch: Watch, session: Session, database: Database) -> None:
    now = clock.now()
    if not watch.is_fresh(database, now):
        last = last_verification(session)
        facts = json.loads(last.body)["facts"] if last else {}
        watch.database, watch.looked = database, now
        watch.faults = facts.get("faults", 0)
        watch.days = (now - last.at).days if last else 0


def alarm() -> str | None:
    """The sentence of the banner; None while the record is known to be whole."""
    watch: Watch = current_app.extensions["alarm"]
    session = g.get("session")
    if session and "lims" in current_app.extensions:
        _look(watch, session, laboratory().database)
    if watch.faults:
        return _faults(watch)
    if watch.days >= LATE:
        return _(
            "The last full verification of the record was %(count)s days ago; it runs"
            " every night. Tell the administrator: `lims verify` does it now.",
            count=watch.days,
        )
    return None


def _faults(watch: Watch) -> str:
    return _(
        "The last full verification of the record found %(count)s faults: it was"
        " changed by other means than this program. Tell the quality manager and the"
        " administrator; `lims verify` names each.",
        count=watch.faults,
    )
