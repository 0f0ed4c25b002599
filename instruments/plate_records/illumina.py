"""Illumina sample sheet, version 1, as the MiSeq and MiSeq FGx take it.

A plate of index adapters gives each row its i5 and each column its i7: R701 to R712
and A501 to A508, as the ForenSeq kits lay them out. The positions are the plan's own,
so a well and its pair of indices cannot come apart.
"""

from collections.abc import Mapping

from instruments.errors import BadTable
from instruments.plate_record import (
    Format,
    Kind,
    PlateRecord,
    RecordWell,
    Setting,
    Standing,
)
from instruments.record_table import lines_of, rows, well

I7 = (
    *("ATCACG", "CGATGT", "TTAGGC", "TGACCA", "ACAGTG", "GCCAAT"),
    *("CAGATC", "ACTTGA", "GATCAG", "TAGCTT", "GGCTAC", "CTTGTA"),
)
"""R701 to R712, by column."""
I5 = (
    *("TGAACCTT", "TGCTAAGT", "TGTTCTCT", "TAAGACAC"),
    *("CTAATCGA", "CTAGAACA", "TAAGTTCC", "TAGACCTA"),
)
"""A501 to A508, by row."""
WELLS = (
    *("Sample_ID", "Sample_Name", "Sample_Plate", "Sample_Well", "I7_Index_ID"),
    *("index", "I5_Index_ID", "index2", "Sample_Project", "Description"),
)
KINDS = {kind: kind.value for kind in (Kind.SAMPLE, Kind.POSITIVE, Kind.NEGATIVE)}
DATA = "[Data]"


def write(record: PlateRecord, settings: Mapping[str, str]) -> bytes:
    lines: list[tuple[str, ...]] = [
        *(("[Header]",), ("IEMFileVersion", "4"), ("Experiment Name", record.plate)),
        *(("Workflow", "GenerateFASTQ"), ("Description", settings["kit"])),
        *(("Chemistry", "Amplicon"), ("",), ("[Reads]",), (settings["read_1"],)),
        *((settings["read_2"],), ("",), ("[Settings]",), ("",), (DATA,), WELLS),
        *(_line(record.plate, one) for one in record.wells),
    ]
    return "".join(",".join(cells) + "\r\n" for cells in lines).encode("ascii")


def _line(plate: str, one: RecordWell) -> tuple[str, ...]:
    row, column = "ABCDEFGH".index(one.position[0]), int(one.position[1:]) - 1
    return (
        *(one.name, one.name, plate, one.position, f"R7{column + 1:02d}", I7[column]),
        *(f"A5{row + 1:02d}", I5[row], plate, KINDS[one.kind]),
    )


def read(told: bytes) -> PlateRecord:
    lines = lines_of(told)
    if DATA not in lines:
        raise BadTable(f"There is no section '{DATA}' in this sample sheet.")
    needed = ("Sample_ID", "Sample_Plate", "Sample_Well", "Description")
    table = [
        (number, {**cells, "Well": cells.get("Sample_Well", "")})
        for number, cells in rows(lines, lines.index(DATA) + 1, needed, ",")
    ]
    kinds = {word: kind for kind, word in KINDS.items()}
    plate = table[0][1].get("Sample_Plate", "") if table else ""
    return PlateRecord(
        plate, tuple(well(row, "Sample_ID", "Description", kinds) for row in table)
    )


FORMAT = Format(
    name="illumina",
    title="Sample sheet of the MiSeq and MiSeq FGx",
    extension="csv",
    standing=Standing.PUBLIC_PROGRAMS,
    kinds=frozenset(KINDS),
    settings=(
        Setting("read_1", "Cycles of read 1", "351", needed=True),
        Setting("read_2", "Cycles of read 2", "31", needed=True),
        Setting("kit", "Library kit"),
    ),
    write=write,
    read=read,
)
