"""How soon a file that would unpack or unfold into gigabytes is refused.

Each bomb is given to what opens files of its kind; the worst median counts. Beside it
stands the time in which a small workbook that hides nothing is looked over.
"""

from collections.abc import Callable
from io import BytesIO
import json
from statistics import median
from struct import pack
import time
from zipfile import ZIP_DEFLATED, ZipFile

from instruments.errors import InstrumentError
from instruments.markup import tree_of
from instruments.source import Source
from instruments.workbook import check

ROUNDS = 15
MOST_MS = 10
NESTED = 12
NO_COMMENT = bytes(2)
"""The end of a zip archive without a comment."""
SPACE = bytes(64 * 1024 * 1024)
PARTS = {"xl/workbook.xml": b"<workbook/>"}
SHEET = "xl/worksheets/sheet1.xml"


def main() -> int:
    each = {name: refused_in(opens, source) for name, opens, source in bombs()}
    name, value = max(each.items(), key=lambda one: one[1])
    honest = taken(check, _zip({SHEET: b"<worksheet/>"}))
    told = {
        "bench": "bombs",
        "value": round(value, 2),
        "unit": "ms",
        "worst": name,
        "each": {one: round(ms, 2) for one, ms in each.items()},
        "baseline": round(honest, 2),
        "baseline_is": "a small workbook that hides nothing, looked over",
        "ratio": round(value / honest, 1),
        "goal": f"at most {MOST_MS} ms",
        "ok": value <= MOST_MS,
    }
    print(json.dumps(told))
    return 0 if told["ok"] else 1


def refused_in(opens: Callable[[Source], object], source: Source) -> float:
    """Milliseconds; AssertionError if it was opened."""

    def refused(fresh: Source) -> None:
        try:
            opens(fresh)
        except InstrumentError:
            return
        raise AssertionError(f"{source.name} was opened")

    return taken(refused, source)


def taken(act: Callable[[Source], object], source: Source) -> float:
    """Milliseconds, the median of some rounds on a source that nobody read before."""
    times = []
    for turn in range(ROUNDS):
        fresh = Source(source.name, _unlike(source.content, turn))
        start = time.perf_counter()
        act(fresh)
        times.append(time.perf_counter() - start)
    return median(times) * 1000


def _unlike(content: bytes, turn: int) -> bytes:
    """The same with other last bytes, since what was looked at is remembered."""
    told = f"{turn:4}".encode()
    if content.endswith(NO_COMMENT):
        return content.removesuffix(NO_COMMENT) + pack("<H", len(told)) + told
    return content + told


def bombs() -> list[tuple[str, Callable[[Source], object], Source]]:
    entities = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha" * 10}">'
        for n in range(NESTED)
    )
    unfolding = f"<!DOCTYPE r [{entities}]>"
    report = f"{unfolding}<OsirisAnalysisReport>&e{NESTED - 1};</OsirisAnalysisReport>"
    return [
        ("1 GB in 16 parts", check, _zip({f"xl/{n}": SPACE for n in range(16)})),
        ("64 MB in a sheet", check, _zip({SHEET: SPACE})),
        ("20,000 parts", check, _zip({f"xl/{n}": b"" for n in range(20_000)})),
        ("entities in a sheet", check, _zip({SHEET: unfolding.encode()})),
        ("entities in a report", tree_of, Source("run.oar", report.encode())),
    ]


def _zip(parts: dict[str, bytes]) -> Source:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for part, content in (PARTS | parts).items():
            archive.writestr(part, content)
    return Source("results.xlsx", file.getvalue())


if __name__ == "__main__":
    raise SystemExit(main())
