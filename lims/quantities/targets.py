"""What a target of a quantification kit measures, whatever its maker calls it. Pure.

Names: instrument formats, part 8.3, with those of Quantifiler Human, Y and Duo, of
InnoQuant (short, long) and of Quantiplex Pro (human, degradation, male, IC).
PowerQuant's autosomal target has 84 base pairs and its degradation target 294, so they
are the small and the large one.
"""

from collections.abc import Iterable
from enum import StrEnum
import re

from instruments.sample_setup import TARGETS

_BEFORE = re.compile(r"^t\.\s*")
_APART = re.compile(r"[^a-z0-9]+")


class Role(StrEnum):
    """What is measured; as sentences and events call it."""

    SMALL = "small autosomal target"
    LARGE = "large autosomal target"
    MALE = "male target"
    IPC = "internal control"
    TOTAL = "all double-stranded DNA"
    OTHER = "another target"


PRIMATE = frozenset({Role.SMALL, Role.LARGE, Role.MALE})
"""What is human DNA alone; a fluorometer measures that of bacteria, too."""

_NAMES = {
    "auto": Role.SMALL,
    "autosomal": Role.SMALL,
    "deg": Role.LARGE,
    "degradation": Role.LARGE,
    "duo human": Role.SMALL,
    "duo male": Role.MALE,
    "human": Role.SMALL,
    "ic": Role.IPC,
    "ipc": Role.IPC,
    "la": Role.LARGE,
    "large autosomal": Role.LARGE,
    "long": Role.LARGE,
    "male": Role.MALE,
    "quantifiler human": Role.SMALL,
    "quantifiler y human male": Role.MALE,
    "sa": Role.SMALL,
    "short": Role.SMALL,
    "small autosomal": Role.SMALL,
    "y": Role.MALE,
}


def role_of(target: str) -> Role:
    name = _APART.sub(" ", _BEFORE.sub("", target.casefold().strip("[] "))).strip()
    if name in _NAMES:
        return _NAMES[name]
    return Role.TOTAL if "dna" in name and "cdna" not in name else Role.OTHER


def kit_of(targets: Iterable[str]) -> str:
    """The kit that has all of these targets; empty where none has."""
    told = {_plain(one) for one in targets}
    for kit, known in TARGETS.items():
        if told and told <= {_plain(one.name) for one in known}:
            return kit
    return ""


def _plain(target: str) -> str:
    return _BEFORE.sub("", target.casefold().strip("[] "))
