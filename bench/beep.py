"""From the last byte of a scan to the beep: decoded, and on the bench's own disk.

It is held against the disk's own fsync of a write of the same size, in turns, so that
whatever else the machine does weighs on both alike.
"""

from contextlib import closing
from datetime import UTC, datetime
import json
import os
from pathlib import Path
from statistics import median, quantiles
import tempfile
from time import perf_counter

from instruments.drivers.barcode_scanner import Frame, Scan, checksum, understood
from instruments.outbox import Outbox

SCANS, WARM = 2000, 50
MOST_MS = 10
FRAME = b"]d1S7K2M9QXAT"


def main() -> int:
    ours: list[float] = []
    disk: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        plain = os.open(Path(folder) / "plain", os.O_WRONLY | os.O_CREAT)
        with closing(Outbox(Path(folder) / "outbox.db")) as outbox:
            for _ in range(SCANS + WARM):
                ours.append(scan(outbox))
                disk.append(synced(plain))
        os.close(plain)
    told = figure(ours[WARM:], disk[WARM:])
    print(json.dumps(told))
    return 0 if told["ok"] else 1


def scan(outbox: Outbox) -> float:
    raw = b"\x02" + FRAME + checksum(FRAME) + b"\x03"
    before = perf_counter()
    heard = understood(raw, Frame.CRC)
    assert isinstance(heard, Scan)
    outbox.put("scanner", "scan", heard.text, heard.raw, datetime.now(UTC))
    return perf_counter() - before


def synced(plain: int) -> float:
    before = perf_counter()
    os.write(plain, bytes(4096))
    os.fsync(plain)
    return perf_counter() - before


def figure(ours: list[float], disk: list[float]) -> dict[str, object]:
    p99, base = (quantiles(one, n=100)[-1] * 1000 for one in (ours, disk))
    return {
        "bench": "beep",
        "value": round(p99, 2),
        "unit": "ms",
        "median": round(median(ours) * 1000, 2),
        "scans": len(ours),
        "baseline": round(base, 2),
        "baseline_is": "p99 of a write and fsync of 4 KiB on the same disk, in turns",
        "ratio": round(p99 / base, 2),
        "goal": f"p99 at most {MOST_MS} ms above the disk's own fsync",
        "ok": p99 - base <= MOST_MS,
    }


if __name__ == "__main__":
    raise SystemExit(main())
