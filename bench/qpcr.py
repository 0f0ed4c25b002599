"""Reading real-time PCR files, compared with allotropy on the files that both read.

allotropy needs an older jsonschema than the product, so it lives in an environment of
its own beside the project's, made at the first run. Both read from disk, in a process
each, and are compared by processor time; what starting Python and importing costs is
left out of both. The example files are read where they are; else files made for the
tests, which allotropy reads too.
"""

import json
from pathlib import Path
from statistics import median
import subprocess
import sys
import time
import venv

from instruments import InstrumentError, Source, parse
from tests.conftest import shared_folder

ORACLE = Path(sys.prefix) / "allotropy"
NEEDED = "allotropy==0.1.150"
ROUNDS = 5
MOST_RATIO = 0.1


def main() -> int:
    told = compared(_files(shared_folder()))
    print(json.dumps(told))
    return 0 if told["ok"] else 1


def compared(files: list[Path]) -> dict[str, object]:
    """The sums over the files that both read, and what only one of them reads."""
    theirs = _theirs(files)
    ours = {path.name: _ours(path) for path in files}
    both = [
        name
        for name, found in theirs.items()
        if isinstance(found, float) and ours[name] is not None
    ]
    mine = sum(ours[name] or 0 for name in both)
    other = sum(float(theirs[name]) for name in both)
    ratio = mine / other
    return {
        "bench": "qpcr",
        "value": round(mine / len(both) * 1000, 1),
        "unit": "ms a file",
        "files": len(both),
        "refused_by_us": sorted(name for name, took in ours.items() if took is None),
        "baseline": round(other / len(both) * 1000, 1),
        "baseline_is": "allotropy 0.1.150 on the same files",
        "ratio": round(ratio, 3),
        "goal": f"at most {MOST_RATIO} of the baseline",
        "ok": ratio <= MOST_RATIO,
    }


def _ours(path: Path) -> float | None:
    """Seconds of processor time; None where the file is refused."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        try:
            parse(Source.from_path(path))
        except InstrumentError:
            return None
        times.append(time.process_time() - start)
    return median(times)


def _theirs(files: list[Path]) -> dict[str, float | str]:
    python = ORACLE / "bin" / "python"
    if not python.exists():
        venv.create(ORACLE, with_pip=True)
        install: list[str | Path] = [python, "-m", "pip", "install", "--quiet", NEEDED]
        subprocess.run(install, check=True, stderr=subprocess.DEVNULL)
    script = Path(__file__).with_name("allotropy_reads.py")
    run = subprocess.run(
        [str(one) for one in (python, script, *files)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, float | str] = json.loads(run.stdout)
    return found


def _files(shared: Path | None) -> list[Path]:
    if shared is not None:
        return sorted((shared / "instruments" / "qpcr_quantstudio").iterdir())
    own = Path(__file__).parents[1] / "tests" / "instruments" / "data"
    return [
        own / "quantstudio_text" / "standard_curve.txt",
        own / "quantification_workbook" / "design_and_analysis.xlsx",
    ]


if __name__ == "__main__":
    raise SystemExit(main())
