"""What the name of a marker tells of its chromosome.

Three alleles speak of a second person only where a person has two at most.
"""

import re

NOT_AUTOSOMAL = re.compile(
    r"amel.*|am|sry|dys.*|dyf.*|ygata.*|yindel.*|dxs.*|hprtb.*|gata172d05"
    r"|qs[0-9]*|iqc[a-z]*"
)
"""Sex markers, Y and X chromosome, and the kits' quality sensors."""


AMELOGENIN = re.compile(r"amel.*|am")


def is_autosomal(marker: str) -> bool:
    return not NOT_AUTOSOMAL.fullmatch(_key(marker))


def has_two_copies(marker: str) -> bool:
    """Whether one allele alone may be there twice; a Y marker's is there once."""
    return is_autosomal(marker) or bool(AMELOGENIN.fullmatch(_key(marker)))


def _key(marker: str) -> str:
    return re.sub(r"[\s_/.-]", "", marker).casefold()
