"""What a planned plate tells an instrument, and how it is told: the plate record.

The names are blind codes and come back unchanged in the instrument's export; so they
keep to the signs that every collection software takes, and stand once on the plate.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
import re
from typing import NamedTuple

from instruments.errors import BadTable, InstrumentError, quoted

NAME = re.compile(r"[A-Za-z0-9_-]{1,50}")
"""What every collection software takes (instrument formats, part 11)."""
POSITION = re.compile(r"[A-H](?:0[1-9]|1[0-2])")
SETTING = re.compile(r"[ !#-+\--:<-~]{0,80}")
"""Plain ASCII without comma, semicolon and quote: it must not break its table."""


class Kind(StrEnum):
    """What stands in a well, as far as the instrument must know."""

    SAMPLE = "sample"
    LADDER = "ladder"
    POSITIVE = "positive control"
    NEGATIVE = "negative control"
    STANDARD = "standard"


class Standing(StrEnum):
    """What a format was written from. Shown where the file is made."""

    PUBLIC_PROGRAMS = (
        "as public laboratory programs write it, not tried on the instrument"
    )
    UNSEEN = (
        "no file and no program of this kind was found, not tried on the instrument"
    )


class RecordWell(NamedTuple):
    position: str
    """`A01` to `H12`."""
    name: str
    kind: Kind
    quantity: Decimal | None = None
    """Of a standard, in ng/µl."""


@dataclass(frozen=True)
class PlateRecord:
    plate: str
    """The plate's own code."""
    wells: tuple[RecordWell, ...]
    """Only wells that hold something."""


@dataclass(frozen=True)
class Setting:
    """One word of the instrument's own that the plan does not know."""

    name: str
    title: str
    usual: str = ""
    needed: bool = False
    """Without it the instrument refuses the whole plate."""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Format:
    """A kind of plate record."""

    name: str
    title: str
    extension: str
    standing: Standing
    settings: tuple[Setting, ...]
    kinds: frozenset[Kind]
    """What it tells of; a well of another kind is left out."""
    write: Callable[[PlateRecord, Mapping[str, str]], bytes]
    read: Callable[[bytes], PlateRecord]


def written(form: Format, record: PlateRecord, settings: Mapping[str, str]) -> bytes:
    """The file for the instrument, read back and compared before it leaves.

    InstrumentError: a name, a position or a setting that the instrument would refuse.
    """
    wells = tuple(well for well in record.wells if well.kind in form.kinds)
    record = PlateRecord(record.plate, wells)
    _check_wells(record)
    told = form.write(record, _checked(form, settings))
    back = form.read(told)
    if back != record:
        raise BadTable(f"The {form.title} does not give the plan back. None was made.")
    return told


def _checked(form: Format, given: Mapping[str, str]) -> dict[str, str]:
    """All settings of the format, the usual word where none is given."""
    unknown = given.keys() - {one.name for one in form.settings}
    if unknown:
        raise InstrumentError(f"{form.title} has no setting {quoted(min(unknown))}.")
    return {
        one.name: _setting(one, given.get(one.name, one.usual)) for one in form.settings
    }


def _setting(one: Setting, given: str) -> str:
    word = given.strip()
    if one.needed and not word:
        raise InstrumentError(
            f"'{one.title}' is empty. The instrument refuses a plate without it; write"
            " it as its own software spells it."
        )
    if not SETTING.fullmatch(word) or (one.choices and word not in one.choices):
        wanted = (
            f"one of {', '.join(one.choices)}"
            if one.choices
            else "at most 80 plain letters, digits and signs, no comma or quote"
        )
        raise InstrumentError(column=one.title, value=word, expected=wanted)
    return word


def _check_wells(record: PlateRecord) -> None:
    if not record.wells:
        raise InstrumentError("The plate holds nothing to tell of.")
    for well in record.wells:
        if not POSITION.fullmatch(well.position):
            raise InstrumentError(
                column="Well", value=well.position, expected="a well from A01 to H12"
            )
        if not NAME.fullmatch(well.name):
            raise InstrumentError(
                column=well.position,
                value=well.name,
                expected="at most 50 letters, digits, '-' or '_'",
            )
    for what, column in (("position", "Well"), ("name", "Sample Name")):
        times = Counter(getattr(well, what) for well in record.wells)
        double = next((word for word, count in times.items() if count > 1), None)
        if double is not None:
            raise InstrumentError(
                column=column, value=double, expected="each once on the plate"
            )
