"""Genotype exports of our own making, and ways to spoil them. No real person's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from sqlalchemy.orm import Session

from lims.batches import queries
from lims.batches.kits import Kit
from lims.batches.plate import WellRole
from lims.batches.queries import Plate
from lims.batches.wells import WellView
from lims.results.calls import Calls
from tests.kits import GLOBALFILER
from tests.people import a_person, control_calls, ladder_calls, typed

PEAKS = 40
"""Room for a ladder."""


@dataclass(frozen=True)
class Row:
    """One line of a genotypes table: one marker of one injection."""

    name: str
    well: str
    source: str
    run: str
    panel: str
    marker: str
    cells: tuple[tuple[str, str], ...]
    """Allele and height."""


Contents = Mapping[str, Calls]
"""By the name of the well."""


def people(
    wells: Iterable[WellView], kit: Kit = GLOBALFILER, seed: int = 1
) -> Contents:
    """Another person in each sample's well, the controls as they ought to be."""
    chance = Random(seed)
    found: dict[str, Calls] = {}
    for well in wells:
        match well.role:
            case WellRole.SAMPLE:
                found[well.name] = typed(a_person(kit, chance))
            case WellRole.POSITIVE:
                found[well.name] = control_calls(kit)
            case WellRole.LADDER:
                found[well.name] = ladder_calls(kit)
            case _:
                found[well.name] = {}
    return found


def rows(
    wells: Iterable[WellView], contents: Contents, kit: Kit = GLOBALFILER
) -> list[Row]:
    """The table of a plate: each marker of the kit for each well."""
    return [
        Row(
            name=well.name,
            well=well.position,
            source=f"{well.name}_{well.position}.hid",
            run=f"{well.plate}_run1",
            panel=kit.name,
            marker=marker.name,
            cells=tuple(
                (call.allele, str(call.height or ""))
                for call in contents.get(well.name, {}).get(marker.name, ())
            ),
        )
        for well in wells
        for marker in kit.markers
    ]


def written(table: Sequence[Row]) -> bytes:
    """The bytes of the table as GeneMapper writes them."""
    numbers = range(1, PEAKS + 1)
    facts = ("Sample File", "Sample Name", "Run Name", "Well", "Panel", "Marker")
    alleles = (
        f"{group} {number}" for group in ("Allele", "Height") for number in numbers
    )
    lines = ["\t".join((*facts, *alleles)), *map(_line, table)]
    return ("\r\n".join(lines) + "\r\n").encode()


def export_of(session: Session, plate: Plate, seed: int = 1) -> bytes:
    """The clean export of a plate."""
    return written(clean(session, plate, seed))


def clean(session: Session, plate: Plate, seed: int = 1) -> list[Row]:
    wells = queries.wells(session, plate)
    return rows(wells, people(wells, seed=seed))


def changed(table: Sequence[Row], where: str, **values: object) -> list[Row]:
    """The same table with other values in the rows of this name."""
    return [
        replace(row, **values) if row.name == where else row  # type: ignore[arg-type]
        for row in table
    ]


def _line(row: Row) -> str:
    empty = [""] * (PEAKS - len(row.cells))
    alleles = [allele for allele, _ in row.cells] + empty
    heights = [height for _, height in row.cells] + empty
    facts = (row.source, row.name, row.run, row.well, row.panel, row.marker)
    return "\t".join((*facts, *alleles, *heights))
