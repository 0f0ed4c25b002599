"""`lims user add`: a laboratory's first hour, from the command line."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner, Result
import pytest

from app import laboratory
from config.settings import load
from lims import clock, migrate
from lims.cli import all_commands
from lims.laboratory import Laboratory
from lims.people.passwords import prove
from lims.people.queries import credentials


@pytest.fixture
def first_hour(tmp_path: Path) -> Iterator[Laboratory]:
    address = f"sqlite:///{tmp_path}/first.db"
    made = laboratory(replace(load(environment={}), database_url=address))
    migrate.upgrade(made.database)
    yield made
    made.database.close()


def add(laboratory: Laboratory, login: str = "ada", country: str = "IT") -> Result:
    words = ["user", "add", login, "--name", "Ada Example", "--country", country]
    words += ["--laboratory", "Our laboratory", "--code", "HERE"]
    return CliRunner().invoke(all_commands(), words, obj=laboratory)


def test_the_password_that_is_printed_opens_the_door(first_hour: Laboratory) -> None:
    result = add(first_hour)
    assert result.exit_code == 0, result.output
    password = result.output.splitlines()[1]
    with first_hour.database.reading() as session:
        kept = credentials(session, "ada", "127.0.0.1", clock.now())
    assert prove(kept.password_hash, password).right


def test_it_works_once(first_hour: Laboratory) -> None:
    add(first_hour)
    again = add(first_hour, "eve")
    assert again.exit_code == 1
    assert "already" in again.output


def test_what_is_wrong_is_told_and_nothing_is_kept(first_hour: Laboratory) -> None:
    wrong = add(first_hour, country="Italy")
    assert wrong.exit_code == 1
    assert "'Italy' is not a country" in wrong.output
    assert add(first_hour).exit_code == 0
