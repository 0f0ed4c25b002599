"""Imports and findings as an auditor's queries walk them, of every organisation."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lims.errors import NotFound
from lims.results import originals
from lims.results.tables import Finding, Import, ImportState, Injection
from lims.results.verdicts import Outcome
from lims.store import Store

GRAVE = (Outcome.HOLD, Outcome.BLOCK)
_CALLED = func.coalesce(Import.commitment, Import.mark)


def imports(session: Session) -> Iterator[Import]:
    """Every file that was ever given."""
    wanted = select(Import).order_by(Import.id)
    yield from session.scalars(wanted.execution_options(yield_per=100))


def loaded_with_verdicts(session: Session) -> Iterator[tuple[str, str, int]]:
    """Each import that was taken in: its name, pseudonym, how many verdicts it has."""
    wanted = (
        select(_CALLED, Import.uid, func.count(Finding.id))
        .outerjoin(Finding, Finding.import_id == Import.id)
        .where(Import.state.in_((ImportState.LOADED, ImportState.SUPERSEDED)))
        .group_by(Import.id)
    )
    yield from session.execute(wanted)


def verdicts(session: Session) -> Iterator[tuple[str, str, str]]:
    """Each verdict: rule, its version, the pseudonym of the import."""
    wanted = select(Finding.rule, Finding.rule_version, Import.uid).join(
        Import, Import.id == Finding.import_id
    )
    yield from session.execute(wanted)


class Source(NamedTuple):
    """Where an injection comes from."""

    sample: int
    """The row of its accessioned source; 0 for a control."""
    uid: str
    file: str
    """What names the original that it was read from."""
    held: bool
    """Whether a grave finding of that file is still open."""
    import_id: int
    plate_id: int
    reader: str
    """The parser and its version; empty where one of them is not on record."""


def behind(session: Session) -> dict[int, Source]:
    """Injection to where it comes from."""
    grave = (
        select(Finding.id)
        .where(
            Finding.import_id == Injection.import_id,
            Finding.outcome.in_(GRAVE),
            Finding.closed_at.is_(None),
        )
        .exists()
    )
    wanted = select(
        Injection.id,
        func.coalesce(Injection.sample_id, 0),
        Injection.uid,
        _CALLED,
        grave,
        Injection.import_id,
        Injection.plate_id,
        func.coalesce(Import.parser + " " + Import.parser_version, ""),
    ).join(Import, Import.id == Injection.import_id)
    return {row[0]: Source._make(row[1:]) for row in session.execute(wanted)}


def files(session: Session, ids: Collection[int]) -> Iterator[tuple[Import, int]]:
    """These imports, each with the number of its verdicts."""
    wanted = (
        select(Import, func.count(Finding.id))
        .outerjoin(Finding, Finding.import_id == Import.id)
        .where(Import.id.in_(sorted(ids)))
        .group_by(Import.id)
    )
    yield from session.execute(wanted)


def altered(session: Session, store: Store, row: Import) -> str:
    """Why an original is not as it came; empty where it is, erased parts aside."""
    try:
        originals.shown(session, store, row)
    except NotFound as error:
        return str(error)
    return ""
