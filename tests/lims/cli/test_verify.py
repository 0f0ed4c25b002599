"""`lims verify`, `lims integrate` and `lims log`, as an administrator runs them."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner, Result
import pytest
from sqlalchemy import select, text

from app import laboratory
from config.settings import load
from lims import clock
from lims.anchors.tables import Trouble
from lims.audit import log
from lims.audit.integrator import Integrator
from lims.audit.queries import last_verification
from lims.audit.tables import SignedCheckpoint
from lims.cli import all_commands, serve
from lims.db import Database
from lims.laboratory import Laboratory
from lims.witness.keys import draw
from tests.cast import Cast
from tests.factories import in_the_laboratory
from tests.lims.audit.test_integrator import cut_off, happen
from tests.lims.audit.test_verification import rewrite


@pytest.fixture
def lab(embedded: Database, tmp_path: Path) -> Laboratory:
    return replace(
        laboratory(load(environment={})),
        database=embedded,
        log_keys=tmp_path / "log-keys",
        log_origin="lab.example/record",
    )


def lims(lab: Laboratory, *words: str) -> Result:
    return CliRunner().invoke(all_commands(), list(words), obj=lab)


def test_a_whole_record_is_said_to_be_so(lab: Laboratory) -> None:
    happen(lab.database, 3)
    assert "got their places" in lims(lab, "integrate", "--once").output
    for processes in ("1", "3"):
        found = lims(lab, "verify", "--processes", processes)
        assert found.exit_code == 0, found.output
        assert "The record is whole" in found.output
    with lab.database.reading() as session:
        assert last_verification(session) is not None


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("'partner' has cosigned 900 events of this log, which has 3: lost.", 1),
        ("'partner' cannot be reached.", 0),
    ],
)
def test_a_witness_that_remembers_more_is_believed(
    lab: Laboratory, tmp_path: Path, sentence: str, code: int
) -> None:
    """An older database with the older keys beside it is whole in itself."""
    happen(lab.database, 3)
    lims(lab, "integrate", "--once")
    key = draw("partner").signers[0].verifier.vkey
    policy = tmp_path / "policy"
    policy.write_text(f"witness partner {key} http://127.0.0.1:9\nquorum partner\n")
    with lab.database.transaction() as session:
        session.add(
            Trouble(url="http://127.0.0.1:9", since=clock.now(), sentence=sentence)
        )
    found = lims(replace(lab, log_policy=policy), "verify")
    assert found.exit_code == code, found.output
    assert (sentence in found.output) is bool(code)


def test_what_is_wrong_is_named_and_put_on_record(lab: Laboratory) -> None:
    happen(lab.database, 3)
    lims(lab, "integrate", "--once")
    rewrite(lab.database, "UPDATE audit_event SET tag = 'x' WHERE id = 2")
    found = lims(lab, "verify")
    assert found.exit_code == 1
    assert "Beside event" in found.output
    assert "The guard 'audit_event_no_delete' does not stand" in found.output
    with lab.database.reading() as session:
        told = last_verification(session)
        assert told is not None
        assert b'"whole":false' in told.body


def test_rows_are_held_against_their_events_where_it_is_asked_for(
    lab: Laboratory, cast: Cast
) -> None:
    with lab.database.transaction() as session:
        in_the_laboratory(session, 1)
    lims(lab, "integrate", "--once")
    whole = lims(lab, "verify", "--rows", "--silent")
    assert "Every row says what its events tell." in whole.output
    with lab.database.transaction() as session:
        session.execute(text("UPDATE sample SET stream = 'reference'"))
        session.execute(text("UPDATE sample SET kind = 'powder'"))
    assert "Rows were not held" in lims(lab, "verify", "--silent").output
    found = lims(lab, "verify", "--rows", "--silent")
    assert found.exit_code == 1
    assert "Its sample.kind is" in found.output
    assert "--rows" in serve.NIGHTLY


def test_a_last_checkpoint_that_is_gone_is_missed(
    lab: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing in the database follows it; the file beside the keys remembers."""
    monkeypatch.setattr("lims.cli.verify.PAUSE", 0.01)
    happen(lab.database, 3)
    lims(lab, "integrate", "--once")
    happen(lab.database, 3)
    lims(lab, "integrate", "--once")
    assert lims(lab, "verify", "--silent").exit_code == 0
    rewrite(lab.database, "DELETE FROM audit_checkpoint WHERE id = 2")
    found = lims(lab, "verify", "--silent")
    assert "was stored, and is not in the database: somebody removed it" in found.output
    assert "What to do: Find out who removed it." in found.output


def test_a_removed_checkpoint_is_put_back_as_it_was_signed(
    lab: Laboratory, caplog: pytest.LogCaptureFixture
) -> None:
    happen(lab.database, 3)
    lims(lab, "integrate", "--once")
    with lab.database.reading() as session:
        before = log.newest(session)
        assert before is not None
        note = before.note
    rewrite(lab.database, "DELETE FROM audit_checkpoint WHERE id = 1")
    happen(lab.database, 2)
    lims(lab, "integrate", "--once")
    with lab.database.reading() as session:
        rows = select(SignedCheckpoint).order_by(SignedCheckpoint.id)
        first, _ = session.scalars(rows)
        assert first.note == note
    assert "had been removed from the database" in caplog.text


def test_what_a_crash_left_signed_and_not_stored_is_noted_and_no_alarm(
    lab: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lims.cli.verify.PAUSE", 0.01)
    happen(lab.database, 3)
    lims(lab, "integrate", "--once")
    one = Integrator(lab.database, lab.log_keys, lab.log_origin)
    cut_off(lab.database, one, "_keep")
    found = lims(lab, "verify", "--silent")
    assert found.exit_code == 0, found.output
    assert "is signed and not stored yet" in found.output
    assert "start it" in found.output
    lims(lab, "integrate", "--once")
    found = lims(lab, "verify", "--silent")
    assert (found.exit_code, "Noted" in found.output) == (0, False)


def test_a_clock_that_was_set_back_is_told_and_is_no_alarm(
    lab: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    happen(lab.database, 3)
    lims(lab, "integrate", "--once")
    now = clock.now()
    with monkeypatch.context() as back:
        back.setattr(clock, "now", lambda: now - timedelta(hours=3))
        happen(lab.database, 2)
        lims(lab, "integrate", "--once")
        found = lims(lab, "verify", "--silent")
    assert found.exit_code == 0, found.output
    assert "Noted, clock: it ran back between two events of one item 1" in found.output
    assert "Event 4 states" in found.output
    assert "The newest checkpoint states" in found.output, "the log's own time stands"
    found = lims(lab, "verify")
    assert "The newest checkpoint states" not in found.output
    with lab.database.reading() as session:
        told = last_verification(session)
        assert told is not None
        assert b'"clock_ran_back":1' in told.body


def test_a_role_that_owns_the_tables_is_told(
    postgres: Database, tmp_path: Path
) -> None:
    keys = tmp_path / "log-keys"
    lab = replace(laboratory(load(environment={})), database=postgres, log_keys=keys)
    found = lims(lab, "verify", "--silent")
    assert found.exit_code == 1
    assert "roles: The program logs in as" in found.output


def test_a_silent_verification_leaves_no_event(lab: Laboratory) -> None:
    assert lims(lab, "verify", "--silent").exit_code == 0
    with lab.database.reading() as session:
        assert last_verification(session) is None


def test_a_policy_that_cannot_be_followed_is_told(
    lab: Laboratory, tmp_path: Path
) -> None:
    (tmp_path / "policy").write_text("nonsense\n")
    found = lims(replace(lab, log_policy=tmp_path / "policy"), "verify", "--silent")
    assert found.exit_code == 1
    assert "Line 1 of the policy" in found.output


def test_the_log_shows_its_keys_and_changes_them(lab: Laboratory) -> None:
    assert "makes the keys of a new log" in lims(lab, "log", "show").output
    happen(lab.database)
    before = lims(lab, "integrate", "--once").output
    assert before
    told = lims(lab, "log", "show")
    assert told.exit_code == 0, told.output
    shown = told.output
    assert shown.count("lab.example/record+") == 2
    assert shown.count("\N{EM DASH} lab.example/record ") == 2, "the last checkpoint"
    fresh = lims(lab, "log", "rotate", "--reason", "yearly")
    assert fresh.exit_code == 0, fresh.output
    assert not set(shown.split()) & {
        word for word in fresh.output.split() if word.startswith("lab.example/record+")
    }
    refused = lims(lab, "log", "restart", "--reason", "just so")
    assert refused.exit_code == 1
    assert "is whole" in refused.output


def test_open_keys_are_refused_by_every_command(lab: Laboratory) -> None:
    happen(lab.database)
    lims(lab, "integrate", "--once")
    (lab.log_keys / "ed25519.key").chmod(0o644)
    happen(lab.database)
    for words in (
        ("integrate", "--once"),
        ("log", "show"),
        ("log", "rotate", "--reason", "x"),
        ("log", "restart", "--reason", "x"),
    ):
        found = lims(lab, *words)
        assert found.exit_code == 1, found.output
        assert "mode 644, expected 600" in found.output


def test_roles_are_for_postgresql(lab: Laboratory) -> None:
    found = lims(lab, "grant", "--program", "a", "--integrator", "b")
    assert found.exit_code == 1
    assert "has no roles" in found.output
