"""Reading a plate's export, compared with splitting the same bytes by `csv.reader`.

Both are measured in processor time, in turns within one process, and compared by their
medians: what else the machine does then weighs on both alike.
"""

import csv
import io
import json
from pathlib import Path
import random
import resource
from statistics import median
import tempfile
import time

from instruments import Source, genotypes

WELLS, MARKERS, PEAKS, ROUNDS = 96, 24, 4, 41
MOST_TIMES = 6
LARGE = 10_000_000
MOST_MEMORY = 120
COLUMNS = (
    *("Sample File", "Sample Name", "Run Name", "Panel", "Marker", "Dye"),
    *(f"{kind} {n}" for kind in ("Allele", "Size", "Height") for n in range(1, 5)),
    *("ADO", "AE", "OMIT", "OS", "SHP", "BIN", "PHR", "LPH", "SPU", "AN", "BD", "GQ"),
)


def main() -> int:
    memory = parse_large()  # first: what a process once took, it does not give back
    print(json.dumps(memory))
    speed = parse_plate()
    print(json.dumps(speed))
    return 0 if speed["ok"] and memory["ok"] else 1


def parse_plate() -> dict[str, object]:
    content = table(random.Random(2304), WELLS).encode()
    ours, theirs = [], []
    for _ in range(ROUNDS):
        start = time.process_time()
        export = genotypes(Source("plate.txt", content))
        ours.append(time.process_time() - start)
        read = export.rows
        del export  # what was read is given back outside of both times
        start = time.process_time()
        split = sum(
            1 for _ in csv.reader(io.StringIO(content.decode()), delimiter="\t")
        )
        theirs.append(time.process_time() - start)
    assert split == read + 1 == WELLS * MARKERS + 1
    ratio = median(ours) / median(theirs)
    return {
        "bench": "parse-table",
        "value": round(median(ours) * 1000, 2),
        "unit": "ms",
        "rows": read,
        "baseline": round(median(theirs) * 1000, 2),
        "baseline_is": "csv.reader over the same bytes",
        "ratio": round(ratio, 2),
        "goal": f"at most {MOST_TIMES} times the baseline",
        "ok": ratio <= MOST_TIMES,
    }


def parse_large() -> dict[str, object]:
    """What parsing takes above the idle process, which has all imported already."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.txt"
        with path.open("w") as file:
            file.write(table(random.Random(10), 1))
            while file.tell() < LARGE:
                file.write(table(random.Random(file.tell()), 1).partition("\n")[2])
        idle = peak_memory()
        export = genotypes(Source.from_path(path))
        taken = peak_memory() - idle
    assert not export.refused
    return {
        "bench": "parse-table-memory",
        "value": round(taken, 1),
        "unit": "MB",
        "rows": export.rows,
        "baseline": round(idle, 1),
        "baseline_is": "the idle process",
        "ratio": round(taken / idle, 2),
        "goal": f"at most {MOST_MEMORY} MB above the idle process for a 10 MB export",
        "ok": taken <= MOST_MEMORY,
    }


def peak_memory() -> float:
    """The most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table(chance: random.Random, wells: int) -> str:
    names = [f"S{chance.randrange(10**8):08}" for _ in range(wells)]
    rows = [
        "\t".join(row(chance, name, marker))
        for name in names
        for marker in range(MARKERS)
    ]
    return "\n".join(["\t".join(COLUMNS), *rows, ""])


def row(chance: random.Random, name: str, marker: int) -> list[str]:
    count = chance.choice((1, 2, 2, 2, 3))
    alleles = [str(chance.randint(6, 34)) for _ in range(count)]
    sizes = [f"{chance.uniform(80, 440):.2f}" for _ in range(count)]
    heights = [str(chance.randint(80, 9000)) for _ in range(count)]
    facts = [f"{name}_run7.hid", name, "Run_2026-10-05", "GlobalFiler_v1.1"]
    flags = ["false"] * 3 + ["1.0"] * 8 + [f"{chance.random():.4f}"]
    blank = [""] * (PEAKS - count)
    peaks = alleles + blank + sizes + blank + heights + blank
    return [*facts, f"D{marker}S1", "BGYRP"[marker % 5], *peaks, *flags]


if __name__ == "__main__":
    raise SystemExit(main())
