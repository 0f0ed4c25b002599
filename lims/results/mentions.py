"""Whom a file may name, as keyed tokens: an erasure opens those files alone.

Made when the file is kept. They stand for every blind code of a sample that its letters
and figures show, whatever is between them, and for every word, by which a person's name
is found. A token that is there proves nothing, one that is not there rules a name out.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import permutations
import re

from instruments.archives import LARGEST_UNPACKED, unpacked, weight
from instruments.errors import InstrumentError
from instruments.source import ENCODINGS
from lims.codes import CROCKFORD, LENGTH, Kind, is_code

TOKEN = 6
"""Bytes of a token: of a thousand files with as many each, none fits by chance."""
MOST = 20_000
"""Tokens of one piece; a piece with more is opened by every erasure."""
LARGEST = 8_000_000
"""Characters of a piece that is looked through when it is kept; likewise."""
ALWAYS = b""
"""Instead of tokens, of what is opened by every erasure."""
WORDS_OF_NAME = range(2, 5)
"""How many words a person's name has, to be looked for in any order."""
_APART = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_MARKS = re.compile("<[^>]*>")
_CODE = re.compile(
    rf"(?=({Kind.SAMPLE}[{CROCKFORD}]{{{LENGTH - 1}}}))".lower(),
)

Keyed = Callable[[str], bytes]
"""A word to its token."""


@dataclass(frozen=True)
class Sought:
    """What an erasure looks for, as it is looked up."""

    codes: frozenset[bytes]
    persons: tuple[frozenset[bytes], ...]
    """The words of each spelling."""
    key: bytes
    """The token of no word, which every piece has: of another key it rules out none."""
    anywhere: bool
    """Whether a name is no code and no person's: no token can rule it out."""

    def may_be_in(self, tokens: bytes | None) -> bool:
        if self.anywhere or not tokens or not _holds(tokens, self.key):
            return True
        return any(_holds(tokens, one) for one in self.codes) or any(
            all(_holds(tokens, one) for one in words) for words in self.persons
        )


def _holds(tokens: bytes, one: bytes) -> bool:
    at = tokens.find(one)
    while at > 0 and at % TOKEN:
        at = tokens.find(one, at + 1)
    return at >= 0


class TooMuch(Exception):
    """More than is looked through when a file is kept."""


def texts(content: bytes, most: int = LARGEST_UNPACKED) -> Iterator[str]:
    """All that a file may be read as: of an archive each part, with marks and without.

    Between the letters of UTF-16 stand zeros, which are no letters. TooMuch for an
    archive of more than so many bytes.
    """
    try:
        if weight(content) > most:
            raise TooMuch
        for name, part in unpacked(content):
            yield name
            yield from texts(part, most)
    except InstrumentError:
        yield content.decode("latin-1")
        if not content.isascii():
            for how in ("utf-8", "utf-16-le"):
                yield content.decode(how, "ignore")
            yield content[1:].decode("utf-16-le", "ignore")
        if b"<" in content:
            yield _MARKS.sub("", content.decode("utf-8", "ignore"))


def tokens(content: bytes, keyed: Keyed) -> bytes:
    """The tokens of one piece; ALWAYS where they would be too many, or too costly."""
    if _is_binary(content):
        return ALWAYS
    try:
        return b"".join(sorted(map(keyed, {"", *_told(content)})))
    except TooMuch:
        return ALWAYS


def _told(content: bytes) -> set[str]:
    found: set[str] = set()
    left = LARGEST
    for text in texts(content, LARGEST):
        left -= len(text)
        if left < 0:
            raise TooMuch
        found |= _codes(text) | set(_WORD.findall(text.casefold()))
        if len(found) > MOST:
            raise TooMuch
    return found


def _is_binary(content: bytes) -> bool:
    """Such as a trace or an old workbook: of these most that looks like a word is none.

    They are not packed, and quickly looked through.
    """
    head = content[:1024]
    return b"\0" in head and not head.startswith((b"PK", *ENCODINGS))


def sought(names: Collection[str], persons: Collection[str], keyed: Keyed) -> Sought:
    """`names` of samples, and the spellings of persons' names among them."""
    plain = {_plain(one) for one in set(names) - set(persons)}
    codes = {one for one in plain if is_code(one.upper())}
    return Sought(
        frozenset(map(keyed, codes)),
        tuple(frozenset(map(keyed, _WORD.findall(one.casefold()))) for one in persons),
        keyed(""),
        any(not any(code in one for code in codes) for one in plain if one),
    )


def spellings(name: str) -> frozenset[str]:
    """A person's name with its words in any order; none of a single word.

    One word is many persons' name.
    """
    words = [one for one in name.split() if _WORD.fullmatch(one.casefold())]
    if len(words) not in WORDS_OF_NAME:
        return frozenset()
    return frozenset(" ".join(one) for one in permutations(words))


def _codes(text: str) -> set[str]:
    return {one for one in set(_CODE.findall(_plain(text))) if is_code(one.upper())}


def _plain(text: str) -> str:
    return _APART.sub("", text.casefold())
