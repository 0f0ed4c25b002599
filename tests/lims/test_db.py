"""Transactions, the fair line of writers, and an engine that refuses to be unsafe."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from lims import embedded as engine
from lims.audit.queries import all_faults
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.db import Database, Quantity, UtcDateTime
from lims.organisations.tables import Organisation
from tests.cast import Cast


def test_an_sqlite_that_can_corrupt_its_file_is_refused() -> None:
    with pytest.raises(engine.UnsafeDatabase, match=r"version '3\.51\.2'"):
        engine.refuse_unsafe((3, 51, 2))
    engine.refuse_unsafe((3, 51, 3))


def test_every_connection_has_the_safe_settings(embedded: Database) -> None:
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "trusted_schema": 0,
        "busy_timeout": 5000,
        "cell_size_check": 1,
        "mmap_size": 0,
    }
    with embedded.engine.connect() as connection:
        found = {n: connection.scalar(text(f"PRAGMA {n}")) for n in expected}
    assert found == expected


def test_a_reading_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError), database.reading() as session:
        session.execute(text("UPDATE organisation SET country = 'XX'"))


def test_writers_stand_in_one_line_and_none_is_lost(
    database: Database, cast: Cast
) -> None:
    def write(_: int) -> None:
        with database.transaction() as session:
            found = select(Organisation).where(Organisation.code == "LAB")
            item = session.scalars(found.with_for_update()).one()
            record(session, cast.manager, Tag.REFUSED, item)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    with database.reading() as session:
        found = select(Organisation).where(Organisation.code == "LAB")
        assert session.scalars(found).one().ver == 41
        assert all_faults(session) == {}


def test_a_time_without_a_zone_is_refused(embedded: Database) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        UtcDateTime().process_bind_param(
            datetime(2026, 11, 23, 9, 0),  # noqa: DTZ001 - the fault under test
            embedded.engine.dialect,
        )


@pytest.mark.parametrize("amount", ["0", "1.84", "0.000001", "12345.6"])
def test_an_amount_comes_back_exactly(embedded: Database, amount: str) -> None:
    kind, dialect = Quantity(), embedded.engine.dialect
    stored = kind.process_bind_param(Decimal(amount), dialect)
    assert kind.process_result_value(stored, dialect) == Decimal(amount)


def test_an_amount_of_more_than_six_decimals_is_refused(embedded: Database) -> None:
    with pytest.raises(ValueError, match="more than six decimals"):
        Quantity().process_bind_param(Decimal("0.0000001"), embedded.engine.dialect)
