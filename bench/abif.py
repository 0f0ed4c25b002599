"""Reading trace files, compared with Biopython on the files that both read.

Both read the same bytes from memory, in turns within one process, and are compared by
the medians of their processor time; each is told that it is a trace file. Ours reads
the peaks, and holds older directories against the newest. It also takes the SHA-256 of
the file, which Biopython does not: `ratio_with_sha256` counts that in. The example
files are read where they are; else files made for the tests.
"""

from io import BytesIO
import json
from pathlib import Path
from statistics import median
import time
from typing import Any

from Bio import SeqIO

from instruments import Source
from instruments.parsers.abif_trace import PARSER
from tests.conftest import shared_folder
from tests.instruments import abif_made

_SEQIO: Any = SeqIO
"""It has no types."""

ROUNDS = 15
MOST_RATIO = 0.6
MOST_HID = 8
"""Milliseconds, the median over the files."""


def main() -> int:
    shared = shared_folder()
    both = _files(shared, "abif_fsa", "abif_ab1") or {
        "four_dyes.fsa": abif_made.fsa().content()
    }
    closed = _files(shared, "abif_hid") or {"six_dyes.hid": abif_made.hid().content()}
    speed, hid = compared(both), enciphered(closed)
    print(json.dumps(speed))
    print(json.dumps(hid))
    return 0 if speed["ok"] and hid["ok"] else 1


def compared(files: dict[str, bytes]) -> dict[str, object]:
    ours, hashed, theirs = 0.0, 0.0, 0.0
    for name, content in files.items():
        mine, other, whole = [], [], []
        for _ in range(ROUNDS):
            mine.append(_ours(name, content, hashed=False))
            other.append(_theirs(content))
            whole.append(_ours(name, content))
        ours += median(mine)
        hashed += median(whole)
        theirs += median(other)
    ratio = ours / theirs
    return {
        "bench": "abif",
        "value": round(ours / len(files), 2),
        "unit": "ms a file",
        "files": len(files),
        "baseline": round(theirs / len(files), 2),
        "baseline_is": "Biopython's SeqIO.read over the same bytes",
        "ratio": round(ratio, 2),
        "ratio_with_sha256": round(hashed / theirs, 2),
        "goal": f"at most {MOST_RATIO} of the baseline",
        "ok": ratio <= MOST_RATIO,
    }


def enciphered(files: dict[str, bytes]) -> dict[str, object]:
    """Biopython opens these, and returns no trace."""
    times = [
        median(_ours(name, content) for _ in range(ROUNDS))
        for name, content in files.items()
    ]
    return {
        "bench": "abif-hid",
        "value": round(median(times), 2),
        "unit": "ms a file",
        "files": len(files),
        "goal": f"at most {MOST_HID} ms, the median over the files",
        "ok": median(times) <= MOST_HID,
    }


def _ours(name: str, content: bytes, *, hashed: bool = True) -> float:
    """Milliseconds of processor time; what was read is given back outside of them."""
    source = Source(name, content)
    if not hashed:
        _known = source.sha256  # it is taken once
    start = time.process_time()
    export = PARSER.read(source)
    taken = time.process_time() - start
    del export
    return taken * 1000


def _theirs(content: bytes) -> float:
    start = time.process_time()
    record = _SEQIO.read(BytesIO(content), "abi")
    taken = time.process_time() - start
    del record
    return taken * 1000


def _files(shared: Path | None, *kinds: str) -> dict[str, bytes]:
    """The trace files of the example folder."""
    if shared is None:
        return {}
    return {
        path.name: content
        for kind in kinds
        for path in sorted((shared / "instruments" / kind).iterdir())
        if (content := path.read_bytes()).startswith(b"ABIF")
    }


if __name__ == "__main__":
    raise SystemExit(main())
