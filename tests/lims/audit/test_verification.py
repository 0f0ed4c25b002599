"""The full verification finds what was rewritten, whoever rewrote it, and names it."""

from pathlib import Path

import pytest
from sqlalchemy import select, text

from lims.audit import guards, stored, succession
from lims.audit.chain import leaf as leaf_of
from lims.audit.integrator import Integrator
from lims.audit.queries import all_faults, last_verification
from lims.audit.record import record, system
from lims.audit.tables import Event
from lims.audit.tags import Tag
from lims.audit.verification import (
    EVERYTHING,
    Findings,
    ranges,
    tell,
    verify,
    verify_chains,
    verify_log,
)
from lims.db import Database
from tests.cast import Cast
from tests.lims.audit.test_integrator import ORIGIN, happen

FORGED = (
    "INSERT INTO audit_system (uid, ver, head_hash, name) "
    "VALUES ('ff', 3, 'f', 'forged')"
)
COPIED = (
    "UPDATE audit_leaf SET leaf = (SELECT leaf FROM audit_leaf WHERE seq = 7) "
    "WHERE seq = 5"
)
BACKDATED = "UPDATE audit_event SET at = '2026-01-01 00:00:00.000000' WHERE id = "
ONE = "(SELECT item_uid FROM audit_event ORDER BY id DESC LIMIT 1)"
LAST = "(SELECT max(id) FROM audit_event)"


@pytest.fixture
def signed(database: Database, tmp_path: Path) -> Database:
    return sign(database, tmp_path / "log-keys")


def sign(database: Database, folder: Path) -> Database:
    """A laboratory with a log of some checkpoints and a change of keys."""
    integrator = Integrator(database, folder, ORIGIN)
    for times in (3, 260):
        with database.transaction() as session:
            for _ in range(times):
                record(session, Cast().manager, Tag.REFUSED, system(session, "tests"))
        integrator.round()
    succession.rotate(database, folder, ORIGIN, "yearly")
    happen(database, 2)
    integrator.round()
    return database


def rewrite(database: Database, *statements: str) -> None:
    """As somebody who owns the tables and has taken the guards away."""
    with database.migrating() as connection:
        for name in guards.standing(connection):
            if database.embedded:
                connection.execute(text(f"DROP TRIGGER {name}"))
        if database.embedded:
            connection.execute(text("COMMIT"))
            connection.execute(text("PRAGMA foreign_keys=OFF"))
            connection.execute(text("BEGIN"))
        else:
            connection.execute(text("SET session_replication_role = replica"))
            tables = connection.execute(
                text(
                    "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c "
                    "ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
                )
            )
            for table in tables.scalars().all():
                connection.execute(text(f'ALTER TABLE "{table}" DISABLE TRIGGER ALL'))
        for statement in statements:
            connection.execute(text(statement))


def found(database: Database) -> str:
    """The sentences of the verification, less those on the guards that are gone."""
    with database.snapshot() as session:
        faults = verify(session).faults
    return "\n".join(
        f"{where}: {sentence}" for where, sentence in faults if where != "guards"
    )


def test_a_record_that_nobody_touched_is_whole(signed: Database) -> None:
    with signed.snapshot() as session:
        findings = verify(session)
        assert findings.whole, findings.faults
        count = len(list(session.scalars(select(Event.id))))
    assert (findings.events, findings.size) == (count, count)


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            f"UPDATE audit_event SET body = 'x' WHERE id = {LAST}",
            "do not give its hash",
        ),
        (f"UPDATE audit_event SET tag = 'x' WHERE id = {LAST}", "another tag than"),
        (f"UPDATE audit_event SET actor_uid = 'x' WHERE id = {LAST}", "another actor"),
        (
            BACKDATED + LAST,
            "another at than",
        ),
        (f"UPDATE audit_event SET item_seq = 9999 WHERE id = {LAST}", "is missing"),
        (
            f"DELETE FROM audit_event WHERE id = {LAST}",
            "places of the log have no event",
        ),
        (
            f"UPDATE audit_event SET item_uid = 'f' WHERE id = {LAST}",
            "The events of this audit_system have no row",
        ),
        (
            f"UPDATE audit_system SET ver = 1 WHERE uid = {ONE}",
            "as its last event left",
        ),
        (f"DELETE FROM audit_system WHERE uid = {ONE}", "have no row"),
        (
            FORGED,
            "without events",
        ),
        ("DELETE FROM audit_leaf WHERE seq = 5", "After 5 places of the log comes 6"),
        (
            "DELETE FROM audit_leaf WHERE seq = (SELECT max(seq) FROM audit_leaf)",
            "A checkpoint was signed of",
        ),
        (
            COPIED,
            "At place 5 of the log stands another event",
        ),
        ("UPDATE audit_node SET hash = 'x'", "The stored node 0 of level 8"),
        ("DELETE FROM audit_node", "The stored node 0 of level 8"),
        (
            "INSERT INTO audit_node VALUES (16, 9, 'x')",
            "A node is stored that no event",
        ),
        ("UPDATE audit_checkpoint SET root = 'x' WHERE id = 1", "another thing than"),
        ("UPDATE audit_checkpoint SET size = 2 WHERE id = 1", "another thing than"),
        ("UPDATE audit_checkpoint SET note = 'x' WHERE id = 1", "no signature below"),
        ("DELETE FROM audit_checkpoint WHERE id = 1", "No checkpoint was first signed"),
        ("UPDATE audit_log_key SET since = 1", "No checkpoint was first signed"),
        ("UPDATE audit_log_key SET vkey = 'x' WHERE id = 1", "A key cannot be read"),
        ("DELETE FROM audit_log_key WHERE id = 1", "is not one of this log"),
    ],
)
def test_what_was_rewritten_is_found_and_named(
    signed: Database, statement: str, sentence: str
) -> None:
    rewrite(signed, statement)
    assert sentence in found(signed)


def test_an_event_put_in_below_the_mark_is_named(
    embedded: Database, tmp_path: Path
) -> None:
    """With its chain and row as they should be, and with a number long passed."""
    sign(embedded, tmp_path / "log-keys")
    happen(embedded)
    rewrite(embedded, f"UPDATE audit_event SET id = -1 WHERE id = {LAST}")
    happen(embedded)
    Integrator(embedded, tmp_path / "log-keys", ORIGIN).round()
    assert "put in beside the record" in found(embedded)


def test_beside_a_server_an_older_transaction_is_waited_for(
    postgres: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(postgres, tmp_path / "log-keys")
    happen(postgres)
    rewrite(postgres, f"UPDATE audit_event SET id = -1 WHERE id = {LAST}")
    assert found(postgres) == ""
    monkeypatch.setattr(stored, "GRACE", -1)
    assert "put in beside the record" in found(postgres)


def test_a_guard_that_guards_nothing_is_named(signed: Database) -> None:
    hollow = (
        "CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event "
        "BEGIN SELECT 1; END"
        if signed.embedded
        else "CREATE OR REPLACE FUNCTION audit_event_refuse() RETURNS trigger "
        "LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
    )
    with signed.migrating() as connection:
        if signed.embedded:
            connection.execute(text("DROP TRIGGER audit_event_no_delete"))
        connection.execute(text(hollow))
    with signed.snapshot() as session:
        faults = verify(session).faults
    name = "audit_event_no_delete" if signed.embedded else "audit_event_no_change"
    assert f"The guard '{name}' does not stand as it was made." in {
        one.sentence for one in faults
    }


def test_text_that_is_no_text_any_more_is_named(
    embedded: Database, tmp_path: Path
) -> None:
    """One flipped bit can leave bytes that the driver refuses to read."""
    sign(embedded, tmp_path / "log-keys")
    damage = f"UPDATE audit_event SET tag = CAST(x'ff41' AS TEXT) WHERE id = {LAST}"
    rewrite(embedded, damage)
    assert "another tag than" in found(embedded)


def test_a_history_that_was_forged_whole_does_not_fit_what_was_signed(
    signed: Database,
) -> None:
    """Somebody rewrites an event with its hash, chain and leaf: the root differs."""
    with signed.reading() as session:
        last = session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert last is not None
        session.expunge(last)
        forged = last.body.replace(b'"facts":{}', b'"facts":{"a":1}')
        assert forged != last.body
    leaf = leaf_of(forged)
    raw = f"x'{leaf}'" if signed.embedded else f"'\\x{leaf}'"
    body = f"x'{forged.hex()}'" if signed.embedded else f"'\\x{forged.hex()}'"
    rewrite(
        signed,
        f"UPDATE audit_event SET body = {body}, leaf = '{leaf}' WHERE id = {last.id}",
        f"UPDATE audit_system SET head_hash = '{leaf}' WHERE uid = '{last.item_uid}'",
        f"UPDATE audit_leaf SET leaf = {raw} WHERE event_id = {last.id}",
    )
    assert "is not the one that was signed" in found(signed)


def test_the_parts_together_are_the_whole(signed: Database) -> None:
    with signed.snapshot() as session:
        parts = [verify_chains(session, part) for part in ranges(3)]
        together = sum(parts, verify_log(session))
        alone = verify_chains(session, EVERYTHING) + verify_log(session)
    assert together == alone
    assert alone.events > 260


def test_the_result_is_on_record(database: Database, cast: Cast) -> None:
    assert cast
    with database.transaction() as session:
        assert last_verification(session) is None
        tell(session, Findings(events=3, size=2))
    with database.reading() as session:
        told = last_verification(session)
        assert told is not None
        assert b'"events":3' in told.body
        assert b'"whole":true' in told.body
        assert all_faults(session) == {}
