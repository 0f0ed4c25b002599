"""What kind of item keeps at which temperature, and what stands in what. Pure.

A place without a class of its own has that of what it stands in; where nothing above it
has one, such as a bench, nothing is refused.
"""

from lims.errors import RuleBroken
from lims.samples.tables import PlaceKind, SampleKind, Temperature

T = Temperature
_DRY = frozenset({T.AMBIENT, T.REFRIGERATED, T.FROZEN, T.DEEP_FROZEN})
_COLD = frozenset({T.FROZEN, T.DEEP_FROZEN})
KEEPS: dict[SampleKind, frozenset[Temperature]] = {
    SampleKind.BLANK: _COLD | {T.REFRIGERATED},
    SampleKind.BONE: _DRY,
    SampleKind.CUT: _DRY,
    SampleKind.EXTRACT: _COLD | {T.REFRIGERATED},
    SampleKind.POWDER: _COLD,
    SampleKind.PUNCH: _DRY - {T.DEEP_FROZEN},
    SampleKind.REFERENCE: _DRY - {T.DEEP_FROZEN},
}
"""Dry bone and dry cards keep at room temperature, and no card is frozen deep: it takes
up water as it thaws. Powder is frozen. An extract may stand in the refrigerator while
work with it goes on."""

_ORDER = tuple(PlaceKind)


def fits_in(kind: PlaceKind, above: PlaceKind) -> bool:
    """Whether a place of this kind stands in one of that: a shelf in a shelf, too."""
    deeper = _ORDER.index(kind) > _ORDER.index(above)
    return deeper or kind is above is PlaceKind.SHELF


def keeps(kind: SampleKind, temperature: Temperature | None) -> bool:
    return temperature is None or temperature in KEEPS[kind]


def require_keeps(kind: SampleKind, temperature: Temperature | None, name: str) -> None:
    """RuleBroken where this kind of item does not keep in the place of this name."""
    if not keeps(kind, temperature):
        fitting = ", ".join(f"'{one}'" for one in T if one in KEEPS[kind])
        raise RuleBroken(
            f"'{name}' is kept at '{temperature}'; a {kind} keeps at {fitting}. Scan a "
            "place of that class."
        )
