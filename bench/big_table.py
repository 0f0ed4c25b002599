"""Reading a GeneMapper table of 100,000 rows, as a year's export of a laboratory is.

Time is of the processor, memory is above the idle process; compared with splitting the
same bytes by `csv.reader` and keeping the cells.
"""

import csv
import io
import json
import random
import time

from bench.parse_table import MARKERS, peak_memory, table
from instruments import Source, genotypes

ROWS = 100_000
MOST_SECONDS, MOST_MEMORY = 2, 200


def main() -> int:
    content = written()
    idle = peak_memory()
    start = time.process_time()
    export = genotypes(Source("year.txt", content))
    seconds = time.process_time() - start
    memory = peak_memory() - idle
    rows, refused = export.rows, len(export.refused)
    del export
    start = time.process_time()
    cells = list(csv.reader(io.StringIO(content.decode()), delimiter="\t"))
    theirs = time.process_time() - start
    assert rows == len(cells) - 1 == ROWS
    assert not refused
    ok = seconds <= MOST_SECONDS and memory <= MOST_MEMORY
    told = {
        "bench": "big-table",
        "value": round(seconds, 2),
        "unit": "s",
        "rows": rows,
        "memory_mb": round(memory, 1),
        "baseline": round(theirs, 2),
        "baseline_is": "csv.reader over the same bytes, cells kept",
        "ratio": round(seconds / theirs, 2),
        "goal": f"at most {MOST_SECONDS} s and {MOST_MEMORY} MB",
        "ok": ok,
    }
    print(json.dumps(told))
    return 0 if ok else 1


def written() -> bytes:
    """The table, made in pieces: a year has about a thousand plates' samples."""
    wells = -(-ROWS // MARKERS)
    lines = table(random.Random(4), wells).split("\n")
    return "\n".join([*lines[: ROWS + 1], ""]).encode()


if __name__ == "__main__":
    raise SystemExit(main())
