"""Cut an original into the pieces that can be erased each by itself. Pure.

A text export is cut at its lines: those that a parser has read as one sample's are one
piece, all others (header, notes, what nobody reads) together another. What has no lines
that a parser knows, such as a workbook, is one piece.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
import re

from instruments import GenotypeExport
from instruments.quantities import QuantityExport
from instruments.source import ENCODINGS

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
"""As `instruments.source` ends a line: CR LF, LF or CR, and nothing else."""

_CELLS = re.compile(r"[\t;,]")
MARKUP = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*<")
"""XML: what is one sample's spreads over lines that name nobody, so it is not cut."""

Span = tuple[int, int, int]
"""First line, last line, and how many bytes they are."""


@dataclass(frozen=True)
class Piece:
    name: str
    """The sample's name in the file; empty where no sample was read."""
    spans: tuple[Span, ...]
    """The runs of lines that it holds, one after the other; none of a file not cut."""
    content: bytes

    @property
    def digest(self) -> str:
        return sha256(self.content).hexdigest()


def owners_of(export: object) -> dict[int, str]:
    """Line to the name of the sample that it is about; none of what is not cut."""
    match export:
        case GenotypeExport():
            return owners(export)
        case QuantityExport():
            return owners_of_quantities(export)
    return {}


def owners_of_quantities(export: QuantityExport) -> dict[int, str]:
    """The lines of results, and those of other sections that name the same sample."""
    told: dict[int, str] = {}
    for one in export.quantities:
        if told.setdefault(one.line, one.sample) != one.sample:
            return {}
    names = set(told.values()) - {""}
    for line in export.unread_lines:
        if named := names & {cell.strip('" ') for cell in _CELLS.split(line.text)}:
            told[line.line] = min(named)
    return told


def owners(export: GenotypeExport) -> dict[int, str]:
    """Line to the name of the sample that it is about.

    None where a line is about several: no cut at lines parts them.
    """
    told = {row.line: row.sample for row in export.refused}
    for reading in export.readings:
        if told.setdefault(reading.line, reading.sample) != reading.sample:
            return {}
    return told | dict(export.further)


def cut(content: bytes, named: Mapping[int, str]) -> tuple[Piece, ...]:
    """The pieces of a file, of which each line may be somebody's; first the common one.

    Put together in the order of their lines they are the file, byte for byte.
    """
    lines = [] if MARKUP.match(content) else _lines(content)
    if not named or not lines:
        return (Piece("", (), content),)
    runs: dict[str, list[tuple[int, int, bytes]]] = {"": []}
    first, owner = 1, named.get(1, "")
    for number in range(2, len(lines) + 2):
        following = named.get(number, "") if number <= len(lines) else None
        if following != owner:
            text = b"".join(lines[first - 1 : number - 1])
            runs.setdefault(owner, []).append((first, number - 1, text))
            first, owner = number, following or ""
    return tuple(
        Piece(
            name,
            tuple((start, end, len(text)) for start, end, text in found),
            b"".join(text for _, _, text in found),
        )
        for name, found in runs.items()
        if found
    )


def joined(pieces: Sequence[tuple[Sequence[Span], bytes | None, bytes]]) -> bytes:
    """Spans, content and what stands for lost content: the file again, with its gaps.

    What stands for lost content is written once for each run of lines.
    """
    found: list[tuple[int, bytes]] = []
    for spans, content, instead in pieces:
        if not spans:
            found.append((0, instead if content is None else content))
        elif content is None:
            found += [(first, _gap(first, last, instead)) for first, last, _ in spans]
        else:
            found += _spread(spans, content)
    return b"".join(text for _, text in sorted(found, key=lambda one: one[0]))


def encoding_of(content: bytes) -> str:
    return next(
        (name for mark, name in ENCODINGS.items() if content.startswith(mark)), "utf-8"
    )


def _spread(spans: Sequence[Span], content: bytes) -> Iterator[tuple[int, bytes]]:
    start = 0
    for first, _, size in spans:
        yield first, content[start : start + size]
        start += size


def _gap(first: int, last: int, instead: bytes) -> bytes:
    return b"[lines %d-%d: %s]\n" % (first, last, instead)


def _lines(content: bytes) -> list[bytes]:
    """The lines with their ends; none where they are not the same bytes again."""
    encoding = encoding_of(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return []
    return [line.encode(encoding) for line in _LINE.findall(text)]
