"""The tile of the log: how long it is, who has seen it, and whether it was verified."""

import json
from typing import Any

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from lims.access import Permission
from lims.anchors import policy
from lims.anchors import queries as anchors
from lims.audit import log
from lims.audit.queries import last_verification
from lims.web.request import laboratory, needs, session

pages = Blueprint("desk_log", __name__, url_prefix="/log")
pages.before_request(needs(Permission.LOG_READ))


@pages.get("/tile")
def tile() -> str:
    """Asked for by the pages that show it, and again each half minute."""
    verified = last_verification(session())
    newest = log.newest(session())
    return render_template(
        "desk/tile.html",
        size=log.size(session()),
        newest=newest,
        witnesses=_witnesses(session()),
        stamped=anchors.last_timestamp(session()),
        verified=verified,
        told=_facts(verified.body) if verified else {},
    )


def _witnesses(session: Session) -> list[anchors.Standing] | None:
    """Each that is asked; None where the policy cannot be followed as it is written."""
    try:
        return anchors.witnesses(session, policy.read(laboratory().log_policy))
    except policy.BadPolicy:
        return None


def _facts(body: bytes) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(body)["facts"]
    return facts
