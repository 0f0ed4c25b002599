"""3130, 3130xl and 3730: Data Collection 3, every line ended by a tab."""

from collections.abc import Mapping

from instruments.plate_record import (
    Format,
    PlateRecord,
    RecordWell,
    Setting,
    Standing,
)
from instruments.record_table import WORDS, analyzed, lines_of, one_line, rows

PLATE = (
    *("Container Name", "Plate ID", "Description", "ContainerType", "AppType", "Owner"),
    *("Operator", "PlateSealing", "SchedulingPref"),
)
WELLS = (
    *("Well", "Sample Name", "Comment", "Priority", "Sample Type", "Snp Set"),
    *("Analysis Method", "Panel", "User-Defined 3", "Size Standard", "User-Defined 2"),
    *("User-Defined 1", "Results Group 1", "Instrument Protocol 1"),
)
HEADER = 4
"""The line of the well table's header, counted from 0."""


def write(record: PlateRecord, settings: Mapping[str, str]) -> bytes:
    plate = (
        *(record.plate, record.plate, "", "96-Well", "Regular", settings["owner"]),
        *(settings["operator"], settings["sealing"], "1234"),
    )
    lines = [
        PLATE,
        plate,
        ("AppServer", "AppInstance"),
        ("GeneMapper", "GeneMapper_Generic_Instance"),
        WELLS,
        *(_line(one, settings) for one in record.wells),
    ]
    return "".join("\t".join(cells) + "\t\r\n" for cells in lines).encode("ascii")


def _line(one: RecordWell, settings: Mapping[str, str]) -> tuple[str, ...]:
    return (
        *(one.position, one.name, "", "100", WORDS[one.kind], ""),
        *(settings["method"], settings["panel"], "", settings["size_standard"], ""),
        *("", settings["group"], settings["protocol"]),
    )


def read(told: bytes) -> PlateRecord:
    lines = lines_of(told)
    plate = one_line(lines, 0, PLATE[:1])
    table = rows(lines, HEADER, ("Well", "Sample Name", "Sample Type"))
    return PlateRecord(plate, analyzed(table))


FORMAT = Format(
    name="3130",
    title="Plate record of the 3130, 3130xl and 3730",
    extension="txt",
    standing=Standing.PUBLIC_PROGRAMS,
    kinds=frozenset(WORDS),
    settings=(
        Setting("group", "Results group", needed=True),
        Setting("protocol", "Instrument protocol", needed=True),
        Setting("owner", "Owner", "nomen", needed=True),
        Setting("operator", "Operator", "nomen", needed=True),
        Setting("sealing", "Plate sealing", "Septa", choices=("Septa", "Heat Seal")),
        Setting("method", "Analysis method"),
        Setting("panel", "Panel"),
        Setting("size_standard", "Size standard"),
    ),
    write=write,
    read=read,
)
