"""Close what the rules found, with a cause; holds of rules D, F and G need two people.

Nothing is renamed and no call is changed: a hold ends, and the calls may be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.chain import canonical, leaf
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.batches import operations as batch_operations
from lims.batches import queries as batches
from lims.batches.causes import Cause
from lims.batches.queries import Plate
from lims.batches.stages import PlateStage
from lims.errors import BadInput, RuleBroken
from lims.people import operations as people
from lims.people.meanings import Meaning
from lims.people.shown import Shown
from lims.quantities import operations as quantities
from lims.results import queries
from lims.results.holds import needs_two
from lims.results.tables import Finding, Import, ImportState, InjectionState
from lims.results.verdicts import Outcome

ANSWERABLE = frozenset({Outcome.HOLD, Outcome.WARN})
LONGEST = 300


@dataclass(frozen=True)
class _Case:
    finding: Finding
    row: Import
    plate: Plate | None
    """None where the finding speaks of tubes that stand on no planned plate."""


def answer(
    session: Session,
    actor: Actor,
    numbers: Sequence[int],
    cause: Cause,
    resolution: str,
    password: Shown | str,
) -> list[Finding]:
    """Say why findings stand and sign it; those that two must close wait then."""
    require(actor, Permission.FINDING_CLOSE)
    if not resolution.strip() or len(resolution) > LONGEST:
        raise BadInput(
            f"Say in at most {LONGEST} characters what was found out and what was done."
        )
    cases = [_locked(session, actor, number) for number in sorted(set(numbers))]
    for case in cases:
        _answer(session, actor, case, cause, resolution.strip(), password)
    return [case.finding for case in cases]


def confirm(
    session: Session, actor: Actor, numbers: Sequence[int], password: Shown | str
) -> list[Finding]:
    """The second person agrees with the answers, and the findings are closed."""
    require(actor, Permission.FINDING_CLOSE)
    cases = [_locked(session, actor, number) for number in sorted(set(numbers))]
    for case in cases:
        _confirm(session, actor, case, password)
    return [case.finding for case in cases]


def _answer(
    session: Session,
    actor: Actor,
    case: _Case,
    cause: Cause,
    resolution: str,
    password: Shown | str,
) -> None:
    found, row = case.finding, case.row
    _require_answerable(found)
    found.cause, found.resolution = cause, resolution
    found.closed_by = actor.user_id
    alone = not needs_two(found.rule, found.outcome)
    meaning = Meaning.REVIEWED if alone else Meaning.AUTHORED
    signed, named = _digest(found, row), str(found.id)
    people.sign(session, actor, meaning, row, signed, password, named=named)
    if alone:
        _close(session, actor, case)
    else:
        record(
            session,
            actor,
            Tag.FINDING_ANSWERED,
            row,
            sealed={"resolution": found.resolution},
            finding=found.id,
            rule=found.rule,
            cause=cause,
        )


def _confirm(
    session: Session, actor: Actor, case: _Case, password: Shown | str
) -> None:
    found, row = case.finding, case.row
    _require_answerable(found)
    if found.closed_by is None:
        raise RuleBroken(
            "Nobody has answered this finding yet. State its cause; a second person"
            " confirms it then."
        )
    if found.closed_by == actor.user_id:
        raise RuleBroken(
            f"A finding of rule {found.rule} is closed by two people, and you gave the"
            " answer. Ask a colleague to confirm it."
        )
    found.confirmed_by = actor.user_id
    signed, named = _digest(found, row), str(found.id)
    people.sign(session, actor, Meaning.APPROVED, row, signed, password, named=named)
    _close(session, actor, case)


def _digest(found: Finding, row: Import) -> str:
    """The hash of exactly what is signed: the finding and its answer."""
    content = {
        "file": row.called,
        "finding": found.id,
        "rule": found.rule,
        "outcome": found.outcome,
        "wells": found.wells,
        "sentence": found.sentence,
        "cause": found.cause,
        "resolution": found.resolution,
    }
    return leaf(canonical(content))


def _locked(session: Session, actor: Actor, number: int) -> _Case:
    """The plate is locked first, as by an import."""
    found, _ = queries.finding(session, actor, number)
    plates = batches.plates_by_ids(session, {found.plate_id} if found.plate_id else ())
    plate = next(
        (
            batches.plate(session, actor, one.code, locked=True)
            for one in plates.values()
        ),
        None,
    )
    found, row = queries.finding(session, actor, number, locked=True)
    return _Case(found, row, plate)


def _require_answerable(found: Finding) -> None:
    if found.closed_at is not None:
        raise RuleBroken("This finding is closed. What was decided stays on record.")
    if found.outcome == Outcome.BLOCK:
        raise RuleBroken(
            "What the file does not tell cannot be decided here. Export the run again"
            " and import it as a re-analysis."
        )
    if found.outcome not in ANSWERABLE:
        raise RuleBroken("This finding holds nothing: it needs no answer.")


def _close(session: Session, actor: Actor, case: _Case) -> None:
    found = case.finding
    found.closed_at = clock.now()
    record(
        session,
        actor,
        Tag.FINDING_CLOSED,
        case.row,
        sealed={"resolution": found.resolution},
        finding=found.id,
        rule=found.rule,
        cause=found.cause,
        wells=found.wells,
    )
    if case.row.state == ImportState.LOADED:
        _free(session, actor, case.row, case.plate, Cause(str(found.cause)))


def _free(
    session: Session, actor: Actor, row: Import, plate: Plate | None, cause: Cause
) -> None:
    """What no open hold keeps any more may be read; the plate goes on."""
    session.flush()
    holds = queries.open_holds_of(session, row.id)
    if any(one.whole_batch for one in holds):
        return
    quantities.free(session, actor, row.id, cause)
    if plate is None:
        return
    still = {position for one in holds for position in one.wells}
    held = queries.injections_of(session, [row.id], [InjectionState.HELD], locked=True)
    wells = batches.wells_by_ids(session, {one.well_id for one in held})
    for injection in held:
        position = wells[injection.well_id].position
        if position not in still:
            injection.state = InjectionState.CURRENT
            record(
                session,
                actor,
                Tag.INJECTION_FREED,
                injection,
                plate=plate.code,
                well=position,
            )
    if plate.stage == PlateStage.HELD:
        batch_operations.resolve(session, actor, plate, cause)
