"""The doors stay closed while something is wrong, and it is told what."""

from dataclasses import replace
from pathlib import Path

from click import ClickException
from click.testing import CliRunner
import pytest
from sqlalchemy import text

from app import laboratory
from config.settings import load
from lims import startup
from lims.audit.integrator import Integrator
from lims.cli.log import show
from lims.cli.serve import expect_ready
from lims.db import Database
from lims.keyring import UnsafeKeys
from lims.laboratory import Laboratory
from tests.lims.audit.test_integrator import happen
from tests.lims.audit.test_verification import rewrite


def lab_on(database: Database, folder: Path) -> Laboratory:
    settings = replace(load(environment={}), log_keys=str(folder / "log-keys"))
    return replace(laboratory(settings), database=database)


def test_a_whole_laboratory_may_open(embedded: Database, tmp_path: Path) -> None:
    lab = lab_on(embedded, tmp_path)
    assert startup.faults(lab) == []
    happen(embedded, 3)
    Integrator(embedded, lab.log_keys, lab.log_origin).round()
    assert startup.faults(lab) == []


def test_a_postgresql_tells_of_what_it_lacks(
    postgres: Database, tmp_path: Path
) -> None:
    """The tests' own server is lax and its role owns the tables: no more than that."""
    names = ("synchronous_commit", "fsync", "full_page_writes")
    with postgres.engine.connect() as connection:
        lax = {one for one in names if connection.scalar(text(f"SHOW {one}")) != "on"}
    faults = startup.faults(lab_on(postgres, tmp_path))
    assert {one for one in names if f"has {one} 'off'" in "".join(faults)} == lax
    assert len(faults) == len(lax) + 1
    assert "owns 'audit_" in faults[-1]


def test_a_log_that_lost_its_end_keeps_the_doors_closed(
    embedded: Database, tmp_path: Path
) -> None:
    lab = lab_on(embedded, tmp_path)
    happen(embedded, 3)
    Integrator(embedded, lab.log_keys, lab.log_origin).round()
    rewrite(embedded, "DELETE FROM audit_leaf WHERE seq > 2")
    assert "A checkpoint was signed of" in startup.faults(lab)[-1]
    rewrite(embedded, "DELETE FROM audit_checkpoint")
    assert "what came after is lost" in startup.faults(lab)[-1]


def test_a_log_with_another_event_keeps_the_doors_closed(
    embedded: Database, tmp_path: Path
) -> None:
    lab = lab_on(embedded, tmp_path)
    happen(embedded, 3)
    Integrator(embedded, lab.log_keys, lab.log_origin).round()
    rewrite(embedded, f"UPDATE audit_leaf SET leaf = x'{'0' * 64}' WHERE seq = 2")
    assert "are not those that the log has signed" in startup.faults(lab)[-1]


def test_keys_that_others_can_read_keep_the_doors_closed(
    embedded: Database, tmp_path: Path
) -> None:
    lab = lab_on(embedded, tmp_path)
    happen(embedded)
    Integrator(embedded, lab.log_keys, lab.log_origin).round()
    lab.log_keys.chmod(0o755)
    (fault,) = startup.faults(lab)
    assert "mode 755" in fault


def test_a_missing_guard_keeps_the_doors_closed(
    embedded: Database, tmp_path: Path
) -> None:
    with embedded.migrating() as connection:
        connection.execute(text("DROP TRIGGER audit_event_no_delete"))
    lab = replace(laboratory(load(environment={})), database=embedded)
    (fault,) = startup.faults(lab)
    assert "audit_event_no_delete" in fault


def test_old_tables_keep_the_doors_closed(tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path}/empty.db")
    lab = replace(laboratory(load(environment={})), database=empty)
    (fault,) = startup.faults(lab)
    assert "lims migrate" in fault
    empty.close()


def test_a_lax_postgresql_keeps_the_doors_closed(postgres: Database) -> None:
    with postgres.engine.begin() as connection:
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit=off"))
    postgres.engine.dispose()
    lab = replace(laboratory(load(environment={})), database=postgres)
    assert "synchronous_commit 'off'" in startup.faults(lab)[0]


def test_without_a_folder_for_the_subjects_keys_one_sentence_says_so(
    embedded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_lab: Laboratory) -> list[str]:
        raise UnsafeKeys("No folder for the subjects' keys is named.")

    lab = replace(laboratory(load(environment={})), database=embedded)
    monkeypatch.setattr(startup, "replay", refuse)
    with pytest.raises(ClickException, match="stay closed") as told:
        expect_ready(lab)
    assert "No folder for the subjects' keys" in told.value.message


def test_who_looks_on_makes_no_keys(embedded: Database, tmp_path: Path) -> None:
    lab = lab_on(embedded, tmp_path)
    told = CliRunner().invoke(show, obj=lab)
    assert told.exit_code == 1
    assert "does not hold 'ed25519.key'" in told.output
    assert not lab.log_keys.exists()
    assert startup.faults(lab) == []
