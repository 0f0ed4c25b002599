"""Compose the laboratory: settings, database, pages, commands.

Everything meets here, and nowhere else.
"""

from datetime import time, timedelta
from pathlib import Path
import sys
from zoneinfo import ZoneInfo

import click
from flask import Flask

from config.demo import DEMO
from config.kits import read_kits
from config.offsets import read_offsets
from config.rules import read_rules
from config.settings import BadSettings, Settings, load
from config.vocab import read_vocabulary
from instruments.closing import KINDS
from lims import tables, web
from lims.anchors.authority import Authority
from lims.audit.record import watch
from lims.batches.kits import kit
from lims.cli import all_commands
from lims.db import Database
from lims.embedded import UnsafeDatabase
from lims.laboratory import Laboratory
from lims.results.offsets import offset
from lims.results.rules import rule_set
from lims.store import Store

__all__ = ["create_app", "laboratory", "main", "tables"]


WORDS = (
    "conditions",
    "donor_relations",
    "reasons",
    "sample_types",
    "skeletal_elements",
)


def laboratory(settings: Settings) -> Laboratory:
    if settings.database_url.startswith("sqlite:///"):
        path = Path(settings.database_url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url, _folder(settings.subject_keys))
    watch(database.sessions)
    kits = {built.name: built for built in map(kit, read_kits())}
    return Laboratory(
        database=database,
        store=Store(Path(settings.data_folder)),
        zone=ZoneInfo(settings.time_zone),
        idle=timedelta(minutes=settings.idle_minutes),
        absolute=timedelta(hours=settings.absolute_hours),
        secure_cookies=settings.secure_cookies,
        import_folder=_folder(settings.import_folder),
        handoff_out=_folder(settings.handoff_out),
        handoff_in=_folder(settings.handoff_in),
        secret_key_file=Path(settings.secret_key_file),
        log_origin=settings.log_origin,
        log_keys=Path(settings.log_keys),
        log_policy=_folder(settings.log_policy),
        authority=_authority(settings),
        kits=kits,
        rules=rule_set(read_rules(), kits),
        offsets=tuple(map(offset, read_offsets())),
        opened=_opened(settings.opened_sheets),
        shift_ends=_hour(settings.shift_ends),
        words={name: read_vocabulary(name) for name in WORDS},
        bundles=Store(Path(settings.data_folder) / "bundles"),
        signing_keys=Path(settings.signing_keys),
        demo=DEMO,
    )


def create_app(settings: Settings | None = None) -> Flask:
    return web.create_app(laboratory(settings or load()))


def main() -> None:
    """The command `lims`."""
    try:
        settings = load()
        all_commands()(obj=laboratory(settings))
    except (BadSettings, UnsafeDatabase) as error:
        click.echo(str(error), err=True)
        sys.exit(2)


def _authority(settings: Settings) -> Authority | None:
    url = settings.timestamp_url
    return Authority(url, _folder(settings.timestamp_root)) if url else None


def _hour(written: str) -> time | None:
    try:
        return time.fromisoformat(written) if written else None
    except ValueError:
        raise BadSettings(
            f"Setting 'shift_ends': found '{written}', expected: an hour as 18:00."
        ) from None


def _opened(told: str) -> frozenset[str]:
    found = frozenset(one.strip() for one in told.split(",") if one.strip())
    if unknown := found - KINDS:
        raise BadSettings(
            f"Setting 'opened_sheets': found '{min(unknown)}', expected some of"
            f" {', '.join(sorted(KINDS))}, parted by commas, or nothing."
        )
    return found


def _folder(name: str) -> Path | None:
    return Path(name) if name else None


if __name__ == "__main__":
    main()
