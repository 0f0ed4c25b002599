"""SeqStudio: a comma-separated list of the wells.

No file of its plate manager and no program that writes one was found in public. This
list has a header line, so that names can be matched to the columns of its own import.
"""

from collections.abc import Mapping

from instruments.plate_record import (
    Format,
    PlateRecord,
    RecordWell,
    Setting,
    Standing,
)
from instruments.record_table import WORDS, analyzed, lines_of, rows

WELLS = (
    *("Well", "Sample Name", "Sample Type", "Size Standard", "Run Module", "Dye Set"),
    *("Assay", "Plate Barcode"),
)


def write(record: PlateRecord, settings: Mapping[str, str]) -> bytes:
    lines = [WELLS, *(_line(record.plate, one, settings) for one in record.wells)]
    return "".join(",".join(cells) + "\r\n" for cells in lines).encode("ascii")


def _line(plate: str, one: RecordWell, settings: Mapping[str, str]) -> tuple[str, ...]:
    return (
        *(one.position, one.name, WORDS[one.kind], settings["size_standard"]),
        *(settings["module"], settings["dyes"], settings["assay"], plate),
    )


def read(told: bytes) -> PlateRecord:
    needed = ("Well", "Sample Name", "Sample Type", "Plate Barcode")
    table = list(rows(lines_of(told), 0, needed, ","))
    plate = table[0][1].get("Plate Barcode", "") if table else ""
    return PlateRecord(plate, analyzed(table))


FORMAT = Format(
    name="seqstudio",
    title="Well list for the SeqStudio",
    extension="csv",
    standing=Standing.UNSEEN,
    kinds=frozenset(WORDS),
    settings=(
        Setting("assay", "Assay"),
        Setting("module", "Run module", "HID_GF_POP1"),
        Setting("dyes", "Dye set"),
        Setting("size_standard", "Size standard"),
    ),
    write=write,
    read=read,
)
