"""Run every benchmark, each in a process of its own; each prints JSON lines."""

import os
from pathlib import Path
import subprocess
import sys
import tempfile

from bench import large

HERE = Path(__file__).parent


def main() -> int:
    names = sorted(
        path.stem
        for path in HERE.glob("*.py")
        if path.stem not in {"__init__", "allotropy_reads", "cluster", "every", "large"}
    )
    wanted = sys.argv[1:] or names
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in wanted:
            answer = subprocess.run(
                [sys.executable, "-m", f"bench.{name.replace('-', '_')}"],
                cwd=HERE.parent,
                env={**os.environ, large.KEPT: folder},
                check=False,
            )
            worst = max(worst, answer.returncode)
    return worst


if __name__ == "__main__":
    raise SystemExit(main())
