"""The record: one chain per item, written with the change, never rewritten."""

from decimal import Decimal
import json

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lims.audit.chain import commitment
from lims.audit.queries import all_faults, events_of
from lims.audit.record import Unaudited, record
from lims.audit.tables import Event, Opening
from lims.audit.tags import Tag
from lims.db import GENESIS, Database
from lims.organisations.tables import Organisation
from tests.cast import Cast


def _laboratory(session: Session) -> Organisation:
    found = select(Organisation).where(Organisation.code == "LAB").with_for_update()
    return session.scalars(found).one()


def test_each_event_names_the_one_before_it(database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        for _ in range(3):
            record(session, cast.manager, Tag.REFUSED, _laboratory(session))
    with database.reading() as session:
        laboratory = _plain(session)
        events = events_of(session, [laboratory.uid])
        assert [event.item_seq for event in events] == [1, 2, 3, 4]
        assert events[0].prev == GENESIS
        assert [e.prev for e in events[1:]] == [e.leaf for e in events[:-1]]
        assert (laboratory.ver, laboratory.head_hash) == (4, events[-1].leaf)
        assert all_faults(session) == {}


def test_the_stored_bytes_are_the_ones_that_were_hashed(
    database: Database, cast: Cast
) -> None:
    with database.transaction() as session:
        item = _laboratory(session)
        record(session, cast.manager, Tag.REFUSED, item, amount=Decimal("1.840"), n=2)
    with database.reading() as session:
        body = session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert body is not None
        told = json.loads(body.body)
        assert told["facts"] == {"amount": "1.840", "n": 2}
        assert told["actor"] == cast.manager.uid
        assert (
            body.body
            == json.dumps(
                told, sort_keys=True, separators=(",", ":"), ensure_ascii=False
            ).encode()
        )


def test_a_float_never_enters_the_record(session: Session, cast: Cast) -> None:
    with pytest.raises(TypeError, match="float"):
        record(session, cast.manager, Tag.REFUSED, _laboratory(session), amount=1.84)


def test_a_sealed_fact_is_told_by_commitment_and_can_be_erased(
    database: Database, cast: Cast
) -> None:
    genotype = {"TH01": ["6", "9.3"]}
    with database.transaction() as session:
        item = _laboratory(session)
        record(session, cast.manager, Tag.REFUSED, item, sealed={"calls": genotype})
    with database.reading() as session:
        event = session.scalars(select(Event).order_by(Event.id.desc())).first()
        opening = session.scalars(select(Opening)).one()
        assert event is not None
        assert b'"9.3"' not in event.body
        said = json.loads(event.body)["facts"]["calls"]["commitment"]
        assert said == commitment(opening.salt, "calls", json.loads(opening.value))
    with database.transaction() as session:
        session.delete(session.scalars(select(Opening)).one())
    with database.reading() as session:
        assert all_faults(session) == {}


def test_a_change_without_an_event_is_not_kept(database: Database) -> None:
    with pytest.raises(Unaudited), database.transaction() as session:
        _laboratory(session).name = "Somebody else"
    with database.reading() as session:
        assert _plain(session).name == "Laboratory"


def test_an_event_of_another_item_does_not_cover_a_change(
    database: Database, cast: Cast
) -> None:
    def change_one_and_record_another() -> None:
        with database.transaction() as session:
            other = select(Organisation).where(Organisation.code == "LAB2")
            record(session, cast.manager, Tag.REFUSED, session.scalars(other).one())
            _laboratory(session).name = "Somebody else"

    with pytest.raises(Unaudited, match="organisation"):
        change_one_and_record_another()


def test_a_bulk_change_without_an_event_is_not_kept(database: Database) -> None:
    with pytest.raises(Unaudited), database.transaction() as session:
        session.execute(update(Organisation).values(country="XX"))


def test_when_the_change_fails_its_event_is_not_kept_either(
    database: Database, cast: Cast
) -> None:
    def fail_after_recording() -> None:
        with database.transaction() as session:
            record(session, cast.manager, Tag.REFUSED, _laboratory(session))
            session.flush()
            raise ZeroDivisionError

    before = _count(database)
    with pytest.raises(ZeroDivisionError):
        fail_after_recording()
    assert _count(database) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET tag = 'x'",
        "DELETE FROM audit_event",
        "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event",
        "DROP TRIGGER audit_event_no_update",
        "DROP TABLE audit_event",
        "ALTER TABLE audit_event RENAME TO other",
        "PRAGMA writable_schema=ON",
        "PRAGMA recursive_triggers=OFF",
        "ATTACH 'other.db' AS other",
    ],
)
def test_the_embedded_database_refuses_to_rewrite_the_record(
    embedded: Database, statement: str
) -> None:
    before = _count(embedded)
    with embedded.engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text(statement))
    assert _count(embedded) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET tag = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "SET session_replication_role = replica; DELETE FROM audit_event",
    ],
)
def test_postgresql_refuses_to_rewrite_the_record(
    postgres: Database, statement: str
) -> None:
    before = _count(postgres)
    with postgres.engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text(statement))
    assert _count(postgres) == before


def test_a_hand_in_the_database_is_noticed(embedded: Database, cast: Cast) -> None:
    with embedded.transaction() as session:
        for _ in range(3):
            record(session, cast.manager, Tag.REFUSED, _laboratory(session))
    with embedded.migrating() as connection:
        connection.execute(text("DROP TRIGGER audit_event_no_update"))
        connection.execute(
            text(
                "UPDATE audit_event SET body = CAST(replace(CAST(body AS TEXT), "
                "'refused', 'allowed') AS BLOB)"
            )
        )
    with embedded.reading() as session:
        laboratory = _plain(session)
        assert "do not give its hash" in all_faults(session)[laboratory.uid][0]


def test_a_missing_last_event_is_noticed(embedded: Database, cast: Cast) -> None:
    with embedded.transaction() as session:
        record(session, cast.manager, Tag.REFUSED, _laboratory(session))
    with embedded.migrating() as connection:
        connection.execute(text("DROP TRIGGER audit_event_no_delete"))
        connection.execute(
            text("DELETE FROM audit_event WHERE tag = 'operation:refused'")
        )
    with embedded.reading() as session:
        found = all_faults(session)[_plain(session).uid]
        assert found == ["The row is not as its last event left it."]


def _plain(session: Session) -> Organisation:
    found = select(Organisation).where(Organisation.code == "LAB")
    return session.scalars(found).one()


def _count(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(Event)).all())
