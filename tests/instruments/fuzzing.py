"""What a fuzzer feeds a parser, and how it is judged."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
CORPUS, DATA = FOLDER / "corpus", FOLDER / "data"

WORKBOOKS = frozenset({"forenseq_uas"})
SHEET, LINE, CELL = "\f", "\n", "\t"


def judge(name: str, content: bytes) -> None:
    """Read as the product does, and by the one parser; anything else is a fault."""
    # Not at the top: a fuzzer traces what is imported after it began.
    from instruments import InstrumentError, Source, all_parsers  # noqa: PLC0415 - traced by now
    from instruments.report import report  # noqa: PLC0415 - as above

    source = Source("fuzzed", content)
    module = f"instruments.parsers.{name}"
    (parser,) = (one for one in all_parsers() if one.claims.__module__ == module)
    try:
        if parser.claims(source):
            report(source)
    except InstrumentError as error:
        for told in (str(error), error.public):
            assert told.endswith("."), told


def seeds_of(name: str) -> Iterator[bytes]:
    """The made files of a parser, as they are fuzzed."""
    for path in sorted((DATA / name).glob("*")):
        if path.name.endswith(".expected.json"):
            continue
        yield written(path) if as_text(name) else path.read_bytes()


def as_text(name: str) -> bool:
    return name in WORKBOOKS


def written(path: Path) -> bytes:
    """A workbook as the text that is fuzzed."""
    from instruments import Source  # noqa: PLC0415 - as above
    from instruments.workbook import Workbook  # noqa: PLC0415 - as above

    book = Workbook(Source.from_path(path))
    sheets = []
    for name in book.names:
        rows = [
            CELL.join(cell.text if cell else "" for cell in row)
            for row in book.sheet(name).rows
        ]
        sheets.append(LINE.join([name, *rows]))
    return SHEET.join(sheets).encode()


class TextBook:
    """Stands for a workbook: such a text, as the shared reader would tell it."""

    def __init__(self, source: Any) -> None:
        from instruments.workbook import Cell, Sheet  # noqa: PLC0415 - as above

        self._sheets: dict[str, Sheet] = {}
        for name, rows in _sheets(source.content):
            cells = [
                tuple(
                    Cell(y, x, text, text) if text else None
                    for x, text in enumerate(row.split(CELL), 1)
                )
                for y, row in enumerate(rows, 1)
            ]
            self._sheets.setdefault(name, Sheet(name, tuple(cells)))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._sheets)

    def sheet(self, name: str) -> Any:
        return self._sheets[name]


def _sheets(content: bytes) -> Iterator[tuple[str, list[str]]]:
    for sheet in content.decode("utf-8", "replace").split(SHEET):
        name, *rows = sheet.split(LINE)
        yield name, rows


def as_workbooks(name: str) -> None:
    """From here on this parser takes a text for the workbook that it tells of.

    To pack and check each archive anew would cost a hundred times the parser's work.
    """
    module = import_module(f"instruments.parsers.{name}")
    module.Workbook = TextBook  # type: ignore[attr-defined]
    module.names_in = lambda source: TextBook(source).names  # type: ignore[attr-defined]
