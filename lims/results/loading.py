"""Load a file that fits its plate: injections, checks, findings, the plate's stage.

However many wells there are, the number of statements is the same.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.batches import operations as batch_operations
from lims.batches import queries as batches
from lims.batches.plate import PlannedWell, WellRole
from lims.batches.queries import Plate
from lims.cases import answers
from lims.quantities import operations as quantities
from lims.results import naming, queries
from lims.results.calls import EarlierWell, Known, PlateFacts
from lims.results.checks import check_plate
from lims.results.holds import (
    erased_verdict,
    held_positions,
    row_verdicts,
    whole_batch,
)
from lims.results.intake import Bench
from lims.results.matching import Injected, Match, as_calls, as_kept
from lims.results.tables import (
    Finding,
    Import,
    ImportState,
    Injection,
    InjectionState,
)
from lims.results.verdicts import Outcome, Verdict
from lims.samples import queries as samples
from lims.sealing import keys
from lims.sealing.rows import Whose


@dataclass(frozen=True)
class Loaded:
    injections: int
    held: int
    """Injections under a hold."""
    whole: tuple[str, ...]
    """The rules that hold the whole batch."""
    facts: Mapping[str, Any]
    """What the record tells of the checks."""
    subjects: Mapping[str, str]
    """Name in the file to whose it is; those of controls are not there."""

    def __str__(self) -> str:
        if self.whole:
            return f"the whole batch is held by {', '.join(self.whole)}"
        clear = self.injections - self.held
        return f"{clear} of {self.injections} injections are clear, {self.held} held"


def load(
    session: Session,
    actor: Actor,
    row: Import,
    plate: Plate,
    found: Match,
    bench: Bench,
) -> Loaded:
    """Everything but the import's own events, which the operation records."""
    supersede(session, actor, row, plate)
    row.state = ImportState.LOADED
    sources = _sources(session, actor, found.injections)
    subjects = samples.uids(session, set(sources.values()))
    kept = _of_standing(session, row, found.injections, sources, subjects)
    gone = {one.well.position for one in found.injections} - {
        one.well.position for one in kept
    }
    checked = _checked(session, actor, plate, kept, bench, sources)
    held_rows = {well: told for well, told in found.held.items() if well not in gone}
    verdicts = (*checked, *row_verdicts(held_rows), *erased_verdict(sorted(gone)))
    whole = whole_batch(verdicts)
    held = held_positions(verdicts)
    session.flush()
    named = {name: subjects[source] for name, source in sources.items()}
    injections = [
        _injection(
            row,
            plate,
            one,
            sources.get(one.well.name),
            Whose(named.get(one.well.name, row.uid), actor.organisation_id),
            held=bool(whole) or one.well.position in held,
        )
        for one in kept
    ]
    session.add_all(injections)
    for injection, one in zip(injections, kept, strict=True):
        _tell_called(session, actor, injection, one, row)
    _keep(session, row, plate, verdicts)
    reason = row.reason or ""
    batch_operations.take_results(session, actor, plate, row.called, reason)
    batch_operations.judge(session, actor, plate, whole)
    under = sum(one.state == InjectionState.HELD for one in injections)
    rules = bench.rules
    counted = Counter(verdict.outcome for verdict in verdicts)
    facts = {
        "rules": rules.name,
        "rules_version": rules.version,
        "outcomes": {str(outcome): count for outcome, count in counted.items()},
        "held_by": sorted({v.rule for v in verdicts if v.outcome is Outcome.HOLD}),
        "held": under,
    }
    return Loaded(len(injections), under, whole, facts, named)


def _of_standing(
    session: Session,
    row: Import,
    injections: Sequence[Injected],
    sources: Mapping[str, int],
    subjects: Mapping[int, str],
) -> tuple[Injected, ...]:
    """Without those of who was erased: their rows are accounted for as refused."""
    standing = keys.standing(session, subjects.values())
    erased = {
        name for name, source in sources.items() if subjects[source] not in standing
    }
    kept = tuple(one for one in injections if one.well.name not in erased)
    if erased:
        gone = {one.well.position for one in injections if one.well.name in erased}
        row.account = [
            [line, "refused", f"{place}: erased"]
            if place in gone
            else [line, fate, place]
            for line, fate, place in row.account
        ]
    return kept


def supersede(session: Session, actor: Actor, row: Import, plate: Plate) -> None:
    """What stood for this plate until now is kept and stands no longer."""
    before = queries.loaded_of(session, plate.id, locked=True)
    for old in before:
        old.state = ImportState.SUPERSEDED
        row.supersedes_id = old.id
        # A new injection of the plate is a new run, and its first analysis.
        row.analysis = old.analysis + 1 if row.reason else 1
        facts: dict[str, Any] = {"plate": plate.code, "by": row.called}
        told = {**facts, **naming.facts(old)}
        record(session, actor, Tag.IMPORT_SUPERSEDED, old, **told)
    ids = [old.id for old in before]
    for injection in queries.injections_of(session, ids, locked=True):
        injection.state = InjectionState.SUPERSEDED
        facts = {"plate": plate.code, "by": row.called}
        record(session, actor, Tag.INJECTION_SUPERSEDED, injection, **facts)
    quantities.supersede(session, actor, ids, row.called)


def _sources(
    session: Session, actor: Actor, injections: Sequence[Injected]
) -> dict[str, int]:
    """Each sample's name to the number of the accessioned sample that it came from."""
    names = {one.well.name for one in injections if one.well.role is WellRole.SAMPLE}
    rows = samples.by_codes(session, actor, sorted(names))
    return {code: row.source_id or row.id for code, row in rows.items()}


def _checked(
    session: Session,
    actor: Actor,
    plate: Plate,
    injections: Sequence[Injected],
    bench: Bench,
    sources: Mapping[str, int],
) -> tuple[Verdict, ...]:
    """Every rule on the plate; the coordinator is asked once, and only if need be."""
    planned = {
        one.well.position: PlannedWell(one.well.position, one.well.role, one.well.name)
        for one in injections
    }
    plate_facts = PlateFacts(plate.code, plate.stream, tuple(planned.values()))
    wells = [one.as_well for one in injections]
    kit = bench.kits[plate.kit]
    known = _known(session, plate, bench, sources)
    alike: dict[tuple[str, str], bool] = {}

    def explained(one: str, other: str) -> bool:
        return alike.setdefault((one, other), False)

    verdicts = check_plate(plate_facts, wells, kit, bench.rules, known, explained)
    alike.update(_explained(session, actor, list(alike), sources))
    if any(alike.values()):
        return check_plate(plate_facts, wells, kit, bench.rules, known, explained)
    return verdicts


def _explained(
    session: Session,
    actor: Actor,
    pairs: Sequence[tuple[str, str]],
    sources: Mapping[str, int],
) -> dict[tuple[str, str], bool]:
    """The coordinator's answers, yes or no, on pairs of samples that agree."""
    of_samples = [(x, y) for x, y in pairs if x in sources and y in sources]
    if not of_samples:
        return {}
    ids = {sources[name] for pair in of_samples for name in pair}
    rows = samples.by_ids(session, actor, ids)
    asked = [
        tuple(str(rows[sources[name]].code) for name in pair) for pair in of_samples
    ]
    told = answers.same_body(session, actor, [(one, other) for one, other in asked])
    return dict(zip(of_samples, told, strict=True))


def _known(
    session: Session, plate: Plate, bench: Bench, sources: Mapping[str, int]
) -> Known:
    """What other plates showed of the same sources (rules C4 and G1)."""
    before = queries.earlier(session, set(sources.values()), plate.id)
    wells = batches.wells_by_ids(session, {one.well_id for one in before})
    items = {name: str(source) for name, source in sources.items()}
    earlier = []
    for one in before:
        well = wells[one.well_id]
        kit = bench.kits.get(well.kit)
        if kit is not None:
            calls = as_calls(one.calls)
            earlier.append(
                EarlierWell(well.plate, well.position, well.name, calls, kit)
            )
            items[well.name] = str(one.sample_id)
    return Known(items, tuple(earlier))


def _injection(
    row: Import,
    plate: Plate,
    one: Injected,
    source: int | None,
    whose: Whose,
    *,
    held: bool,
) -> Injection:
    """Calls of controls are sealed under the file's own key."""
    return Injection(
        whose=whose,
        import_id=row.id,
        well_id=one.well.id,
        plate_id=plate.id,
        sample_id=source,
        source=one.source,
        analysis=row.analysis,
        calls=as_kept(one.calls),
        flags=one.flags,
        state=InjectionState.HELD if held else InjectionState.CURRENT,
    )


def _tell_called(
    session: Session,
    actor: Actor,
    injection: Injection,
    one: Injected,
    row: Import,
) -> None:
    """The calls are told by a commitment alone; those of controls are the file's."""
    record(
        session,
        actor,
        Tag.INJECTION_CALLED,
        injection,
        sealed={"calls": injection.calls},
        subject=injection.whose.subject,
        name=one.well.name,
        plate=one.well.plate,
        well=one.well.position,
        file=row.called,
        analysis=row.analysis,
        state=injection.state,
    )


def _keep(
    session: Session, row: Import, plate: Plate, verdicts: Sequence[Verdict]
) -> None:
    """Every finding, those that pass too."""
    now = clock.now()
    rows = [
        {
            "plate_id": plate.id,
            "import_id": row.id,
            "rule": one.rule,
            "rule_version": str(one.version),
            "outcome": one.outcome,
            "wells": list(one.wells),
            "numbers": {
                name: value if isinstance(value, int) else str(value)
                for name, value in one.numbers.items()
            },
            "evidence": list(one.evidence),
            "whole_batch": one.whole_batch,
            "sentence": one.sentence,
            "found_at": now,
        }
        for one in verdicts
    ]
    session.execute(insert(Finding), rows)
