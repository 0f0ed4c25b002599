"""A sequencer's alleles under the names of capillary electrophoresis. Pure.

Some software counts repeats at a marker otherwise, or did in one version: then every
name is a fixed number of repeats too low or too high. What it wrote stays beside.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
import re

from lims.batches.fields import Fields
from lims.batches.markers import canonical
from lims.errors import BadInput

FLAG = "Named"
"""The flag that keeps what the software wrote."""

_NUMBER = re.compile(r"([0-9]{1,3})(\.[0-9]{1,2})?")
MOST = 50
"""Repeats: a greater offset is a slip of the pen."""


@dataclass(frozen=True)
class Offset:
    software: str
    """As exports begin to tell name and version."""
    marker: str
    """By its canonical name."""
    add: int
    """Repeats, to the name that the software gives."""
    source: str
    """How it is known."""

    def named(self, allele: str) -> str:
        """The allele's comparable name; what is no number stays as it is."""
        found = _NUMBER.fullmatch(allele)
        if not found:
            return allele
        return f"{int(found[1]) + self.add}{found[2] or ''}"


def offset(values: Mapping[str, object]) -> Offset:
    """What these values describe; BadInput names everything wrong with them."""
    fields = Fields(values, f"Offset of '{values.get('marker', '')}'")
    marker = fields.text("marker")
    built = Offset(
        fields.text("software"), marker, _repeats(values), fields.text("source")
    )
    if marker and canonical(marker) != marker:
        fields.fault(f"the marker '{marker}' is unknown.")
    fields.raise_faults()
    return built


def _repeats(values: Mapping[str, object]) -> int:
    match values.get("add"):
        case bool():
            pass
        case int() as add if add != 0 and abs(add) <= MOST:
            return add
    raise BadInput(
        f"Offset of '{values.get('marker', '')}': 'add' is '{values.get('add')}';"
        f" expected a whole number of repeats, not 0, at most {MOST}."
    )


def of_software(offsets: Iterable[Offset], software: str) -> Mapping[str, Offset]:
    """By marker, those of this software and version."""
    return {
        one.marker: one
        for one in offsets
        if software and software.startswith(one.software)
    }
