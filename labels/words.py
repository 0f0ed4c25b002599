"""What a label may say beside its code: lines of this list, and none of one's own.

A line that somebody types could be a name, a place or a number of a case; it would be
read by everybody at the bench. So templates choose from here, in the laboratory's
languages. To add a line, add it here and print it.
"""

from labels.errors import LabelError

WORDS = {
    "remains": "Human remains",
    "remains-el": "Ανθρώπινα λείψανα",
    "remains-ar": "رفات بشرية",
    "remains-fr": "Restes humains",
    "remains-es": "Restos humanos",
    "keep": "Do not discard",
    "keep-el": "Μην απορρίπτετε",
    "keep-ar": "لا ترمِ",
    "frozen": "Keep at −20 °C",
    "frozen-el": "Διατήρηση στους −20 °C",
    "frozen-ar": "يحفظ عند −20 °م",
    "dry": "Keep dry",
    "dry-el": "Διατηρείται στεγνό",
    "dry-ar": "يحفظ جافا",
    "gloves": "Gloves and mask",
    "gloves-el": "Γάντια και μάσκα",
    "gloves-ar": "قفازات وكمامة",
}
MOST = 3
"""Lines on one label."""


def texts(words: tuple[str, ...]) -> tuple[str, ...]:
    """The lines by their names. Raises LabelError."""
    if unknown := [one for one in words if one not in WORDS]:
        raise LabelError(
            f"'{unknown[0]}' is no line that a label may say. A line is chosen from "
            "the list; a name, a place or a number of a case never stands on a label."
        )
    return tuple(WORDS[one] for one in words)
