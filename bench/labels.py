"""labels-sheet: 96 tube labels drawn and read back, against drawing them alone."""

from collections.abc import Callable
import json
from random import Random
from statistics import median
from time import perf_counter

from labels.content import Label
from labels.readback import proven
from labels.sheet import render
from labels.stock import STOCKS
from lims.codes import Kind, draw, shown

LABELS = 96
ROUNDS = 11
STOCK = STOCKS["tube"]


def main() -> None:
    source = Random(96).randbytes
    codes = [draw(Kind.SAMPLE, source) for _ in range(LABELS)]
    labels = [Label(code, shown(code)) for code in codes]
    proven(labels, STOCK)  # the typeface is read at the first sheet
    read, drawn = [], []
    for _ in range(ROUNDS):
        drawn.append(_milliseconds(lambda: render(labels, STOCK)))
        read.append(_milliseconds(lambda: proven(labels, STOCK)))
    told = {
        "bench": "labels-sheet",
        "labels": LABELS,
        "ms": round(median(read), 1),
        "without_read_back_ms": round(median(drawn), 1),
        "ratio": round(median(read) / median(drawn), 2),
        "bytes": len(render(labels, STOCK)),
    }
    print(json.dumps(told))


def _milliseconds(work: Callable[[], bytes]) -> float:
    start = perf_counter()
    work()
    return (perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
