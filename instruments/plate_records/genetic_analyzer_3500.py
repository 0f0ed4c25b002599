"""3500 and 3500xL: the plate layout file of their collection software."""

from collections.abc import Mapping

from instruments.errors import BadTable
from instruments.plate_record import (
    Format,
    PlateRecord,
    RecordWell,
    Setting,
    Standing,
)
from instruments.record_table import WORDS, analyzed, lines_of, one_line, rows

FIRST = "3500 Plate Layout File Version 1.0"
PLATE = (
    *("Plate Name", "Application Type", "Capillary Length (cm)", "Polymer"),
    *("Number of Wells", "Owner Name", "Barcode Number", "Comments"),
)
FREE = tuple(f"User Defined Field {number}" for number in range(1, 6))
WELLS = (
    *("Well", "Sample Name", "Assay", "File Name Convention", "Results Group"),
    *("Sample Type", *FREE, "Comments"),
)
HEADER = 5
"""The line of the well table's header, counted from 0."""


def write(record: PlateRecord, settings: Mapping[str, str]) -> bytes:
    plate = (
        *(record.plate, "HID", settings["capillary"], settings["polymer"], "96"),
        *(settings["owner"], record.plate, ""),
    )
    lines: list[tuple[str, ...]] = [
        *((FIRST,), ("",), PLATE, plate, ("",), WELLS),
        *(_line(one, settings) for one in record.wells),
    ]
    return "".join("\t".join(cells) + "\r\n" for cells in lines).encode("ascii")


def _line(one: RecordWell, settings: Mapping[str, str]) -> tuple[str, ...]:
    return (
        *(one.position, one.name, settings["assay"], settings["naming"]),
        *(settings["group"], WORDS[one.kind], *("" for _ in FREE), ""),
    )


def read(told: bytes) -> PlateRecord:
    lines = lines_of(told)
    if lines[0] != FIRST:
        raise BadTable(line=1, value=lines[0], expected=f"'{FIRST}'")
    plate = one_line(lines, 2, PLATE[:1])
    table = rows(lines, HEADER, ("Well", "Sample Name", "Sample Type"))
    return PlateRecord(plate, analyzed(table))


FORMAT = Format(
    name="3500",
    title="Plate layout of the 3500 and 3500xL",
    extension="txt",
    standing=Standing.PUBLIC_PROGRAMS,
    kinds=frozenset(WORDS),
    settings=(
        Setting("assay", "Assay", needed=True),
        Setting("naming", "File name convention", needed=True),
        Setting("group", "Results group", needed=True),
        Setting("capillary", "Capillary length in cm", "36", choices=("36", "50")),
        Setting("polymer", "Polymer", "POP4", choices=("POP4", "POP6", "POP7")),
        Setting("owner", "Owner"),
    ),
    write=write,
    read=read,
)
