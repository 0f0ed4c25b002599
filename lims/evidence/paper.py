"""What papers of evidence share: typefaces, styles, numbered pages, the log's state.

Only what an archive takes: every typeface lies in the file (PDF/A-1b).
"""

from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, Spacer, Table

from labels.symbol import draw
from labels.symbology import Symbology
from labels.typeface import CAPTION, typeface
from labels.typeface import CODE as CODE_FACE

TEXT, MONO = CAPTION, CODE_FACE
INK, FAINT, LINE = HexColor("#1c2530"), HexColor("#52606d"), HexColor("#b8c2cc")
UNKNOWN = "\N{REPLACEMENT CHARACTER}"
MARGIN, FOOT = 18 * mm, 34 * mm
"""The foot leaves room for the laboratory's electronic signature on the last page."""


@dataclass(frozen=True)
class Checkpoint:
    """The state of the log that everything here rests on."""

    text: str
    """Origin, size and root, a line each."""
    line: str
    """The log's Ed25519 signature of that text, as the note has it."""
    fingerprint: str
    """SHA-256 of the log's public key, in groups of four."""


def checkpoint_block(
    checkpoint: Checkpoint, width: float, digest: str = ""
) -> Flowable:
    """The log's state to be compared later: as text to read and as a symbol to scan."""
    text = f"{checkpoint.text}\n{checkpoint.line}"
    told = [
        p("The log's state, signed by the log", SMALL),
        *(mono(one) for one in checkpoint.text.splitlines()),
        mono(checkpoint.line.strip()),
        Spacer(1, 1.5 * mm),
        p("SHA-256 of the log's public key", SMALL),
        mono(checkpoint.fingerprint),
    ]
    if digest:
        told += [
            Spacer(1, 1.5 * mm),
            p(
                "Digest of the events (SHA-256 over their leaf hashes, in order)",
                SMALL,
            ),
            mono(digest),
        ]
    symbol = Matrix(text, 0.55 * mm)
    beside = symbol.width + 6 * mm
    block = Table([[told, symbol]], colWidths=[width - beside, beside])
    block.setStyle(
        [
            ("FONT", (0, 0), (-1, -1), TEXT, 8),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("ALIGN", (1, 0), (1, 0), "RIGHT"),
            ("BOX", (0, 0), (-1, -1), 0.5, LINE),
            ("LEFTPADDING", (0, 0), (-1, -1), 3 * mm),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3 * mm),
            ("TOPPADDING", (0, 0), (-1, -1), 3 * mm),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3 * mm),
        ]
    )
    return block


class Matrix(Flowable):  # type: ignore[misc]  # reportlab has no types
    """A QR code as one path, each module exactly as large as the others."""

    def __init__(self, text: str, module: float) -> None:
        super().__init__()
        self._symbol, self._module = draw(text, Symbology.QR), module
        self.width = self._symbol.width * module
        self.height = self._symbol.height * module

    def wrap(self, *_: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        path = self.canv.beginPath()
        for row, first, length in self._symbol.runs():
            bottom = self.height - (row + 1) * self._module
            path.rect(first * self._module, bottom, length * self._module, self._module)
        self.canv.setFillColor(Color(0, 0, 0))
        self.canv.drawPath(path, stroke=0, fill=1)


def numbered(title: str) -> type[Canvas]:
    """A canvas that knows how many pages there are before it writes their feet."""

    class Pages(Canvas):  # type: ignore[misc]  # reportlab has no types
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - reportlab's name
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for at, page in enumerate(self._kept, 1):
                self.__dict__.update(page)
                self._foot(at, len(self._kept))
                super().showPage()
            super().save()

        def _foot(self, page: int, pages: int) -> None:
            self.setFont(TEXT, 7)
            self.setFillColor(FAINT)
            self.setStrokeColor(LINE)
            self.line(MARGIN, 13 * mm, A4[0] - MARGIN, 13 * mm)
            self.drawString(MARGIN, 9 * mm, title)
            self.drawRightString(A4[0] - MARGIN, 9 * mm, f"page {page} of {pages}")

    return Pages


def fonts() -> None:
    for name in (TEXT, MONO):
        typeface(name)


def clean(text: str) -> str:
    """Text as markup; a sign that the typeface does not know is marked as unknown."""
    glyphs = typeface(TEXT).face.charToGlyph
    return escape("".join(one if ord(one) in glyphs else UNKNOWN for one in text))


def faint(text: str) -> str:
    return f'<font color="#52606d">{clean(text)}</font>'


BODY = ParagraphStyle("text", fontName=TEXT, fontSize=8, leading=11, textColor=INK)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=7, leading=10, textColor=FAINT)
LIST = ParagraphStyle(
    "list", parent=BODY, leftIndent=4 * mm, bulletFontName=TEXT, bulletFontSize=8
)
CENTRED = ParagraphStyle("centred", parent=SMALL, alignment=1)
HEADING = ParagraphStyle(
    "heading",
    parent=BODY,
    fontSize=11,
    leading=15,
    spaceBefore=5 * mm,
    spaceAfter=2 * mm,
)
TITLE = ParagraphStyle("title", parent=BODY, fontSize=18, leading=26)
CODE = ParagraphStyle(
    "code", parent=BODY, fontName=MONO, fontSize=7, leading=10, wordWrap="CJK"
)
"""For codes and hashes, which break wherever the line ends."""
TIGHT = [
    ("FONT", (0, 0), (-1, -1), TEXT, 8),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 3 * mm),
    ("TOPPADDING", (0, 0), (-1, -1), 1.2 * mm),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1.2 * mm),
]


def p(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    bullet = "•" if style is LIST else None
    return Paragraph(clean(text), style, bulletText=bullet)


def mono(text: str) -> Paragraph:
    return Paragraph(clean(text), CODE)
