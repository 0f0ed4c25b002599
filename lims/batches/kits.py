"""An STR kit: its markers, its thresholds and the genotype of its control DNA."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from lims.batches.fields import Fields
from lims.batches.markers import canonical, folded

T = TypeVar("T")


class MarkerKind(StrEnum):
    AUTOSOMAL = "autosomal"
    AMELOGENIN = "amelogenin"
    Y = "y"


@dataclass(frozen=True)
class Marker:
    name: str
    dye: str
    kind: MarkerKind
    repeat: int
    """Bases in one repeat: a microvariant is always less than a whole one."""
    shortest: Decimal
    longest: Decimal
    """The range in base pairs."""
    ladder_first: str
    ladder_last: str


@dataclass(frozen=True)
class NullAllele:
    """An allele that one of two kits does not show; its marker is not compared."""

    marker: str
    allele: str
    against: str


@dataclass(frozen=True)
class ControlDna:
    name: str
    aliases: tuple[str, ...]
    genotype: Mapping[str, frozenset[str]]


Stutter = tuple[tuple[int, Decimal], ...]
"""Repeats apart from the allele, and the highest part of it."""


@dataclass(frozen=True)
class PeakLimits:
    """What explains a peak without a call, as the laboratory's validation found."""

    version: int
    stutter: Stutter
    markers: Mapping[str, Stutter]
    """Of single markers, where theirs differ."""
    minus_a: Decimal
    pull_up: Decimal
    off_scale_pull_up: Decimal

    def numbers(self) -> Iterator[tuple[str, str]]:
        """Name and value of each limit, as findings keep them."""
        yield "stutter", _parts(self.stutter)
        yield from (
            (f"stutter {one}", _parts(told)) for one, told in self.markers.items()
        )
        yield "minus A", str(self.minus_a)
        yield "pull-up", str(self.pull_up)
        yield "pull-up off scale", str(self.off_scale_pull_up)


USUAL = PeakLimits(
    version=0,
    stutter=((-1, Decimal("0.20")), (1, Decimal("0.06")), (-2, Decimal("0.06"))),
    markers={},
    minus_a=Decimal("0.35"),
    pull_up=Decimal("0.10"),
    off_scale_pull_up=Decimal("0.40"),
)
"""Of a kit that sets none: usual limits of validations."""


@dataclass(frozen=True)
class Kit:
    name: str
    aliases: tuple[str, ...]
    dyes: tuple[str, ...]
    size_standard: str
    analytical_threshold: int
    """RFU; a peak below it is not called."""
    stochastic_threshold: int
    """RFU; a single allele below it may have lost its partner (rule E4)."""
    markers: tuple[Marker, ...]
    positive: ControlDna
    null_alleles: tuple[NullAllele, ...] = ()
    peaks: PeakLimits = USUAL

    @property
    def peaks_set_by(self) -> str:
        """Who set the limits of the peak check, as sentences tell it."""
        own = self.peaks is not USUAL
        return f"{self.name}, version {self.peaks.version}" if own else "usual practice"

    @cached_property
    def by_name(self) -> dict[str, Marker]:
        return {marker.name: marker for marker in self.markers}

    @cached_property
    def autosomal(self) -> frozenset[str]:
        return self._of(MarkerKind.AUTOSOMAL)

    @cached_property
    def y_markers(self) -> frozenset[str]:
        return self._of(MarkerKind.Y)

    def is_called(self, name: str) -> bool:
        """Whether an instrument's panel of this name is this kit."""
        return folded(name) in {folded(one) for one in (self.name, *self.aliases)}

    def _of(self, kind: MarkerKind) -> frozenset[str]:
        return frozenset(m.name for m in self.markers if m.kind is kind)


def kit(values: Mapping[str, object]) -> Kit:
    """The kit that these values describe; BadInput names everything wrong with them."""
    fields = Fields(values, f"Kit '{values.get('name', '')}'")
    built = Kit(
        name=fields.text("name"),
        aliases=fields.texts("aliases"),
        dyes=fields.texts("dyes"),
        size_standard=fields.text("size_standard"),
        analytical_threshold=fields.count("analytical_threshold", least=1),
        stochastic_threshold=fields.count("stochastic_threshold", least=1),
        markers=tuple(_marker(one) for one in fields.sections("markers")),
        positive=_control(fields.section("positive_control")),
        null_alleles=tuple(_null(one) for one in fields.sections("null_alleles")),
        peaks=_peaks(fields.section("peak_check")) if "peak_check" in values else USUAL,
    )
    _check(built, fields)
    fields.close()
    fields.raise_faults()
    return built


def _marker(fields: Fields) -> Marker:
    kind = fields.text("kind")
    if kind not in set(MarkerKind):
        fields.fault(f"'kind' is '{kind}'; expected one of {', '.join(MarkerKind)}.")
        kind = MarkerKind.AUTOSOMAL
    first, last = _pair(fields, "ladder", fields.texts("ladder"), "")
    shortest, longest = _pair(fields, "range", fields.numbers("range"), Decimal(0))
    built = Marker(
        name=_marker_name(fields, "name"),
        dye=fields.text("dye"),
        kind=MarkerKind(kind),
        repeat=fields.count("repeat", least=2),
        shortest=shortest,
        longest=longest,
        ladder_first=first,
        ladder_last=last,
    )
    if shortest >= longest:
        fields.fault(f"the range from {shortest} to {longest} base pairs is empty.")
    fields.close()
    return built


def _pair(fields: Fields, name: str, values: tuple[T, ...], absent: T) -> tuple[T, T]:
    match values:
        case (first, last):
            return first, last
    fields.fault(f"'{name}' has {len(values)} parts; expected the first and the last.")
    return absent, absent


def _marker_name(fields: Fields, field: str) -> str:
    name = fields.text(field)
    if name and canonical(name) != name:
        meant = canonical(name)
        hint = f"it is called '{meant}' here" if meant else "no marker has this name"
        fields.fault(f"the marker '{name}' is unknown: {hint}.")
    return name


def _control(fields: Fields) -> ControlDna:
    genotype = fields.section("genotype")
    built = ControlDna(
        name=fields.text("name"),
        aliases=fields.texts("aliases"),
        genotype={name: frozenset(genotype.texts(name)) for name in genotype.names()},
    )
    fields.close()
    return built


def _null(fields: Fields) -> NullAllele:
    built = NullAllele(
        _marker_name(fields, "marker"), fields.text("allele"), fields.text("against")
    )
    fields.close()
    return built


def _peaks(fields: Fields) -> PeakLimits:
    own = fields.section("markers") if "markers" in fields.names() else None
    built = PeakLimits(
        version=fields.count("version", least=1),
        stutter=_stutter(fields, "stutter"),
        markers={} if own is None else {m: _stutter(own, m) for m in own.names()},
        minus_a=fields.share("minus_a"),
        pull_up=fields.share("pull_up"),
        off_scale_pull_up=fields.share("off_scale_pull_up"),
    )
    fields.close()
    return built


def _stutter(fields: Fields, name: str) -> Stutter:
    told = []
    for one in fields.sections(name):
        repeats = one.number("repeats")
        if not repeats or repeats != int(repeats):
            one.fault(f"'repeats' is '{repeats}'; expected whole repeats, such as -1.")
        told.append((int(repeats), one.share("most")))
        one.close()
    return tuple(told)


def _parts(told: Stutter) -> str:
    return ", ".join(f"{repeats:+d}: {most}" for repeats, most in told) or "none"


def _check(built: Kit, fields: Fields) -> None:
    """What no single field can say."""
    names = Counter(marker.name for marker in built.markers)
    for name, times in names.items():
        if times > 1:
            fields.fault(f"the marker '{name}' stands {times} times.")
    if not built.markers:
        fields.fault("a kit has at least one marker.")
    for name in names.keys() - built.positive.genotype.keys():
        fields.fault(f"the control DNA has no alleles at '{name}'.")
    for name in built.peaks.markers.keys() - names.keys():
        fields.fault(f"the peak check has stutter at '{name}', not in this kit.")
    for name, alleles in built.positive.genotype.items():
        if name not in names:
            fields.fault(f"the control DNA has alleles at '{name}', not in this kit.")
        if not 1 <= len(alleles) <= 2:  # noqa: PLR2004 - a person has two alleles
            fields.fault(f"the control DNA has {len(alleles)} alleles at '{name}'.")
    if built.stochastic_threshold < built.analytical_threshold:
        fields.fault(
            f"the stochastic threshold of {built.stochastic_threshold} RFU is below"
            f" the analytical one of {built.analytical_threshold}."
        )
