"""The tables of docs/instruments.md: every parser, and what was read of each real file.

    python -m tests.instruments.files_read

writes them anew, from the parsers and from the shared example files.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
import re
import sys
from typing import Any

from instruments import InstrumentError, Source, all_parsers, parse
from tests.conftest import shared_folder

DOC = Path(__file__).parents[2] / "docs" / "instruments.md"

NO_EXPORT = frozenset(
    (
        *("SYNTHETIC_not_instrument_output", "abif_invalid", "codis_cmf", "dicom"),
        *("kit_definitions", "population_tables"),
    )
)
"""Folders whose files no instrument's software exports: not of the table."""

PARSERS = "| parser | version | maturity | file |", 4
FILES = (
    "| file | parser | rows | samples | markers | alleles | unread | refused |",
    8,
)


def parsers() -> Iterator[str]:
    """The rows of the table of parsers."""
    for one in all_parsers():
        module = one.claims.__module__.rpartition(".")[2]
        yield f"| {one.name} | {one.version} | {one.maturity} | `{module}.py` |"


def files(folder: Path) -> Iterator[str]:
    """The rows of the table of real files."""
    for path in exports(folder):
        name = f"`{path.parent.name}/{path.name}`"
        try:
            export = parse(Source.from_path(path))
        except InstrumentError as error:
            told = re.sub(r"[|\n]", " ", error.says.partition(". ")[0].rstrip("."))
            yield f"| {name} | not read: {told} |" + " |" * 6
        else:
            counts = " | ".join(str(count) for count in counted(export))
            yield f"| {name} | {export.parser} | {counts} |"


def exports(folder: Path) -> Iterator[Path]:
    """What instruments and their software wrote, in the shared folder."""
    for path in sorted(folder.glob("*/*")):
        if path.parent.name not in NO_EXPORT and not path.name.startswith("LICENSE"):
            yield path


def counted(export: Any) -> tuple[int, ...]:
    """Rows, samples, markers, alleles, unread, refused; of whatever kind it is."""
    told = next(count(export) for has, count in KINDS.items() if hasattr(export, has))
    return export.rows, *told, export.unread, len(getattr(export, "refused", ()))


def _of_readings(export: Any) -> tuple[int, int, int]:
    return (
        len({one.sample for one in export.readings}),
        len({one.marker for one in export.readings}),
        sum(len(one.peaks) for one in export.readings),
    )


def _of_quantities(export: Any) -> tuple[int, int, int]:
    values = [one.value for one in export.quantities if one.value is not None]
    return (
        len({one.sample for one in export.quantities}),
        len({one.target for one in export.quantities}),
        len(values),
    )


def _of_sequences(export: Any) -> tuple[int, int, int]:
    """Sequences are counted where alleles are, though nobody called them."""
    return (
        len({one.sample for one in export.sequences if one.sample}),
        len({one.marker for one in export.sequences}),
        len(export.sequences),
    )


def _of_trace(export: Any) -> tuple[int, int, int]:
    return 1, len(export.dyes), len(export.peaks)


def _of_kit(export: Any) -> tuple[int, int, int]:
    markers = [marker for panel in export.panels for marker in panel.markers]
    return len(export.panels), len(markers), sum(map(_alleles, markers))


def _alleles(marker: Any) -> int:
    return len(marker.bins) or len(marker.alleles)


KINDS: dict[str, Callable[[Any], tuple[int, int, int]]] = {
    "readings": _of_readings,
    "quantities": _of_quantities,
    "sequences": _of_sequences,
    "panels": _of_kit,
    "dyes": _of_trace,
    "rows": lambda _: (0, 0, 0),
}
"""How each kind of export is counted, by what only it has."""


def table(text: str, header: str) -> list[str]:
    """The rows that the document holds below a header."""
    below = text.partition(f"{header}\n")[2].split("\n")[1:]
    return below[: below.index("")]


def _written(text: str, head: tuple[str, int], rows: Iterable[str]) -> str:
    header, columns = head
    above, found, below = text.partition(f"{header}\n")
    if not found:
        sys.exit(f"The document has no table with the header {header}")
    rest = below.partition("\n\n")[2]
    return "\n".join([above + header, "|---" * columns + "|", *rows, "", rest])


def main() -> None:
    text = _written(DOC.read_text(), PARSERS, parsers())
    folder = shared_folder()
    if folder is not None:
        text = _written(text, FILES, files(folder / "instruments"))
    DOC.write_text(text)


if __name__ == "__main__":
    main()
