"""What a file may tell of a person's looks and descent stays closed.

A missing person is named by markers of identity and kinship. Estimates of ancestry and
of looks are another matter, which a laboratory decides for itself and its law. Until a
setting opens them, such parts of a file are counted, and their content is kept in the
sealed original alone.
"""

import re

ANCESTRY, PHENOTYPE = "ancestry", "phenotype"
KINDS = frozenset({ANCESTRY, PHENOTYPE})
"""What a setting can open."""


def _numbers(text: str) -> frozenset[str]:
    return frozenset(f"rs{number}" for number in text.split())


_MARKERS = {
    ANCESTRY: _numbers("""
    671 174570 192655 200354 260690 310644 459920 735480 798443 870347 917115
    1079597 1229984 1426654 1462906 1572018 1800414 1834619 1871534 1876482 1919550
    2024566 2042762 2166624 2196051 2238151 2593595 2814778 3737576 3811801 3814134
    3823159 3827760 3916235 4411548 4471745 4833103 4891825 4918664 6754311 6990312
    7226659 7251928 7326934 7554936 7657799 7722456 7997709 9522149 10497191
    11652805 12439433 12498138 12913832 16891982 17642714
    """),
    PHENOTYPE: _numbers("""
    683 28777 885479 1042602 1110400 1393350 1800407 1805005 1805006 1805007 1805008
    1805009 2228479 2378249 2402130 4959270 11547464 12203592 12821256 12896399
    12913832 16891982 312262906
    """)
    | {"rs201326893_Y152OCH", "N29insA", "mh16-MC1RB", "mh16-MC1RC"},
}
"""The SNPs that ForenSeq types for either; for who lists all markers in one table."""

_WORDS = (
    (ANCESTRY, re.compile(r"ancestr|biogeo|\baisnp", re.IGNORECASE)),
    (PHENOTYPE, re.compile(r"phenotyp|\bpisnp", re.IGNORECASE)),
)


def kinds_of(*names: str) -> frozenset[str]:
    """What these names say that something tells of; empty where it is neither."""
    return frozenset(kind for kind, words in _WORDS if any(map(words.search, names)))


def is_closed(opened: frozenset[str], *names: str) -> bool:
    """Whether a part of these names stays closed."""
    return not kinds_of(*names) <= opened


def kinds_of_marker(marker: str) -> frozenset[str]:
    return frozenset(kind for kind, names in _MARKERS.items() if marker in names)


def is_closed_marker(opened: frozenset[str], marker: str) -> bool:
    """Whether what a marker shows stays closed."""
    return not kinds_of_marker(marker) <= opened
