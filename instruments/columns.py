"""Which column of a genotype table holds what: laboratories choose columns and order.

Names are compared without case, blanks, dots, underscores and number signs: `Allele 1`,
`Allele.1` and `allele#1` are one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
import re
from typing import Self

from instruments.errors import BadTable
from instruments.records import Titles

ABSENT = -1
"""The index of a column that a table lacks. Rows end in an empty cell for it."""

MOST_COLUMNS = 2_000

FACTS = ("samplename", "samplefile", "runname", "well", "panel", "marker", "dye")
OTHERWISE = {"sampleid": "samplename", "sample": "samplename", "locus": "marker"}
"""Names of facts in other programs, where a table lacks the name that is usual."""

NUMBERED = re.compile(r"(allele|height|size)([0-9]{1,3})")
PEAK_HEIGHT = re.compile(r"peak(?=height)")
FLAGS = frozenset(
    (
        *("ADO", "AE", "OMIT", "OS", "SHP", "OBA", "SPA", "SP", "BIN", "PHR", "LPH"),
        *("SPU", "AN", "BD", "DP", "NB", "CC", "OVL", "XTLK", "GQ", "CV", "DAC", "SQ"),
        *("SSPK", "SOS", "SFNM", "MIX", "OMR", "CGQ", "ARNM", "MNC", "SNF"),
    )
)
"""Quality flags of GeneMapper ID, ID-X and 4 to 5, of a marker or of the sample."""


@dataclass(frozen=True, slots=True)
class Columns:
    names: tuple[str, ...]
    places: dict[str, int]
    """Index of each column that is read, by its key; flags apart."""

    @classmethod
    def of(
        cls, header: list[str], line: int, otherwise: Mapping[str, str] = OTHERWISE
    ) -> Self:
        """The plan of a table from its header row, which stands in this line.

        `otherwise` tells which column stands for a fact that has none of its name.
        """
        if len(header) > MOST_COLUMNS:
            raise BadTable(
                f"The table has {len(header)} columns.",
                line=line,
                expected=f"at most {MOST_COLUMNS}",
            )
        return cls(tuple(header), _places(header, line, otherwise))

    @property
    def width(self) -> int:
        return len(self.names)

    @property
    def sample(self) -> int:
        """Tables without a sample name are named by the sample file."""
        return self.places.get("samplename", self.source)

    @property
    def nameless(self) -> Self:
        """The same of a table whose column of sample names is empty throughout."""
        kept = {name: at for name, at in self.places.items() if name != "samplename"}
        return replace(self, places=kept)

    @property
    def source(self) -> int:
        return self.places.get("samplefile", ABSENT)

    @property
    def well(self) -> int:
        return self.places.get("well", ABSENT)

    @property
    def marker(self) -> int:
        return self.places["marker"]

    @property
    def facts(self) -> tuple[int, ...]:
        """Sample, sample file, run, well, panel, marker, dye."""
        return self.sample, *(self.places.get(fact, ABSENT) for fact in FACTS[1:])

    @property
    def peaks(self) -> list[tuple[int, int, int]]:
        """Indices of allele, height and size, in the order of the peaks' numbers."""
        found = map(NUMBERED.fullmatch, self.places)
        numbers = [match[2] for match in found if match and match[1] == "allele"]
        return [self._peak(number) for number in sorted(numbers, key=int)]

    @property
    def measures(self) -> list[tuple[int, int]]:
        """Indices of an allele and of its height, of an allele and of its size."""
        return [
            (allele, index)
            for allele, *two in self.peaks
            for index in two
            if index != ABSENT
        ]

    @property
    def beside(self) -> list[int]:
        """Flags and columns that nobody reads; a height without allele is of these."""
        read = {index for peak in self.peaks for index in peak}.union(self.facts)
        return [index for index in range(self.width) if index not in read]

    @property
    def tail(self) -> int:
        """Where the columns begin that are all beside: they need not be split."""
        read = {index for peak in self.peaks for index in peak}.union(self.facts)
        return max(read) + 1

    def titles(self, separator: str) -> Titles:
        """How the cells beside are named once they are one text."""
        flags = (self._name(at) for at in self.beside if self._is_flag(at))
        names = tuple(self._name(index) for index in self.beside)
        return Titles(names, frozenset(flags), separator)

    def title(self, index: int) -> str:
        """What a message calls a column: its name if it is a known word, or its place.

        A header is as much a stranger's text as any cell.
        """
        if index in self.places.values() or self._is_flag(index):
            return self.names[index]
        return f"column {index + 1}"

    def _is_flag(self, index: int) -> bool:
        return index < self.width and self.names[index].upper() in FLAGS

    def _name(self, index: int) -> str:
        """A column's name, with its place where the header repeats or omits it."""
        name = self.names[index]
        if name and self.names.count(name) == 1:
            return name
        return f"{name} (column {index + 1})".strip()

    def _peak(self, number: str) -> tuple[int, int, int]:
        allele, height, size = (
            self.places.get(kind + number, ABSENT)
            for kind in ("allele", "height", "size")
        )
        return allele, height, size


def key(cell: str) -> str:
    return re.sub(r"[\s._#]+", "", cell).casefold()


def is_table(header: list[str], *signs: str) -> bool:
    """Whether this heads a table of one row for each sample and marker.

    Its columns must be numbered with one of these signs: `Allele 1`, `Allele#1`.
    """
    keys = {key(cell) for cell in header}
    first = {f"allele{sign}1" for sign in signs}
    numbered = any(cell.casefold() in first for cell in header)
    keys.update(OTHERWISE[name] for name in keys & OTHERWISE.keys())
    named = not keys.isdisjoint({"samplename", "samplefile"})
    return numbered and named and "marker" in keys


def _places(
    header: list[str], line: int, otherwise: Mapping[str, str]
) -> dict[str, int]:
    places: dict[str, int] = {}
    keys = [PEAK_HEIGHT.sub("", key(cell)) for cell in header]
    lacking = {name: fact for name, fact in otherwise.items() if fact not in keys}
    for index, cell in enumerate(header):
        name = lacking.get(keys[index], keys[index])
        if name not in FACTS and not NUMBERED.fullmatch(name):
            continue
        if name in places:
            raise BadTable(
                f"The column stands twice, as number {places[name] + 1} and "
                f"{index + 1}, and nothing tells which one is meant.",
                line=line,
                column=cell,
                expected="each column once",
            )
        places[name] = index
    return places
