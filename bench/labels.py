"""labels: 1,000 tube labels of 25 x 13 mm at 300 dpi, drawn and each read back.

As PDF (sheets of 85; at most 3 s) and as ZPL (at most 2 s), and the symbol alone
against treepoem (Ghostscript), which is measured in the same run where it is
installed: at least 100 times its rate.
"""

from collections.abc import Callable
import json
from random import Random
import shutil
from statistics import median
from time import perf_counter

from labels import sheet, thermal
from labels.content import Label
from labels.readback import proven
from labels.stock import STOCKS
from labels.symbol import encode
from labels.symbology import Symbology
from labels.thermal import Language
from lims.codes import Kind, draw, shown

LABELS = 1000
ROUNDS = 3
OTHERS = 8
"""Symbols that treepoem draws: more than a second each."""
SHEET, ROLL = STOCKS["tube-85"], STOCKS["roll-tube"]


def main() -> None:
    source = Random(96).randbytes
    codes = [draw(Kind.SAMPLE, source) for _ in range(LABELS)]
    labels = [Label(code, shown(code)) for code in codes]
    proven(labels[:1], SHEET)  # the typeface is read at the first sheet
    thermal.proven(labels[:1], ROLL, Language.ZPL)
    pdf = _seconds(lambda: proven(labels, SHEET))
    zpl = _seconds(lambda: thermal.proven(labels, ROLL, Language.ZPL))
    told = {
        "bench": "labels",
        "labels": LABELS,
        "pdf_s": round(pdf, 2),
        "pdf_at_most_s": 3,
        "pdf_without_read_back_s": round(
            _seconds(lambda: sheet.render(labels, SHEET)), 2
        ),
        "zpl_s": round(zpl, 2),
        "zpl_at_most_s": 2,
        "zpl_without_read_back_s": round(
            _seconds(lambda: thermal.render(labels, ROLL, Language.ZPL)), 2
        ),
        "symbols_per_s": round(LABELS / _seconds(lambda: _symbols(codes))),
        **_against(codes[:OTHERS], LABELS / pdf),
    }
    print(json.dumps(told))


def _symbols(codes: list[str]) -> None:
    for code in codes:
        encode(code, Symbology.DATA_MATRIX)


def _against(codes: list[str], rate: float) -> dict[str, float | str]:
    """Treepoem's rate, and how often a whole label of ours is made meanwhile."""
    try:
        from treepoem import generate_barcode  # noqa: PLC0415 - only here
    except ImportError:
        return {"treepoem": "not installed"}
    if shutil.which("gs") is None:
        return {"treepoem": "needs Ghostscript, which is not on this machine"}
    start = perf_counter()
    for code in codes:
        generate_barcode("datamatrix", code).convert("1")
    other = len(codes) / (perf_counter() - start)
    return {
        "treepoem_per_s": round(other, 2),
        "ratio": round(rate / other),
        "ratio_at_least": 100,
    }


def _seconds(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return median(taken)


if __name__ == "__main__":
    main()
