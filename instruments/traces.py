"""What a trace file yields: the light that each dye gave, and what is told of the run.

Points are what the instrument measured, one for each scan, in relative fluorescence
units (RFU); 32767 is the most that a raw point can be.
"""

from array import array
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar, NamedTuple

from instruments.abif import Abif
from instruments.records import Export

CEILING = 32_767
"""RFU; a raw point of this height was higher, and nobody knows how much."""

MOST_PAIRS = 10_000
"""Base pairs; a larger size is none."""


class Dye(NamedTuple):
    """One colour of an injection."""

    number: int
    """As the file counts: 5 is the size standard of a kit with five or six dyes."""
    name: str
    """As written, of the dye set and not of the kit; blanks around it left out."""
    letter: str
    """B, G, Y, R, O, P; the base of a sequencing run."""
    points: "array[int]"
    """Raw: as collected, after the colours were parted."""
    analysed: "array[int]"
    """Without baseline, as the software took it for its peaks; may be empty."""


class TracePeak(NamedTuple):
    """A peak that the instrument's software found."""

    dye: int
    scan: int
    height: int
    begin: int
    end: int
    area: int
    told: float
    """The size as the file holds it, which may be no size at all."""
    flags: tuple[str, ...] = ()

    @property
    def size(self) -> Decimal | None:
        """Base pairs to the hundredth; None before the size standard begins."""
        return Decimal(f"{self.told:.2f}") if 0 < self.told < MOST_PAIRS else None


class Tags(Mapping[str, str]):
    """Tags as text, each made when it is asked for: hardly one ever is."""

    def __init__(
        self,
        file: Abif | None,
        read: Collection[str] = (),
        found: tuple[dict[str, str], dict[str, int]] | None = None,
    ) -> None:
        self._file = file
        self._read = read
        """Those that the parser reads, however long they are."""
        self._found = found

    @property
    def unread(self) -> Mapping[str, int]:
        """The tags of which nobody reads more than how many bytes they are."""
        return self._all[1]

    def __getitem__(self, name: str) -> str:
        return self._all[0][name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all[0])

    def __len__(self) -> int:
        return len(self._all[0])

    def __reduce__(self) -> tuple[type["Tags"], tuple[object, ...]]:
        return Tags, (None, (), self._all)

    @property
    def _all(self) -> tuple[dict[str, str], dict[str, int]]:
        if self._found is None:
            file = self._file
            long = {} if file is None else file.long()
            unread = {
                name: size for name, size in long.items() if name not in self._read
            }
            self._found = {} if file is None else file.told(), unread
        return self._found


class Curve(NamedTuple):
    """What was measured of the run itself: voltage, current, power, temperature."""

    name: str
    unit: str
    points: "array[int]"


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceExport(Export):
    """One injection, or one sequencing read, with its traces.

    `rows` counts the dyes; a file whose traces are closed has none.
    """

    kind: ClassVar[str] = "trace"

    sample: str
    well: str
    """As `A01`; empty where the file tells none."""
    instrument: str
    """The model by its official name, such as `3130xl`."""
    machine: str
    plate: str
    """The plate's identity in the instrument: joins the file to the plate record."""
    run: str
    role: str
    """The type of the sample as written; not to be relied on."""
    started: str
    """Date and time as the instrument's clock told them, without a zone."""
    size_standard: str
    """As written; not to be relied on."""
    standard_dye: int
    """The number of the size standard's dye; 0 where there is none."""
    dye_set: str
    dyes: tuple[Dye, ...]
    peaks: tuple[TracePeak, ...] = ()
    curves: tuple[Curve, ...] = ()
    bases: str = ""
    """The bases that a sequencing run's software called."""
    off_scale: "array[int]" = field(default_factory=lambda: array("i"))
    """Scans at which the camera was saturated."""
    tags: Tags
    """Every tag that can be told in a line: name and number to what was written."""

    @property
    def unread(self) -> int:
        """How many tags, or lines, of the file nobody reads."""
        return len(self.tags.unread) + len(self.unread_lines)

    @property
    def points(self) -> int:
        """How many points one trace has."""
        return max((len(dye.points) for dye in self.dyes), default=0)
