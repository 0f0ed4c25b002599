"""One name for each marker, whatever an instrument's software calls it.

Names are compared folded: without blanks, '-', '_' and '/', in one case.
"""

import re

from lims.errors import BadInput

ALIASES: dict[str, tuple[str, ...]] = {
    "AMEL": ("Amelogenin", "AM"),
    "SE33": ("ACTBP2",),
    "DYS385": ("DYS385a-b", "DYS385 a/b"),
    "DYF387S1": ("DYF387S1a/b",),
    "Yindel": ("Y indel",),
    "HPRTB": (),
    "vWA": (),
    "Penta D": (),
    "Penta E": (),
    "TH01": (),
    "TPOX": (),
    "CSF1PO": (),
    "FGA": (),
    "YGATAH4": ("Y-GATA-H4",),
    **dict.fromkeys(
        (
            "D1S1656", "D2S441", "D2S1338", "D3S1358", "D4S2408", "D5S818", "D6S1043",
            "D7S820", "D8S1179", "D9S1122", "D10S1248", "D12S391", "D13S317",
            "D16S539", "D17S1301", "D18S51", "D19S433", "D20S482", "D21S11",
            "D22S1045",
            "DYS19", "DYS389I", "DYS389II", "DYS390", "DYS391", "DYS392", "DYS393",
            "DYS437", "DYS438", "DYS439", "DYS448", "DYS449", "DYS456", "DYS458",
            "DYS460", "DYS481", "DYS505", "DYS518", "DYS522", "DYS533", "DYS549",
            "DYS570", "DYS576", "DYS612", "DYS627", "DYS635", "DYS643",
        ),
        (),
    ),
}  # fmt: skip
"""The canonical name of each marker, and its other names seen in exports."""

QUALITY_SENSORS = ("QS1", "QS2", "IQCS", "IQCL")
"""Peaks of the kit itself: never part of a person's profile."""

BESIDE = re.compile(r"rs[0-9].*|mh[0-9]{2}.*|dxs.*|hprtb")
"""What sequencers type beside a kit's markers: SNPs, microhaplotypes, the X."""

_SEX = {"1": "X", "2": "Y", "CHRX": "X", "CHRY": "Y"}


def folded(name: str) -> str:
    return "".join(letter for letter in name if letter not in " -_/").casefold()


def by_folded_name(aliases: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Each folded alias with its canonical name; BadInput if one means two markers."""
    names: dict[str, str] = {}
    for canonical_name, others in aliases.items():
        for alias in (canonical_name, *others):
            known = names.setdefault(folded(alias), canonical_name)
            if known != canonical_name:
                raise BadInput(
                    f"'{alias}' names both '{known}' and '{canonical_name}'."
                )
    return names


_NAMES = by_folded_name(ALIASES)
_SENSORS = frozenset(folded(name) for name in QUALITY_SENSORS)


def canonical(name: str) -> str | None:
    """The one name of this marker; None if no marker is known by it."""
    return _NAMES.get(folded(name))


def is_typed_beside(name: str) -> bool:
    """Whether a sequencer's kit types it and no profile here holds it."""
    return bool(BESIDE.fullmatch(folded(name)))


def is_quality_sensor(name: str) -> bool:
    return folded(name) in _SENSORS


def canonical_allele(marker: str, allele: str) -> str:
    """X and Y are also written 1 and 2 by some software; all else stays as it is."""
    if marker == "AMEL":
        return _SEX.get(allele.upper(), allele.upper())
    return allele
