"""`lims bundle`: the same bundle as the page's, from the command line."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner, Result
import pytest

from app import laboratory
from config.settings import load
from lims import clock
from lims.cli import all_commands
from lims.codes import shown
from lims.db import Database
from lims.evidence import verify
from lims.store import Store
from tests.cast import Cast, user
from tests.factories import in_the_laboratory

CAST = Cast()
Command = Callable[..., Result]


@pytest.fixture
def lims(embedded: Database, tmp_path: Path) -> Command:
    furnished = laboratory(replace(load(environment={}), database_url="sqlite://"))
    made = replace(
        furnished,
        database=embedded,
        store=Store(tmp_path / "originals"),
        bundles=Store(tmp_path / "bundles"),
        signing_keys=tmp_path / "signing",
        log_keys=tmp_path / "log-keys",
    )

    def run(*words: str | Path) -> Result:
        asked = [str(word) for word in words]
        return CliRunner().invoke(all_commands(), asked, obj=made)

    return run


@pytest.fixture
def login(embedded: Database) -> str:
    with embedded.reading() as session:
        return user(session, CAST.quality).login


def test_codes_become_a_file_that_proves_itself(
    lims: Command, embedded: Database, login: str, tmp_path: Path
) -> None:
    with embedded.transaction() as session:
        codes = in_the_laboratory(session, 2)
    out = tmp_path / "evidence.zip"
    answer = lims("bundle", *map(shown, codes), "--account", login, "--out", out)
    assert answer.exit_code == 0, answer.output
    assert "events, manifest" in answer.output
    report = verify.examine(out, verify.Trust())
    assert (report["answer"], report["broken"]) == (verify.UNANCHORED, [])


def test_a_period_becomes_one_too(
    lims: Command, embedded: Database, login: str, tmp_path: Path
) -> None:
    with embedded.transaction() as session:
        in_the_laboratory(session, 1)
    out = tmp_path / "evidence.zip"
    today = clock.now().date().isoformat()
    days = ("--period", today, today)
    answer = lims("bundle", *days, "--account", login, "--out", out)
    assert answer.exit_code == 0, answer.output
    assert verify.examine(out, verify.Trust())["broken"] == []


def test_what_cannot_be_made_is_said_and_no_file_is_left(
    lims: Command, login: str, tmp_path: Path
) -> None:
    out = tmp_path / "evidence.zip"
    for words, told in (
        (("NOSUCHBAG", "--account", login), "No bag has the number"),
        (("NOSUCHBAG", "--account", "nobody"), "Nobody has the login"),
        (("--account", login), "Name at least one code"),
    ):
        answer = lims("bundle", *words, "--out", out)
        assert answer.exit_code == 1
        assert told in answer.output
    assert not out.exists()
