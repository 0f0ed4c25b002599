"""What the demo's people are drawn from: frequencies, names, the incident."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
import csv
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random

from lims.demo.sex import Sex


@dataclass(frozen=True)
class Alleles:
    """The alleles of one marker and how common each is."""

    names: tuple[str, ...]
    cumulative: tuple[int, ...]
    """Counts, added up allele by allele."""

    def draw(self, chance: Random) -> str:
        (drawn,) = chance.choices(self.names, cum_weights=self.cumulative)
        return drawn


@dataclass(frozen=True)
class Names:
    """Given names by sex, and family names, of one country."""

    given: Mapping[Sex, tuple[str, ...]]
    family: tuple[str, ...]


@dataclass(frozen=True)
class Sources:
    autosomal: Mapping[str, Alleles]
    y_markers: Mapping[str, Alleles]
    names: Mapping[str, Names]
    """By the two letters of the country."""
    incident: Mapping[str, str]
    """The one row of the incident register, by its columns."""


def read(folder: Path) -> Sources:
    """The sources from the files of this folder, whose README says whence they are."""
    (incident,) = _rows(folder / "incident.csv")
    return Sources(
        autosomal=_alleles(
            (row["locus"], row["allele"], int(row["count"]))
            for row in _rows(folder / "nist1036_frequencies.csv")
        ),
        y_markers=_alleles(
            (row["marker"], row["allele"], int(row["per_mille"]))
            for row in _rows(folder / "y_markers.csv")
        ),
        names=_names(_rows(folder / "names.csv")),
        incident=incident,
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _alleles(counted: Iterable[tuple[str, str, int]]) -> dict[str, Alleles]:
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for marker, allele, count in counted:
        counts[marker][allele] = count
    return {
        marker: Alleles(tuple(found), tuple(accumulate(found.values())))
        for marker, found in counts.items()
    }


def _names(rows: Iterable[Mapping[str, str]]) -> dict[str, Names]:
    listed: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for row in rows:
        listed[row["country"]][row["kind"]].append(row["name"])
    return {
        country: Names({sex: tuple(kinds[sex]) for sex in Sex}, tuple(kinds["family"]))
        for country, kinds in listed.items()
    }
