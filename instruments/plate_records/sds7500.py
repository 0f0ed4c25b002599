"""7500 and 7500 Fast: the set-up that their HID software imports."""

from collections.abc import Mapping

from instruments import sample_setup
from instruments.plate_record import Format, PlateRecord, Setting, Standing

BLOCKS = {"sds7500": "96alum", "sds7500fast": "96fast"}


def write(record: PlateRecord, settings: Mapping[str, str]) -> bytes:
    facts = {
        "Block Type": BLOCKS[settings["instrument"]],
        "Chemistry": "TAQMAN",
        "Experiment File Name": f"{record.plate}.edt",
        "Experiment Name": record.plate,
        "Experiment Run End Time": "Not Started",
        "Instrument Type": settings["instrument"],
        "Passive Reference": settings["reference"],
    }
    return sample_setup.told(record, facts, settings, ("Well",))


def read(told: bytes) -> PlateRecord:
    return sample_setup.read(told, "Well")


FORMAT = Format(
    name="7500",
    title="Set-up of the 7500 and 7500 Fast",
    extension="txt",
    standing=Standing.PUBLIC_PROGRAMS,
    kinds=sample_setup.KINDS,
    settings=(
        *sample_setup.SETTINGS,
        Setting("instrument", "Instrument type", "sds7500", choices=tuple(BLOCKS)),
        Setting("reference", "Passive reference", "MUSTANG PURPLE", needed=True),
    ),
    write=write,
    read=read,
)
