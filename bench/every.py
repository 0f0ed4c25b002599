"""Run every benchmark, each in a process of its own; each prints JSON lines."""

from pathlib import Path
import subprocess
import sys

HERE = Path(__file__).parent


def main() -> int:
    names = sorted(
        path.stem
        for path in HERE.glob("*.py")
        if path.stem not in {"__init__", "every", "large"}
    )
    wanted = sys.argv[1:] or names
    worst = 0
    for name in wanted:
        answer = subprocess.run(
            [sys.executable, "-m", f"bench.{name.replace('-', '_')}"],
            cwd=HERE.parent,
            check=False,
        )
        worst = max(worst, answer.returncode)
    return worst


if __name__ == "__main__":
    raise SystemExit(main())
