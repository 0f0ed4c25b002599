"""What the pages of imports show: what needs eyes first; what is clean is counted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from instruments import all_parsers
from lims.access import Actor, Permission
from lims.batches import queries as batches
from lims.batches.plate import WellRole
from lims.errors import NotFound
from lims.quantities import queries as quantities
from lims.quantities.judging import BLANK
from lims.quantities.queries import Quantification
from lims.results import naming, originals, queries
from lims.results.faults import shown as fault_shown
from lims.results.holds import needs_two
from lims.results.operations import CLOSED, WAITING
from lims.results.originals import Gap
from lims.results.queries import Finding, Import
from lims.results.queries_traces import to_see, wells_of
from lims.results.tables import ImportState, InjectionState
from lims.results.verdicts import Outcome
from lims.store import Store
from lims.web import quantity_shown
from lims.web.quantity_shown import Tube

CHIPS = {
    ImportState.LOADED: "done",
    ImportState.QUARANTINED: "held",
    ImportState.INCIDENT: "held",
    ImportState.SUPERSEDED: "refused",
    ImportState.WITHDRAWN: "refused",
}
LISTED = 200
"""Rows of an account that a page shows one by one."""


@dataclass(frozen=True)
class Line:
    row: Import
    plate: str
    chip: str
    holds: int
    faults: int


@dataclass(frozen=True)
class Told:
    """A finding, and what this person can do about it."""

    finding: Finding
    state: str
    two: bool
    answerable: bool
    confirmable: bool
    waits: bool
    """Answered, and not yet confirmed."""


@dataclass(frozen=True)
class Original:
    """What is left of a file that an erasure reached: its segments, and no value."""

    gaps: tuple[Gap, ...]
    intact: int
    """Segments that stand and open; 0 where the disk lies."""
    fault: str
    """What the disk keeps otherwise than it was given; empty where nothing is."""


@dataclass(frozen=True)
class Quantified:
    """What a file of amounts measured."""

    run: Quantification
    tubes: tuple[Tube, ...]


@dataclass(frozen=True)
class Shown:
    row: Import
    plate: str
    chip: str
    name: str
    """The file's name, for the importer alone."""
    faults: tuple[tuple[str, str], ...]
    """Sentence, and for the importer the value that was found."""
    grave: tuple[Told, ...]
    """What holds something and is open, then what was closed."""
    notes: tuple[Told, ...]
    passed: Mapping[str, int]
    untold: int
    """Findings that would tell a reader which tube is the extraction blank."""
    account: Mapping[str, int]
    odd: tuple[Sequence[object], ...]
    """The rows that were not simply read."""
    injections: Mapping[str, int]
    may_import: bool
    sha256: str
    """Of the file; empty where a part of it was erased."""
    maturity: str
    """What the file's parser was tried against; empty where none read it."""
    original: Original | None
    """None where nothing of it was erased."""
    traces: Mapping[str, str]
    """The wells whose trace this person may see: position to the import's uid."""
    closed: tuple[str, ...]
    """The sheets that policy keeps closed, each with its number of cells."""
    quantified: Quantified | None
    """Of a file of amounts."""

    @property
    def waits(self) -> bool:
        return self.row.state in WAITING

    @property
    def may_retry(self) -> bool:
        """What an erasure reached is not read again: the bytes are not there."""
        return self.waits and self.may_import and self.original is None

    @property
    def to_answer(self) -> tuple[Told, ...]:
        return tuple(one for one in self.grave if one.answerable)

    @property
    def to_confirm(self) -> tuple[Told, ...]:
        return tuple(one for one in self.grave if one.confirmable)


def lines(session: Session, rows: Sequence[Import]) -> list[Line]:
    plates = batches.plates_by_ids(session, {r.plate_id for r in rows if r.plate_id})
    holds = queries.open_holds_among(session, [row.id for row in rows])
    counted = Counter(one.import_id for one in holds)
    return [
        Line(
            row=row,
            plate=plates[row.plate_id].code if row.plate_id else "",
            chip=_chip(row, counted[row.id]),
            holds=counted[row.id],
            faults=len(row.faults),
        )
        for row in rows
    ]


def shown(session: Session, actor: Actor, store: Store, uid: str) -> Shown:
    row = queries.one(session, actor, uid)
    (line,), importer = lines(session, [row]), row.imported_by == actor.user_id
    told, untold = _findings(session, actor, row)
    return Shown(
        row=row,
        plate=line.plate,
        chip=line.chip,
        name=row.name if importer else "",
        faults=tuple(fault_shown(one, importer=importer) for one in row.faults),
        grave=_graves(told),
        notes=tuple(t for t in told if t.finding.outcome in ("warn", "note")),
        passed=_passed(told),
        untold=untold,
        account=Counter(str(what) for _, what, _ in _rows(row)),
        odd=tuple(one for one in _rows(row) if one[1] != "read")[:LISTED],
        closed=tuple(str(one[2]) for one in row.account if one[1] == CLOSED),
        injections=_injections(session, row),
        traces=to_see(session, actor, wells_of(session, row)),
        may_import=actor.may(Permission.IMPORT_FILE),
        sha256=naming.digest(session, row),
        maturity=parsers().get(row.parser or "", ""),
        original=_original(session, store, row),
        quantified=_quantified(session, actor, row),
    )


def _findings(session: Session, actor: Actor, row: Import) -> tuple[list[Told], int]:
    """The findings, and of how many nothing is told.

    Of an extraction blank a reader is told nothing that names its well.
    """
    found = queries.findings_of(session, row.id)
    if not actor.is_blind:
        return [_told(one, actor) for one in found], 0
    plates = batches.plates_by_ids(session, [row.plate_id] if row.plate_id else [])
    blanks = {
        well.position
        for plate in plates.values()
        for well in batches.wells(session, plate)
        if well.role is WellRole.EXTRACTION_BLANK
    }
    told = [
        _told(one, actor)
        for one in found
        if one.rule != BLANK and blanks.isdisjoint([*one.wells, *one.evidence])
    ]
    return told, len(found) - len(told)


def _quantified(session: Session, actor: Actor, row: Import) -> Quantified | None:
    run = quantities.of_import(session, row.id)
    if run is None:
        return None
    rows = quantities.tubes_of(session, run)
    return Quantified(run, quantity_shown.tubes_of(session, actor, run, rows))


def parsers() -> dict[str, str]:
    """Every parser's name and maturity."""
    return {one.name: str(one.maturity) for one in all_parsers()}


def numbers(
    session: Session, actor: Actor, uid: str, given: Sequence[str]
) -> list[int]:
    """The ticked findings, all of this import."""
    row = queries.one(session, actor, uid)
    known = {str(one.id): one.id for one in queries.findings_of(session, row.id)}
    if not given or not set(given) <= known.keys():
        raise NotFound("Tick the findings that you mean, and sign again.")
    return [known[one] for one in given]


def _injections(session: Session, row: Import) -> dict[str, int]:
    states = queries.states_of(session, row.id)
    return {str(InjectionState(state)): count for state, count in states.items()}


def _rows(row: Import) -> list[Sequence[object]]:
    """Of the file itself, without what policy keeps closed."""
    return [one for one in row.account if one[1] != CLOSED]


def _original(session: Session, store: Store, row: Import) -> Original | None:
    gaps = originals.gaps(originals.parts_of(session, row))
    if not gaps:
        return None
    try:
        intact, fault = originals.intact(session, store, row), ""
    except NotFound as error:
        intact, fault = 0, str(error)
    return Original(tuple(gaps), intact, fault)


def _graves(told: Sequence[Told]) -> tuple[Told, ...]:
    grave = [one for one in told if one.finding.outcome in queries.GRAVE]
    return tuple(sorted(grave, key=lambda one: one.finding.closed_at is not None))


def _told(one: Finding, actor: Actor) -> Told:
    is_open = one.closed_at is None
    may = actor.may(Permission.FINDING_CLOSE)
    held = is_open and one.outcome == Outcome.HOLD
    answered = one.closed_by is not None
    return Told(
        finding=one,
        state=_state(one),
        two=needs_two(one.rule, one.outcome),
        answerable=may and held and not answered,
        confirmable=may and held and answered and one.closed_by != actor.user_id,
        waits=held and answered,
    )


def _passed(told: Sequence[Told]) -> Counter[str]:
    found = [one.finding for one in told if one.finding.outcome == Outcome.PASS]
    return Counter(one.rule for one in found)


def _state(one: Finding) -> str:
    match one.outcome:
        case Outcome.HOLD | Outcome.BLOCK:
            return "hold" if one.closed_at is None else "right"
        case Outcome.WARN:
            return "ask"
    return "idle"


def _chip(row: Import, holds: int) -> str:
    if row.state == ImportState.LOADED and holds:
        return "held"
    return CHIPS[ImportState(row.state)]
