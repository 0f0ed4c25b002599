"""verify-bundle: `verify.py` on a bundle of 200 events, witnessed and stamped.

Each round is a fresh `python3 -I`, as the auditor starts it. Beside it stands what that
interpreter needs to start and hash the same bytes: the least that any checker does.
"""

import json
from pathlib import Path
from statistics import median
import subprocess
import sys
import tempfile
from time import perf_counter

from lims.evidence.bundle import VERIFY, pack
from tests.lims.evidence import bundles

EVENTS, ROUNDS, MOST = 200, 7, 3.0
FLOOR = """
import hashlib, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as packed:
    for name in packed.namelist():
        hashlib.sha256(packed.read(name)).hexdigest()
"""


def main() -> int:
    packed = pack(bundles.anchored(EVENTS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.zip"
        path.write_bytes(packed)
        checked, hashed = [], []
        for _ in range(ROUNDS):
            hashed.append(_seconds("-c", FLOOR, str(path)))
            checked.append(_seconds(str(VERIFY), str(path)))
    seconds = median(checked)
    told = {
        "bench": "verify-bundle",
        "events": EVENTS,
        "bytes": len(packed),
        "s": round(seconds, 3),
        "hashing_alone_s": round(median(hashed), 3),
        "ratio": round(seconds / median(hashed), 1),
        "goal_s": MOST,
        "holds": seconds <= MOST,
    }
    print(json.dumps(told))
    return 0 if seconds <= MOST else 1


def _seconds(*words: str) -> float:
    start = perf_counter()
    command = [sys.executable, "-I", *words]
    answer = subprocess.run(command, check=False, capture_output=True)
    assert answer.returncode == 0, answer.stdout
    return perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
