"""A run of quantification against its planned plate (domain rule C3).

Every well is where it was planned, under its name; every standard has its amount.
"""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from lims.batches import queries as batches
from lims.batches.quantifying import is_quantified, misplaced, missing
from lims.batches.queries import Plate
from lims.batches.stages import PlateStage
from lims.quantities.measured import Reading, Run
from lims.results.faults import Fault

ANALYSED = frozenset({PlateStage.IMPORTED, PlateStage.CLEARED, PlateStage.HELD})


def against(session: Session, plate: Plate, run: Run, reason: str) -> list[Fault]:
    """What does not fit; nothing if all does."""
    return list(_of_plate(plate, run, reason)) or list(_of_wells(session, plate, run))


def _of_plate(plate: Plate, run: Run, reason: str) -> Iterator[Fault]:
    if not is_quantified(plate.kit):
        told = f"Plate {plate.code} is typed with {plate.kit}, and not quantified."
        yield Fault(told, expected="a plate of quantification")
    elif plate.stage in ANALYSED and not reason:
        yield Fault(
            f"Plate {plate.code} was imported from another file, and this one differs.",
            expected="the same file, or the reason of a re-analysis",
        )
    elif plate.stage not in ANALYSED | {PlateStage.RUN}:
        told = f"Plate {plate.code} is '{plate.stage}'."
        yield Fault(told, expected=f"'{PlateStage.RUN}'")
    elif run.kit != plate.kit:
        told = f"The targets of the file are not those of {plate.kit}."
        yield Fault(told, expected=f"the kit of plate {plate.code}")


def _of_wells(session: Session, plate: Plate, run: Run) -> Iterator[Fault]:
    series = {one.position: one for one in batches.standards(session, plate)}
    planned = {one.position: one.name for one in batches.wells(session, plate)}
    planned |= {place: one.instrument_name for place, one in series.items()}
    first: dict[tuple[str, str], Reading] = {}
    for one in run.readings:
        first.setdefault((one.well, one.sample), one)
    told = [(one.line, one.well, one.sample) for one in first.values()]
    for line, position, name, expected in misplaced(planned, told):
        place = f"'{expected}' in well {position}" if expected else "a planned well"
        yield Fault("", line, "Sample Name", name, place)
    for position in missing(planned, {place for _, place, _ in told}):
        yield Fault(f"Well {position}, '{planned[position]}', is not in the file.")
    for one in run.standards:
        given = series.get(one.well)
        if given is not None and one.ng is not None and one.ng != given.quantity:
            yield Fault("", one.line, "Quantity", one.told, f"{given.quantity} ng/µl")
