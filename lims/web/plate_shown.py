"""What the pages of a plate show: its map, its next step, what holds it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import url_for
from sqlalchemy.orm import Session

from lims.access import Actor
from lims.batches import queries as batches
from lims.batches.causes import Cause
from lims.batches.plate import WellRole
from lims.batches.quantifying import is_quantified, workflow_of
from lims.batches.queries import Plate, Standard
from lims.batches.stages import PlateStage
from lims.batches.wells import WellView
from lims.batches.worklist import WorkRow, worklist
from lims.codes import shown as grouped
from lims.errors import BadInput
from lims.results import queries as results
from lims.results.queries import Finding, Import
from lims.results.queries_traces import to_see
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.numbers import plain

CHIPS = {
    PlateStage.PLANNED: "expected",
    PlateStage.LOADED: "partly",
    PlateStage.AMPLIFIED: "partly",
    PlateStage.RUN: "partly",
    PlateStage.IMPORTED: "partly",
    PlateStage.CLEARED: "done",
    PlateStage.HELD: "held",
    PlateStage.VOID: "refused",
}
OPEN = tuple(stage for stage, chip in CHIPS.items() if chip not in {"done", "refused"})
KINDS = {
    WellRole.EXTRACTION_BLANK: "blank",
    WellRole.NEGATIVE: "negative",
    WellRole.POSITIVE: "positive",
    WellRole.LADDER: "ladder",
}
REPEATS = {
    "inject again": _l("inject again"),
    "amplify again": _l("amplify again"),
    "extract again": _l("extract again"),
    "quantify again": _l("quantify again"),
}
"""How a held plate goes back to the bench."""


@dataclass(frozen=True)
class Cell:
    """One well of the map."""

    kind: str
    text: str
    title: str
    state: str = ""
    href: str = ""


@dataclass(frozen=True)
class Shown:
    plate: Plate
    wells: dict[str, Cell]
    tubes: tuple[WellView, ...]
    """The tubes that are to be scanned at their wells."""
    work: tuple[WorkRow, ...]
    imports: tuple[Import, ...]
    holds: tuple[Finding, ...]
    actions: tuple[str, ...]
    repeats: list[tuple[str, str]]
    """Which of `REPEATS` this plate may take, and how each is called."""
    samples: int


def shown(session: Session, actor: Actor, code: str) -> Shown:
    plate = batches.plate(session, actor, code)
    wells = batches.wells(session, plate)
    imports = results.imports_of_plate(session, plate.id)
    holds = [
        hold
        for row in results.loaded_of(session, plate.id)
        for hold in results.open_holds_of(session, row.id)
    ]
    actions = workflow_of(plate.kit).actions(PlateStage(plate.stage))
    return Shown(
        plate=plate,
        wells=_with_traces(
            _cells(plate, wells, holds, blind=actor.is_blind),
            to_see(session, actor, [one.id for one in wells]),
        )
        | _standards(batches.standards(session, plate)),
        tubes=tuple(one for one in wells if one.code),
        work=_work(plate, wells),
        imports=tuple(imports),
        holds=tuple(holds),
        actions=actions,
        repeats=[(one, str(REPEATS[one])) for one in REPEATS if one in actions],
        samples=sum(one.role is WellRole.SAMPLE for one in wells),
    )


def stages_of(word: str) -> Sequence[PlateStage]:
    """The stages of a filter of the list; what is open where none is named."""
    if word == "all":
        return ()
    return (PlateStage(word),) if word in set(PlateStage) else OPEN


def count_waiting(session: Session, actor: Actor) -> int:
    counts = batches.counts(session, actor)
    return sum(counts.get(stage, 0) for stage in OPEN)


def cause(word: str) -> Cause:
    if word not in set(Cause):
        raise BadInput("Choose one of the causes of the list.")
    return Cause(word)


def _cells(
    plate: Plate, wells: Sequence[WellView], holds: Sequence[Finding], *, blind: bool
) -> dict[str, Cell]:
    held = {position for one in holds for position in one.wells}
    told = {name for one in holds for name in one.evidence} - held
    own = "reference" if plate.stream == "reference" else "sample"
    return {
        well.position: Cell(
            kind=own if blind and well.code else KINDS.get(well.role, own),
            text=grouped(well.code)[5:] if well.code else "",
            title=grouped(well.code) if well.code else well.name,
            state=_state(well.position, held, told),
        )
        for well in wells
    }


def _with_traces(cells: dict[str, Cell], seen: Mapping[str, str]) -> dict[str, Cell]:
    """A well whose trace this person may see leads to it."""
    told = _("electropherogram")
    return {
        position: replace(
            cell,
            href=url_for("traces.show", uid=seen[position]),
            title=f"{cell.title} · {told}",
        )
        if position in seen
        else cell
        for position, cell in cells.items()
    }


def _work(plate: Plate, wells: Sequence[WellView]) -> tuple[WorkRow, ...]:
    """The list of a genetic analyzer; a real-time instrument gets its set-up alone."""
    if is_quantified(plate.kit):
        return ()
    told = [(one.position, one.role, one.name) for one in wells]
    return tuple(worklist(told, plate.kit))


def _standards(series: Sequence[Standard]) -> dict[str, Cell]:
    return {
        one.position: Cell("standard", plain(one.quantity), one.instrument_name)
        for one in series
    }


def _state(position: str, held: Collection[str], told: Collection[str]) -> str:
    """A well that a finding speaks of, or one that may explain it."""
    if position in held:
        return "hold"
    return "ask" if position in told else ""
