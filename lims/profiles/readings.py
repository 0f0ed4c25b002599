"""Two readings of one injection, compared locus by locus (domain rule E11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Reading = Mapping[str, Sequence[str]]
"""By marker: the alleles as text, '?' where the reader sees that one may be missing."""


@dataclass(frozen=True)
class Difference:
    marker: str
    first: tuple[str, ...]
    second: tuple[str, ...]


def differences(first: Reading, second: Reading) -> tuple[Difference, ...]:
    """The loci where two readers differ; none means that they are concordant.

    Neither the order of alleles nor a homozygote written twice is a difference;
    a locus that only one reader reports is.
    """
    markers = {**dict.fromkeys(first), **dict.fromkeys(second)}
    return tuple(
        Difference(marker, _read(first, marker), _read(second, marker))
        for marker in markers
        if set(first.get(marker, ())) != set(second.get(marker, ()))
    )


def _read(reading: Reading, marker: str) -> tuple[str, ...]:
    return tuple(reading.get(marker, ()))
