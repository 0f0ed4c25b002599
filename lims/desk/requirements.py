"""The requirements that an auditor checks, in our own short words. Pure.

They stand in requirements.toml, which tells how each is written: nothing is counted as
fulfilled by silence.

Sources by their short names: 17025 is ISO/IEC 17025:2017, 21043 ISO 21043, QAS the FBI
Quality Assurance Standards, DVI the ISFG recommendations on disaster victims, FSR the
UK regulator's guidance on contamination, Part 11 is 21 CFR 11, GDPR the European
regulation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
import tomllib

TABLE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Requirement:
    number: int
    words: str
    source: str
    asks: str = ""
    """What the query looks at, and when it fails; empty where there is none."""
    unseen: str = ""
    """What of the demand that query does not see."""
    needs: str = ""
    """What shows it where no query can; empty where one does."""


CHAPTERS: dict[str, tuple[Requirement, ...]] = {
    chapter["title"]: tuple(Requirement(**one) for one in chapter["requirement"])
    for chapter in tomllib.loads(TABLE.read_text("utf-8"))["chapter"]
}
REQUIREMENTS = tuple(one for chapter in CHAPTERS.values() for one in chapter)
BY_NUMBER = {one.number: one for one in REQUIREMENTS}


def texts() -> Iterator[str]:
    """All that the pages show of them, for the translators' catalogues."""
    for title, chapter in CHAPTERS.items():
        yield title
        for one in chapter:
            yield from filter(None, (one.words, one.asks, one.unseen, one.needs))
