"""The rules of the layout that import-linter cannot say."""

import ast
from pathlib import Path
import subprocess
import sys

import pytest

from lims.access import ROLES, Permission, Role
from lims.audit.tags import Tag

ROOT = Path(__file__).parent.parent
OPERATIONS = sorted(ROOT.glob("lims/*/operations*.py"))
LIMS = sorted(ROOT.glob("lims/**/*.py"))
WEB = sorted(ROOT.glob("lims/web/*.py"))
PRODUCT = [
    path
    for folder in ("config", "instruments", "labels", "lims")
    for path in sorted(ROOT.glob(f"{folder}/**/*.py"))
]
TESTS = sorted((ROOT / "tests").glob("**/*.py"))
LONG: dict[str, str] = {
    "lims/evidence/verify.py": "one file by purpose: a stranger carries it alone",
}
"""Files of more than 400 lines, each with its reason."""
EXEMPT = {
    "organisations": {"set_up"},
    "people": {"login", "logout", "refuse", "set_up", "touch"},
    "stations": {
        "answer",
        "claim",
        "enrol",
        "hand_out",
        "receive",
        "seat_by_badge",
    },
}
"""Operations that no permission can guard: who asks is not known yet, or a bench."""


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _functions(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text())
    return [node for node in tree.body if isinstance(node, ast.FunctionDef)]


def test_the_import_contracts_are_kept() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    answer = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("path", OPERATIONS, ids=_name)
def test_an_operation_first_requires_a_permission_and_records_an_event(
    path: Path,
) -> None:
    """An operation may record through a function of its own file that it calls."""
    functions = {function.name: function for function in _functions(path)}
    for function in functions.values():
        if function.name.startswith("_") or function.name in EXEMPT.get(
            path.parent.name, set()
        ):
            continue
        parameters = [argument.arg for argument in function.args.args]
        assert parameters[:2] == ["session", "actor"], function.name
        first = function.body[1 if ast.get_docstring(function) else 0]
        assert ast.unparse(first).startswith("require(actor, "), function.name
        assert _records(function, functions, set()), function.name


def _records(
    function: ast.FunctionDef, known: dict[str, ast.FunctionDef], seen: set[str]
) -> bool:
    seen.add(function.name)
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in {"record", "sign"}:
                return True
            if (
                called in known
                and called not in seen
                and _records(known[called], known, seen)
            ):
                return True
    return False


@pytest.mark.parametrize("path", LIMS, ids=_name)
def test_only_a_slice_itself_touches_its_tables(path: Path) -> None:
    slice_ = path.relative_to(ROOT / "lims").parts[0]
    if path.name == "tables.py" and path.parent.name == "lims":
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            parts = node.module.split(".")
            if parts[0] == "lims" and parts[-1] == "tables" and len(parts) == 3:
                assert parts[1] == slice_ or _only_words(node), (
                    f"{_name(path)}:{node.lineno}"
                )


def _only_words(node: ast.ImportFrom) -> bool:
    """Vocabularies (enumerations) of a slice may be read by the slices above it."""
    words = ("Kind", "Stage", "State", "Stream", "Temperature", "Zone", "Part")
    return all(alias.name.endswith(words) for alias in node.names)


@pytest.mark.parametrize("path", LIMS, ids=_name)
def test_only_db_commits(path: Path) -> None:
    calls = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in {"commit", "rollback"}
    ]
    assert not calls


@pytest.mark.parametrize("path", WEB, ids=_name)
def test_routes_are_thin(path: Path) -> None:
    for function in _functions(path):
        assert function.end_lineno is not None
        lines = function.end_lineno - function.lineno + 1
        assert lines <= 25, f"{function.name} has {lines} lines"


@pytest.mark.parametrize("path", PRODUCT, ids=_name)
def test_no_file_grows_unnoticed(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    assert lines <= 400 or _name(path) in LONG, f"{lines} lines"


@pytest.mark.parametrize("path", PRODUCT, ids=_name)
def test_no_file_is_a_drawer(path: Path) -> None:
    assert path.stem not in {"utils", "helpers", "base", "manager", "models", "misc"}


@pytest.mark.parametrize("words", [Permission, Role, Tag])
def test_stable_words_stand_in_alphabetical_order(
    words: type[Permission | Role | Tag],
) -> None:
    names = [word.name for word in words]
    assert names == sorted(names)


def test_every_permission_is_granted_to_somebody() -> None:
    granted = frozenset().union(*ROLES.values())
    assert granted == frozenset(Permission)


def test_every_role_has_its_grants() -> None:
    assert set(ROLES) == set(Role)


def test_the_auditor_only_reads() -> None:
    """And takes evidence away: what that writes is that it was taken."""
    writing = {p for p in ROLES[Role.AUDITOR] if not p.endswith(":read")}
    assert writing == {
        Permission.DESK_WORK, Permission.EVIDENCE_EXPORT, Permission.SELF,
    }  # fmt: skip


def test_the_administrator_has_no_role_in_a_case() -> None:
    assert not {
        p for p in ROLES[Role.ADMINISTRATOR] if "identity" in p or "sample" in p
    }


@pytest.mark.parametrize("path", TESTS, ids=_name)
def test_what_is_tested_is_the_same_in_every_process(path: Path) -> None:
    """Nothing drawn by chance stands in a decorator: two processes would differ."""
    chance = {"draw", "random", "token_bytes", "token_hex", "uuid4"}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                called = {
                    ast.unparse(one.func).rpartition(".")[2]
                    for one in ast.walk(decorator)
                    if isinstance(one, ast.Call)
                }
                assert not called & chance, f"{_name(path)}:{node.lineno}"
