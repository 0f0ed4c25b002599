"""A flatbed scan of a full rack at 600 dpi becomes a map of 96 codes."""

import json
from random import Random
from statistics import median
from time import perf_counter

from instruments.rack import Corner
from instruments.rack_picture import read_rack
from tests.instruments.racks_made import drawn, full, png

TIMES, DPI = 5, 600
MOST_S = 0.5
CHANCE = Random(96)


def main() -> int:
    codes = full(CHANCE)
    picture = png(drawn(codes, DPI, CHANCE), DPI)
    took, right = [], 96
    for _ in range(TIMES):
        before = perf_counter()
        found = read_rack(picture, Corner.TOP_LEFT)
        took.append(perf_counter() - before)
        right = min(right, sum(found.codes.get(at) == one for at, one in codes.items()))
    value = round(median(took), 3)
    told = {
        "bench": "rack",
        "value": value,
        "unit": "s",
        "most": MOST_S,
        "read": right,
        "of": len(codes),
        "dpi": DPI,
        "ok": value <= MOST_S and right == len(codes),
    }
    print(json.dumps(told))
    return 0 if told["ok"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
