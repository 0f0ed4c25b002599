"""What the name of a marker tells of its chromosome.

Three alleles speak of a second person only where a person has two at most.
"""

import re

NOT_AUTOSOMAL = re.compile(
    r"amel.*|am|sry|dys.*|dyf.*|ygata.*|yindel.*|dxs.*|hprtb.*|gata172d05"
    r"|qs[0-9]*|iqc[a-z]*|mtdna.*"
)
"""Sex markers, Y and X chromosome, the kits' quality sensors, and mitochondrial DNA."""

MARKER = re.compile(
    NOT_AUTOSOMAL.pattern + r"|d[0-9]{1,2}s[0-9]{1,5}|d[0-9]{1,2}gata[0-9a-z]*|fga|vwa"
    r"|th01|tpox|csf1po|penta[a-e]|se33|actbp2|f13a1|f13a01|f13b|fesfps|lpl|rs[0-9]+"
    r"|(?:marker|locus)[0-9]+"
)
"""Names of forensic markers, as kits and their users write them."""


AMELOGENIN = re.compile(r"amel.*|am")


def is_amelogenin(marker: str) -> bool:
    return bool(AMELOGENIN.fullmatch(_key(marker)))


def is_autosomal(marker: str) -> bool:
    return not NOT_AUTOSOMAL.fullmatch(_key(marker))


def is_marker(name: str) -> bool:
    """Whether a column of this name is a marker's and no remark's."""
    return bool(MARKER.fullmatch(_key(name)))


def has_two_copies(marker: str) -> bool:
    """Whether one allele alone may be there twice; a Y marker's is there once."""
    return is_autosomal(marker) or is_amelogenin(marker)


def _key(marker: str) -> str:
    return re.sub(r"[\s_/.-]", "", marker).casefold()
