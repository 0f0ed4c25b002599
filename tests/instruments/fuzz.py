"""Look for a file that breaks a parser, led by which of its lines each file reaches.

    make fuzz [PARSER=lusstr] [SECONDS=120]

Needs atheris, which is fetched when it is first wanted and is part of nothing else.
What was worth keeping lies in corpus/<parser>, and test_corpus.py reads it ever after.

A workbook is fuzzed as text, its sheets parted by form feeds, rows by line ends and
cells by tabs: changed bytes of an archive would only be refused.
"""

from pathlib import Path
import subprocess
import sys
import tempfile

from tests.instruments.fuzzing import CORPUS, as_text, as_workbooks, judge, seeds_of

KEPT, LONGEST = 12, 4_000
"""Files of a parser's corpus, and bytes of each: what is small tells more."""


def main(arguments: list[str]) -> int:
    """`fuzz.py SECONDS [PARSER ...]`: each in a process of its own."""
    seconds, *wanted = arguments or ["120"]
    if wanted[:1] == ["--one"]:
        _fuzz(wanted[1], wanted[2:])
        return 0
    failed = 0
    for name in wanted or sorted(path.name for path in _kinds()):
        failed += bool(_run(name, seconds))
    return failed


def _kinds() -> list[Path]:
    from instruments import all_parsers  # noqa: PLC0415 - not yet where it is traced

    names = {one.claims.__module__.rpartition(".")[2] for one in all_parsers()}
    return [CORPUS / name for name in names]


def _run(name: str, seconds: str) -> int:
    """Fuzz, and keep some small files of those that reached something new."""
    corpus = CORPUS / name
    with tempfile.TemporaryDirectory() as folder:
        grown, seeds = Path(folder, "grown"), Path(folder, "seeds")
        for made in (grown, seeds):
            made.mkdir()
        for at, content in enumerate(seeds_of(name)):
            (seeds / f"seed-{at}").write_bytes(content)
        kept = [corpus] if corpus.is_dir() else []
        limits = ("-timeout=10", "-rss_limit_mb=2048", f"-artifact_prefix={name}-")
        told = subprocess.run(
            [
                *(sys.executable, "-m", "tests.instruments.fuzz", "0", "--one", name),
                *(f"-max_total_time={seconds}", *limits),
                *map(str, (grown, seeds, *kept)),
            ],
            check=False,
        )
        _keep(corpus, grown, {one.read_bytes() for one in seeds.iterdir()})
    return told.returncode


def _keep(corpus: Path, grown: Path, seeds: set[bytes]) -> None:
    found = sorted(grown.iterdir(), key=lambda path: path.stat().st_size)
    new = [one for one in found if one.read_bytes() not in seeds]
    small = [one for one in new if one.stat().st_size <= LONGEST]
    corpus.mkdir(parents=True, exist_ok=True)
    known = {one.read_bytes() for one in corpus.iterdir()}
    step = max(1, len(small) // KEPT)
    for one in small[::step][: KEPT - len(known)]:
        if one.read_bytes() not in known:
            (corpus / one.name[:12]).write_bytes(one.read_bytes())


def _fuzz(name: str, options: list[str]) -> None:
    import atheris  # noqa: PLC0415 - fetched when it is wanted

    with atheris.instrument_imports(include=["instruments"]):
        from instruments import all_parsers, report  # noqa: F401, PLC0415 - traced

        all_parsers()

    if as_text(name):
        as_workbooks(name)

    def one(content: bytes) -> None:
        judge(name, content)

    atheris.Setup(["fuzz", *options], one)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
