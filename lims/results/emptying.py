"""Empty what rows tell in words of an erased subject. For the erasure alone.

The names and faults of files, and what findings say of its wells. That a rule found
something of which wells, and when, stays.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import PurePath
import re
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.audit import openings
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.batches import queries as batches
from lims.quantities import erasing as quantities
from lims.results import naming
from lims.results.tables import Finding, Import, Injection, OriginalPart, Trace
from lims.results.verdicts import Outcome

ERASED = "What was found here was erased after a withdrawal."
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}")


def files(
    session: Session,
    actor: Actor,
    organisations: Collection[int],
    named: frozenset[str],
    subjects: Collection[str],
    after: int = 0,
) -> int:
    """Empty names and faults of files `after` this one that tell of a subject.

    How many they are.

    A file that is a subject's whole, such as a trace, loses its name in any case.
    """
    from instruments.redaction import finder  # noqa: PLC0415 - 3 MB, when it is wanted

    tells = finder(named)
    own = set(
        session.scalars(
            select(Trace.import_id)
            .join(OriginalPart, OriginalPart.import_id == Trace.import_id)
            .where(OriginalPart.subject.in_(list(subjects)))
        )
    )
    wanted = select(Import.id, Import.name, Import.faults).where(
        Import.organisation_id.in_(list(organisations)), Import.id > after
    )
    ids = [
        number
        for number, name, faults in session.execute(wanted)
        if number in own or tells(_texts(name, faults))
    ]
    rows = select(Import).where(Import.id.in_(ids)).order_by(Import.id)
    for row in session.scalars(
        rows.with_for_update().execution_options(populate_existing=True)
    ):
        there = replace(actor, organisation_id=row.organisation_id)
        _empty(session, there, row)
    return len(ids)


def _texts(name: str, faults: Collection[Mapping[str, Any]]) -> list[str]:
    return [name, *(str(one["value"]) for one in faults if one.get("value"))]


def _empty(session: Session, actor: Actor, row: Import) -> None:
    suffix = PurePath(row.name).suffix
    row.name = f"erased{suffix if _SUFFIX.fullmatch(suffix) else ''}"
    row.faults = without_values(row.faults)
    openings.erase_field(session, row.uid, "values")
    record(session, actor, Tag.IMPORT_EMPTIED, row, **naming.facts(row))


def without_values(faults: Collection[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "value": None} for one in faults]


def findings(session: Session, sample_ids: Collection[int]) -> int:
    """Empty what was found of the wells of these accessioned samples; how many.

    A rule that found nothing tells of no well.
    """
    spots = _spots(session, sample_ids)
    of_files = quantities.wells(session, sample_ids)
    wanted = select(Finding).where(
        Finding.outcome != Outcome.PASS,
        Finding.plate_id.in_(list(spots)) | Finding.import_id.in_(list(of_files)),
    )
    done = 0
    for one in session.scalars(wanted):
        told = spots.get(one.plate_id or 0, set()) | of_files.get(one.import_id, set())
        if told & set(one.wells):
            one.sentence, one.numbers, one.evidence = ERASED, {}, []
            done += 1
    return done


def _spots(session: Session, sample_ids: Collection[int]) -> dict[int, set[str]]:
    """Plate to the positions at which these samples were."""
    wanted = select(Injection.plate_id, Injection.well_id).where(
        Injection.sample_id.in_(list(sample_ids))
    )
    pairs = session.execute(wanted).all()
    wells = batches.wells_by_ids(session, {well for _, well in pairs})
    found: dict[int, set[str]] = {}
    for plate, well in pairs:
        found.setdefault(plate, set()).add(wells[well].position)
    return found
