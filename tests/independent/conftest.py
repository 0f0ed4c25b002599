"""The Go program, built once for all tests."""

from collections.abc import Callable
import os
from pathlib import Path
import shutil
from subprocess import run

import pytest

from tests.programs import absent, program

SOURCE = Path(__file__).with_name("verify.go")
LIBRARY = Path("/usr/share/gocode")
"""Where Debian's golang-golang-x-mod-dev lies; no module is fetched."""

Ask = Callable[..., str]
Verify = Callable[..., bool]


@pytest.fixture(scope="session")
def go(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Run one check of the Go program; what it answers."""
    compiler = program("go")
    if not (LIBRARY / "src/golang.org/x/mod/sumdb/note").is_dir():
        absent("the Go package 'golang.org/x/mod' is not on this machine")
    folder = tmp_path_factory.mktemp("go")
    shutil.copy(SOURCE, folder)
    built = folder / "verify"
    where = {
        "GO111MODULE": "off",
        "GOPATH": str(LIBRARY),
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
        "CGO_ENABLED": "0",
    }
    run(
        [compiler, "build", "-o", str(built), "verify.go"],
        cwd=folder,
        env={**os.environ, **where},
        check=True,
    )

    def ask(*words: object) -> str:
        answer = run(
            [str(built), *map(str, words)], capture_output=True, text=True, check=False
        )
        assert answer.stdout.startswith(("verified", "refused: ")), answer.stderr
        assert (answer.returncode == 0) == answer.stdout.startswith("verified")
        return answer.stdout.strip()

    return ask


@pytest.fixture(scope="session")
def verifies(go: Ask) -> Verify:
    """Run one check of the Go program; whether it held."""
    return lambda *words: go(*words).startswith("verified")
