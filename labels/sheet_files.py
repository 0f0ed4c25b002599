"""Sheet definitions of other programs: the XML of gLabels, as its user gives it.

Read are the measures alone: page, first label, pitch, size. A document type can hold
entities that grow without end, or name files to be fetched: it is refused where it
begins. What a definition says is checked as any template is.
"""

from dataclasses import dataclass, field
import re
from xml.parsers import expat

from labels.errors import LabelError
from labels.stock import A4, INCH

MOST_BYTES = 5_000_000
MOST_ELEMENTS = 100_000
DEEPEST = 12
UNITS = {"pt": INCH / 72, "in": INCH, "mm": 1.0, "cm": 10.0, "pc": INCH / 6}
LENGTH = re.compile(r"\s*(\d{1,6}(?:\.\d{1,20})?(?:e-\d{1,2})?)\s*([a-z]{2})?\s*")
PAPERS = {
    "A4": A4, "A5": (148.0, 210.0), "A3": (297.0, 420.0),
    "A6": (105.0, 148.0), "B4": (257.0, 364.0), "B5": (182.0, 257.0),
    "SRA3": (320.0, 450.0), "US-Letter": (215.9, 279.4), "US-Legal": (215.9, 355.6),
}  # fmt: skip

LABELS = {"Label-rectangle", "Label-round"}
NOTHING = (
    "The file has no sheet of rectangular or round labels. Give the XML of a gLabels "
    "template: <Glabels-templates> with a <Template> in it."
)


@dataclass(frozen=True)
class SheetFile:
    """One sheet of labels, in millimetres."""

    title: str
    page: tuple[float, float]
    corner: tuple[float, float]
    size: tuple[float, float]
    gap: tuple[float, float]
    columns: int
    rows: int
    round: bool = False


@dataclass
class _Element:
    tag: str
    given: dict[str, str]
    children: list["_Element"] = field(default_factory=list)


def read(content: bytes) -> list[SheetFile]:
    """Every sheet of labels in the file whose measures are told.

    Raises LabelError where there is none, with what is wrong with the first.
    """
    root = _tree(content)
    papers = PAPERS | {
        paper.given.get("id", ""): (
            _length(paper, "width"),
            _length(paper, "height"),
        )
        for paper in root.children
        if paper.tag == "Paper-size"
    }
    found, refused = [], ""
    for one in root.children if root.tag == "Glabels-templates" else ():
        for label in one.children:
            if one.tag == "Template" and label.tag in LABELS:
                try:
                    found.append(_sheet(one, label, papers))
                except LabelError as error:
                    refused = refused or str(error)
    if not found:
        raise LabelError(refused or NOTHING)
    return found


def _sheet(
    told: _Element, label: _Element, papers: dict[str, tuple[float, float]]
) -> SheetFile:
    title = " ".join(told.given.get(name, "") for name in ("brand", "part")).strip()
    layouts = [one for one in label.children if one.tag == "Layout"]
    if len(layouts) != 1:
        raise LabelError(
            f"'{title[:40]}' has {len(layouts)} grids of labels; one is expected."
        )
    grid = layouts[0]
    if label.tag == "Label-round":
        size = (2 * _length(label, "radius"),) * 2
    else:
        size = (_length(label, "width"), _length(label, "height"))
    pitch = (_length(grid, "dx"), _length(grid, "dy"))
    columns, rows = _count(grid, "nx"), _count(grid, "ny")
    gap = tuple(
        round(max(step - side, 0), 3) if count > 1 else 0
        for step, side, count in zip(pitch, size, (columns, rows), strict=True)
    )
    return SheetFile(
        title[:64] or "Sheet",
        _page(told, papers),
        (_length(grid, "x0"), _length(grid, "y0")),
        size,
        (gap[0], gap[1]),
        columns,
        rows,
        round=label.tag == "Label-round",
    )


def _page(
    told: _Element, papers: dict[str, tuple[float, float]]
) -> tuple[float, float]:
    size = told.given.get("size", "")
    if size in papers:
        return papers[size]
    if "width" in told.given and "height" in told.given:
        return _length(told, "width"), _length(told, "height")
    raise LabelError(f"The paper '{size[:40]}' is not known; the file must measure it.")


def _length(told: _Element, name: str) -> float:
    """In millimetres; without a unit a length is in points (glabels, libglabels)."""
    given = told.given.get(name, "")
    found = LENGTH.fullmatch(given)
    if found is None or (found[2] or "pt") not in UNITS:
        raise LabelError(
            f"<{told.tag}> has the {name} '{given[:40]}'; expected is a length such as "
            "'12.7mm', '0.5in' or '36pt'."
        )
    return round(float(found[1]) * UNITS[found[2] or "pt"], 3)


def _count(told: _Element, name: str) -> int:
    given = told.given.get(name, "")
    if not given.isdecimal() or not 0 < len(given) <= 3:  # noqa: PLR2004 - up to 999
        raise LabelError(
            f"<{told.tag}> has '{given[:40]}' for {name}; 1 to 999 is meant."
        )
    return int(given)


def _tree(content: bytes) -> _Element:
    if len(content) > MOST_BYTES:
        raise LabelError(f"The file has more than {MOST_BYTES} bytes.")
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)  # noqa: FBT003 - expat's own way to end
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise LabelError(f"The file is no XML that can be read ({error}).") from error
    return reader.top.children[0]


class _Reader:
    """Elements and attributes, without namespaces, and nothing that reaches outside."""

    def __init__(self) -> None:
        self.top = _Element("", {})
        self._open = [self.top]
        self._count = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_ELEMENTS or len(self._open) > DEEPEST:
            raise LabelError("The file has more elements than sheets of labels need.")
        made = _Element(tag.rpartition(":")[2], given)
        self._open[-1].children.append(made)
        self._open.append(made)

    def _end(self, _tag: str) -> None:
        self._open.pop()

    def _refuse(self, *_: object) -> None:
        raise LabelError(
            "The file declares a document type or entities; no sheet of labels needs "
            "one. Take that line out if you trust the file."
        )
