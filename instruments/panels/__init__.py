"""Kits as a trace shows them: markers by dye, and the alleles of their ladders.

One TOML file for each kit; there is no list to edit. They are made from the kit
definitions of OSIRIS (NCBI), which are in the public domain.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources
import re
import tomllib
from typing import Any


@dataclass(frozen=True)
class PanelMarker:
    name: str
    dye: int
    """As trace files number it."""
    repeat: int
    low: float
    high: float
    """Base pairs by the size standard, between which its alleles run."""
    alleles: tuple[str, ...]
    """Of the ladder, ascending."""
    lengths: tuple[float, ...]
    """Base pairs of each by its repeats; a run shows all of them shifted."""


@dataclass(frozen=True)
class Panel:
    name: str
    size_standard: str
    markers: tuple[PanelMarker, ...]


def panel(kit: str) -> Panel | None:
    """The panel of a kit by its name; None where none is known here."""
    return _panels().get(_key(kit))


@cache
def _panels() -> dict[str, Panel]:
    files = resources.files(__package__).iterdir()
    read = [tomllib.loads(f.read_text()) for f in files if f.name.endswith(".toml")]
    return {_key(one["name"]): _panel(one) for one in read}


def _panel(told: dict[str, Any]) -> Panel:
    markers = tuple(
        PanelMarker(
            one["name"],
            one["dye"],
            one["repeat"],
            float(one["range"][0]),
            float(one["range"][1]),
            tuple(one["alleles"]),
            tuple(float(length) for length in one["lengths"]),
        )
        for one in told["markers"]
    )
    return Panel(told["name"], told["size_standard"], markers)


def _key(name: str) -> str:
    return re.sub(r"[\s_.-]", "", name).casefold()
