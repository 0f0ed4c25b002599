"""Where the record cannot be written, nothing is done."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from lims.custody import operations as custody
from lims.db import Base, Database
from tests.cast import Cast
from tests.factories import a_box, stored


def take_out(session: Session, cast: Cast, code: str) -> None:
    custody.move(session, cast.technician, code, "take out", {"purpose": "EXTRACTION"})


def furnish(session: Session, cast: Cast, code: str) -> None:
    a_box(session)


@pytest.mark.parametrize("act", [take_out, furnish])
def test_without_its_event_nothing_is_done(
    database: Database, cast: Cast, act: Callable[[Session, Cast, str], None]
) -> None:
    with database.transaction() as session:
        (code,), _ = stored(session)
    before = _content(database)
    event.listen(database.engine, "before_cursor_execute", _no_room)
    with pytest.raises(OperationalError), database.transaction() as session:
        act(session, cast, code)
    event.remove(database.engine, "before_cursor_execute", _no_room)
    assert _content(database) == before
    with database.transaction() as session:
        act(session, cast, code)
    assert _content(database) != before


def _no_room(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    if statement.startswith("INSERT INTO audit_event"):
        raise OperationalError(statement, None, OSError("No space left on device"))


def _content(database: Database) -> list[list[tuple[Any, ...]]]:
    with database.reading() as session:
        return [
            sorted((tuple(row) for row in session.execute(table.select())), key=repr)
            for table in Base.metadata.sorted_tables
        ]
