"""The `[Sample Setup]` of real-time PCR instruments: a line for each well and target.

Dyes and quenchers of the quantification kits: instrument formats, part 8.3, as public
laboratory programs write them. PowerQuant's are from its maker's technical manual as
known, without a file.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from instruments.errors import BadTable
from instruments.plate_record import Kind, PlateRecord, RecordWell, Setting
from instruments.record_table import Row, lines_of, rows

SECTION = "[Sample Setup]"
COLUMNS = (
    *("Sample Name", "Sample Color", "Biogroup Name", "Biogroup Color", "Target Name"),
    *("Target Color", "Task", "Reporter", "Quencher", "Quantity", "Comments"),
)
TASKS = {
    Kind.SAMPLE: "UNKNOWN",
    Kind.POSITIVE: "UNKNOWN",
    Kind.NEGATIVE: "NTC",
    Kind.STANDARD: "STANDARD",
}
"""A positive control is measured like a sample: its comment tells what it is."""
POSITIVE = "positive control"


class Target(NamedTuple):
    name: str
    reporter: str
    quencher: str
    colour: str
    is_control: bool = False
    """An internal control has no quantity, in no well."""


TARGETS: Mapping[str, Sequence[Target]] = {
    "Quantifiler Trio": (
        Target("T.IPC", "JUN", "QSY7", "RGB(255,0,0)", is_control=True),
        Target("T.Large Autosomal", "ABY", "QSY7", "RGB(255,127,0)"),
        Target("T.Small Autosomal", "VIC", "NFQ-MGB", "RGB(0,127,0)"),
        Target("T.Y", "FAM", "NFQ-MGB", "RGB(0,0,255)"),
    ),
    "PowerQuant": (
        Target("Auto", "FAM", "None", "RGB(0,0,255)"),
        Target("Deg", "CFR590", "None", "RGB(255,127,0)"),
        Target("IPC", "TMR", "None", "RGB(255,0,0)", is_control=True),
        Target("Y", "JOE", "None", "RGB(0,127,0)"),
    ),
}
SETTINGS = (
    Setting("kit", "Quantification kit", "Quantifiler Trio", choices=tuple(TARGETS)),
)
KINDS = frozenset(TASKS)


def told(
    record: PlateRecord, facts: Mapping[str, str], settings: Mapping[str, str],
    places: Sequence[str],
) -> bytes:  # fmt: skip
    """`places` are the columns before the sample's name: the last tells `A1`."""
    lines = [f"* {name} = {value}" for name, value in facts.items()]
    lines += ["", SECTION, "\t".join((*places, *COLUMNS))]
    for well in record.wells:
        row, number = "ABCDEFGH".index(well.position[0]), int(well.position[1:])
        spoken = (str(row * 12 + number), f"{well.position[0]}{number}")
        place = spoken[-len(places) :]
        for target in TARGETS[settings["kit"]]:
            lines.append("\t".join((*place, *_cells(well, target))))
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _cells(well: RecordWell, target: Target) -> tuple[str, ...]:
    measured = well.quantity is not None and not target.is_control
    comment = POSITIVE if well.kind is Kind.POSITIVE else ""
    return (
        *(well.name, "", "", "", target.name, f'"{target.colour}"', TASKS[well.kind]),
        *(target.reporter, target.quencher, str(well.quantity) if measured else ""),
        comment,
    )


def read(back: bytes, column: str) -> PlateRecord:
    """The wells of a set-up; `column` tells `A1`. BadTable: a well tells two things."""
    lines = lines_of(back)
    if SECTION not in lines:
        raise BadTable(f"There is no section '{SECTION}' in this set-up.")
    name = "* Experiment Name = "
    plate = next((one.removeprefix(name) for one in lines if one.startswith(name)), "")
    needed = (column, "Sample Name", "Target Name", "Task", "Quantity")
    wells: dict[str, RecordWell] = {}
    for row in rows(lines, lines.index(SECTION) + 1, needed):
        found = _well(row, column)
        before = wells.setdefault(found.position, found)
        if before._replace(quantity=None) != found._replace(quantity=None):
            raise BadTable(
                line=row[0], column=column, value=row[1][column],
                expected=f"'{before.name}' in this well, as in the line before",
            )  # fmt: skip
        if found.quantity is not None:
            wells[found.position] = found
    return PlateRecord(plate, tuple(wells.values()))


def _well(row: Row, column: str) -> RecordWell:
    number, cells = row
    kinds = {task: kind for kind, task in TASKS.items() if kind is not Kind.POSITIVE}
    position, task = cells[column], cells.get("Task", "")
    if task not in kinds or not position[1:].isdecimal():
        raise BadTable(
            line=number,
            column="Task",
            value=task,
            expected=f"one of {', '.join(kinds)}",
        )
    kind = Kind.POSITIVE if cells.get("Comments") == POSITIVE else kinds[task]
    place = f"{position[0]}{int(position[1:]):02d}"
    return RecordWell(place, cells["Sample Name"], kind, _quantity(number, cells))


def _quantity(number: int, cells: Mapping[str, str]) -> Decimal | None:
    text = cells.get("Quantity", "")
    try:
        return Decimal(text) if text else None
    except InvalidOperation as error:
        raise BadTable(
            line=number, column="Quantity", value=text, expected="a number"
        ) from error
