"""QuantStudio 5, 6, 7 and ViiA 7: the set-up that their software imports."""

from collections.abc import Mapping

from instruments import sample_setup
from instruments.plate_record import Format, PlateRecord, Setting, Standing


def write(record: PlateRecord, settings: Mapping[str, str]) -> bytes:
    facts = {
        "Block Type": "96-Well Block (0.2mL)",
        "Chemistry": "TAQMAN",
        "Experiment Name": record.plate,
        "Experiment Type": "Standard Curve",
        "Instrument Type": settings["instrument"],
        "Passive Reference": settings["reference"],
    }
    places = ("Well", "Well Position")
    return sample_setup.told(record, facts, settings, places)


def read(told: bytes) -> PlateRecord:
    return sample_setup.read(told, "Well Position")


FORMAT = Format(
    name="quantstudio",
    title="Set-up of the QuantStudio and ViiA 7",
    extension="txt",
    standing=Standing.PUBLIC_PROGRAMS,
    kinds=sample_setup.KINDS,
    settings=(
        *sample_setup.SETTINGS,
        Setting(
            "instrument", "Instrument type", "QuantStudio(TM) 5 System", needed=True
        ),
        Setting("reference", "Passive reference", "MUSTANG PURPLE", needed=True),
    ),
    write=write,
    read=read,
)
