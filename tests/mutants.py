"""How the tests are tested: take one guard away, and a test must fail.

Each `require`, each `record`, each signature, each refusal and each condition of the
control rules is taken out, one at a time, in a child process that dies with its
change: no file is written. The tests that see the line run there until one fails.
`make mutants ARGS="lims/cases lims/review"` asks about some slices; SQLite alone.
"""

import argparse
import ast
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
import gc
from importlib import import_module
import os
from pathlib import Path
import select
import signal
import subprocess
import sys
from tempfile import TemporaryDirectory
from types import CodeType, FunctionType
import warnings

from _pytest.runner import runtestprotocol
from coverage import CoverageData
import pytest

ROOT = Path(__file__).parent.parent
RULES = (
    "batches/plate", "batches/proof", "results/agreement", "results/alleles",
    "results/batchmates", "results/checks", "results/compare", "results/controls",
    "results/genotype", "results/orientation", "results/swaps", "review/clearance",
    "review/eyes",
)  # fmt: skip
"""Where each condition is a control, not only each call."""
TESTS = ("tests/lims", "tests/test_blind_everywhere.py")
UNSEEING = ("anchors", "demo", "results/test_hostile.py")
"""Tests that run another process, where the change is not."""
LONGEST = 120
"""Seconds for one mutant; who needs longer counts as not caught, and is told apart."""


@dataclass(frozen=True)
class Mutant:
    """One line without its guard."""

    file: str
    line: int
    lines: range
    number: int
    """Which of the file's candidates, in the order of `ast.walk`."""
    kind: str
    said: str

    def code(self) -> CodeType:
        tree = ast.parse((ROOT / self.file).read_text())
        _take_away(list(_candidates(self.file, tree))[self.number])
        made = compile(ast.fix_missing_locations(tree), ROOT / self.file, "exec")
        assert isinstance(made, CodeType)
        return made


@dataclass(frozen=True)
class Candidate:
    kind: str
    node: ast.stmt | ast.Starred
    """What is taken away."""
    statement: ast.stmt
    """Where it stands, as coverage counts lines."""


def _candidates(file: str, tree: ast.Module) -> Iterator[Candidate]:
    rules = Path(file).with_suffix("").as_posix().removeprefix("lims/") in RULES
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr | ast.Assign | ast.Return):
            kind = _kind(node.value)
            if kind == "sign" or (kind and isinstance(node, ast.Expr)):
                yield Candidate(kind, node, node)
            elif rules and isinstance(node, ast.Return):
                for part in ast.walk(node):
                    if isinstance(part, ast.Starred) and "check_" in ast.unparse(part):
                        yield Candidate("check", part, node)
        elif rules and isinstance(node, ast.If):
            yield Candidate("check", node, node)


def _kind(value: ast.expr | None) -> str:
    """What kind of guard this call is; empty if it is none."""
    if not isinstance(value, ast.Call):
        return ""
    called = ast.unparse(value.func)
    name = called.rpartition(".")[2].lstrip("_")
    if called in {"record", "require", "people.sign", "operations.sign"}:
        return name
    return "check" if name.startswith(("refuse", "check", "require_")) else ""


def _take_away(found: Candidate) -> None:
    """In place, so that every other line keeps its number."""
    node = found.node
    if isinstance(node, ast.If):
        node.test = ast.Constant(value=False)
    elif isinstance(node, ast.Starred):
        node.value = ast.Tuple(elts=[], ctx=ast.Load())
    elif isinstance(node, ast.Expr):
        node.value = ast.Constant(value=None)
    elif isinstance(node, ast.Assign | ast.Return):
        fake = "__import__('types').SimpleNamespace(id=1)"
        node.value = ast.parse(fake, mode="eval").body


def mutants(files: Sequence[Path]) -> Iterator[Mutant]:
    for path in files:
        file = path.relative_to(ROOT).as_posix()
        source = path.read_text()
        for number, found in enumerate(_candidates(file, ast.parse(source))):
            node, where = found.node, found.statement
            end = where.lineno if isinstance(where, ast.If) else where.end_lineno
            lines = range(where.lineno, (end or where.lineno) + 1)
            said = source.splitlines()[node.lineno - 1].strip()
            yield Mutant(file, node.lineno, lines, number, found.kind, said)


class Seen:
    """Which tests run through which lines."""

    def __init__(self, data: Path) -> None:
        self._data = CoverageData(str(data))
        self._data.read()
        self._files: dict[str, dict[int, set[str]]] = {}

    def through(self, mutant: Mutant) -> list[str]:
        """The file's own tests first, then the slice's, then who sees least besides.

        Whom the line turns away sees little of what stands behind it.
        """
        lines = self._of(mutant.file)
        much = Counter(test for tests in lines.values() for test in tests)
        tests = set().union(*(lines.get(line, set()) for line in mutant.lines))
        file = Path(mutant.file)
        own, named = f"tests/{file.parent.as_posix()}/", f"test_{file.stem}.py"

        def order(one: str) -> tuple[bool, bool, int, str]:
            return f"{own}{named}" not in one, own not in one, much[one], one

        return sorted(tests, key=order)

    def _of(self, file: str) -> Mapping[int, set[str]]:
        if file not in self._files:
            told = self._data.contexts_by_lineno(str(ROOT / file))
            found: dict[int, set[str]] = defaultdict(set)
            for line, contexts in told.items():
                found[line] = {one.rpartition("|")[0] for one in contexts} - {""}
            self._files[file] = found
        return self._files[file]


class Trial:
    """Runs in place of pytest's own loop, on the tests that it collected."""

    def __init__(self, wanted: Sequence[Mutant], seen: Seen, out: int) -> None:
        self.wanted, self.seen, self.out = wanted, seen, out
        self.counts: dict[str, Counter[bool]] = defaultdict(Counter)
        self.sound: set[str] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        warm = next(one for one in session.items if "embedded" in _fixtures(one))
        other = next(one for one in session.items if one.path != warm.path)
        # The migrated database is made once, before the first child is born.
        runtestprotocol(warm, nextitem=other, log=False)
        for mutant in self.wanted:
            tests = [items[one] for one in self.seen.through(mutant) if one in items]
            try:
                by, late = self._killer(mutant, tests), ""
            except TimeoutError:
                by, late = "", f", none failed within {LONGEST} s"
            self.counts[mutant.file.split("/")[1]][bool(by)] += 1
            word = "killed  " if by else "SURVIVED"
            told = f"by {by}" if by else f"{len(tests)} tests see it{late}"
            self.say(
                f"{word} {mutant.file}:{mutant.line} {mutant.kind}: {mutant.said}"
                f"\n         {told}"
            )
        return True

    def _killer(self, mutant: Mutant, tests: Sequence[pytest.Item]) -> str:
        """The test that fails without the line, and passes with it."""
        by = _failing(mutant, tests)
        if by and by not in self.sound:
            whole = [one for one in tests if one.nodeid == by]
            if _failing(None, whole):
                self.say(f"UNSOUND  {by} fails with every line in place")
                return self._killer(mutant, [one for one in tests if one not in whole])
            self.sound.add(by)
        return by

    def say(self, text: str) -> None:
        os.write(self.out, f"{text}\n".encode())

    def summary(self) -> int:
        for name, count in self.counts.items():
            self.say(f"{name}: {count[True]} killed, {count[False]} survived")
        total = sum(self.counts.values(), Counter[bool]())
        self.say(f"{total[True]} passed, {total[False]} failed")
        return 1 if total[False] or not total else 0


def _fixtures(item: pytest.Item) -> Sequence[str]:
    return list(getattr(item, "fixturenames", ()))


def _failing(mutant: Mutant | None, tests: Sequence[pytest.Item]) -> str:
    """The first test that fails in a child, or empty; TimeoutError if late."""
    if not tests:
        return ""
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        child = os.fork()
    if child == 0:
        os.close(read)
        _die_trying(mutant, tests, write)
    os.close(write)
    ready, _, _ = select.select([read], [], [], LONGEST)
    told = os.read(read, 4000).decode() if ready else ""
    os.close(read)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    if not ready:
        raise TimeoutError
    return told


def _die_trying(
    mutant: Mutant | None, tests: Sequence[pytest.Item], write: int
) -> None:
    try:
        if mutant is not None:
            _put_in(mutant)
        tests[0].session._setupstate.teardown_exact(tests[0])
        for place, item in enumerate(tests):
            after = tests[place + 1] if place + 1 < len(tests) else item
            reports = runtestprotocol(item, nextitem=after, log=False)
            if any(report.failed for report in reports):
                os.write(write, item.nodeid.encode()[:4000])
                break
    except BaseException as error:  # noqa: BLE001 - a child must never come back
        os.write(2, f"{mutant}: {error!r}\n".encode())
    os._exit(0)


def _put_in(mutant: Mutant) -> None:
    """Give the functions of the file the code that lacks the line.

    The file is imported first: a page's is only when an application is made.
    """
    import_module(mutant.file.removesuffix(".py").replace("/", "."))
    path = str(ROOT / mutant.file)
    new = dict(_codes(mutant.code()))
    put = 0
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename == path:
            code = new.get((one.__code__.co_qualname, one.__code__.co_firstlineno))
            if code and len(code.co_freevars) == len(one.__code__.co_freevars):
                one.__code__ = code
                put += 1
    if not put:
        raise LookupError(f"No function of {path} is loaded: what is tested is another")


def _codes(code: CodeType) -> Iterator[tuple[tuple[str, int], CodeType]]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield (one.co_qualname, one.co_firstlineno), one
            yield from _codes(one)


def _asked(paths: Sequence[str]) -> list[Path]:
    roots = [ROOT / one for one in paths or ["lims"]]
    return [
        file
        for root in roots
        for file in ([root] if root.is_file() else sorted(root.rglob("*.py")))
    ]


def _quiet() -> list[str]:
    left_out = [f"--ignore=tests/lims/{name}" for name in UNSEEING]
    plugins = ["no:randomly", "no:cacheprovider"]
    return ["-q", *(f"-p{name}" for name in plugins), *left_out, *TESTS]


def _look(folder: Path) -> Path:
    """One run of all these tests: who sees which line."""
    data = folder / "seen"
    config = folder / "coveragerc"
    config.write_text(f"[run]\nsource = lims\ndata_file = {data}\n")
    told = ["--cov=lims", "--cov-context=test", f"--cov-config={config}"]
    run = [sys.executable, "-m", "pytest", *_quiet(), *told, "--cov-report="]
    subprocess.run([*run, "--numprocesses=2"], cwd=ROOT, check=True)
    return data


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", help="files or folders below lims")
    parser.add_argument("--seen", type=Path, help="coverage data of an earlier run")
    asked = parser.parse_args()
    os.environ.pop("LIMS_TEST_POSTGRES", None)
    os.environ.pop("REQUIRE", None)
    with TemporaryDirectory() as folder:
        seen = Seen(asked.seen or _look(Path(folder)))
        wanted = list(mutants(_asked(asked.paths)))
        trial = Trial(wanted, seen, os.dup(1))
        pytest.main(["--numprocesses=0", *_quiet()], plugins=[trial])
    return trial.summary()


if __name__ == "__main__":
    sys.exit(main())
