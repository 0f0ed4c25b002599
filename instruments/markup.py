"""XML as a tree whose elements know their line. No document type, so no entities.

A document type can hold entities that grow without end, or name files and addresses to
be fetched. No instrument needs one: it is refused where it begins.
"""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass, field
import re
from xml.parsers import expat

from instruments.errors import BadTable, Unreadable
from instruments.source import Source

MOST_ELEMENTS = 1_000_000
DEEPEST = 100
FIRST = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->)*<([A-Za-z_][\w.:-]*)", re.DOTALL)


BLANK = b" \t\r\n"
MARKS = {BOM_UTF8: "utf-8", BOM_UTF16_LE: "utf-16", BOM_UTF16_BE: "utf-16"}


@dataclass(slots=True)
class Element:
    tag: str
    line: int
    given: dict[str, str] = field(default_factory=dict)
    """Its attributes."""
    children: list["Element"] = field(default_factory=list)
    text: str = ""
    """What stands in it outside of other elements, without blanks around."""

    def all(self, *tags: str) -> list["Element"]:
        """The elements below, by the path of their names."""
        found = [self]
        for tag in tags:
            found = [one for above in found for one in above.children if one.tag == tag]
        return found

    def one(self, *tags: str) -> str:
        """The text of the first such element; empty where there is none."""
        return next((found.text for found in self.all(*tags)), "")

    def leaves(self) -> Iterator["Element"]:
        """Every element with text or attributes of its own, this one included."""
        waiting = [self]
        while waiting:
            here = waiting.pop()
            if here.text or here.given:
                yield here
            waiting += reversed(here.children)

    def told(self) -> str:
        """The element in one line: name, attributes, text."""
        given = " ".join(f"{name}={value}" for name, value in self.given.items())
        return ": ".join(
            part for part in (f"{self.tag} {given}".strip(), self.text) if part
        )


def root_of(source: Source) -> str:
    """The name of the outermost element, from the head: cheap. Empty if it has none."""
    found = FIRST.match(source.head)
    return found[1] if found else ""


def tree_of(source: Source) -> Element:
    """The whole document. Raises InstrumentError where it is none."""
    if source.not_text:
        raise source.not_text
    return _Reader(source.content).read()


class _Reader:
    def __init__(self, content: bytes) -> None:
        marked = (name for mark, name in MARKS.items() if content.startswith(mark))
        self._content = content.lstrip(BLANK)  # else it is no XML
        self._above = content[: len(content) - len(self._content)].count(b"\n")
        # A byte order mark is sure; what the first line says was true before a copy.
        self._parser = expat.ParserCreate(next(marked, None))
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._root: Element | None = None
        self._count = 0

    def read(self) -> Element:
        try:
            self._parser.Parse(self._content, True)  # noqa: FBT003 - the whole document
        except expat.ExpatError as error:
            raise Unreadable(
                f"This is no whole XML: {expat.ErrorString(error.code)}. The file is "
                "cut or damaged: export it again.",
                line=error.lineno + self._above,
            ) from error
        except (LookupError, ValueError) as error:
            raise Unreadable(
                "This XML names an encoding that is not known.",
                line=1,
                expected="UTF-8 or UTF-16",
            ) from error
        if self._root is None:
            raise Unreadable("This XML holds nothing.")
        return self._root

    def _start(self, tag: str, given: dict[str, str]) -> None:
        self._count += 1
        line = self._line()
        if self._count > MOST_ELEMENTS or len(self._open) >= DEEPEST:
            raise BadTable(
                "This XML has too many elements, or too many within each other.",
                line=line,
                expected="the export of one run",
            )
        element = Element(tag, line, given)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)
        self._texts.append([])

    def _end(self, _tag: str) -> None:
        self._open.pop().text = "".join(self._texts.pop()).strip()

    def _text(self, text: str) -> None:
        if self._texts:
            self._texts[-1].append(text)

    def _doctype(self, *_told: object) -> None:
        raise Unreadable(
            "This XML has a document type, which may hold entities that grow without "
            "end. No instrument writes one.",
            line=self._line(),
        )

    def _line(self) -> int:
        return self._parser.CurrentLineNumber + self._above
