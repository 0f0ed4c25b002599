"""What the product says to its embedded database, statement by statement.

Recorded at the connections themselves, so that nothing is left out: the settings of a
new connection, where a transaction begins and ends, each statement with its values.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Engine, event
from sqlcipher3 import dbapi2 as sqlite


class Said(NamedTuple):
    """One statement on one connection, or the end of that connection."""

    connection: int
    statement: str
    values: Any = ()
    many: bool = False


CLOSE = "-- closed"


@contextmanager
def recorded() -> Iterator[list[Said]]:
    """Everything that engines opened in this block say, in its order."""
    said: list[Said] = []

    def connect(_dialect: Any, _record: Any, _args: Any, named: dict[str, Any]) -> None:
        named["factory"] = _connection(said)

    event.listen(Engine, "do_connect", connect)
    try:
        yield said
    finally:
        event.remove(Engine, "do_connect", connect)


def _connection(said: list[Said]) -> type[Any]:
    class Cursor(sqlite.Cursor):  # type: ignore[misc] # the driver has no types
        def execute(self, statement: str, values: Any = ()) -> Any:
            found = super().execute(statement, values)
            said.append(Said(id(self.connection), statement, values))
            return found

        def executemany(self, statement: str, rows: Any) -> Any:
            kept = list(rows)
            found = super().executemany(statement, kept)
            said.append(Said(id(self.connection), statement, kept, many=True))
            return found

    class Connection(sqlite.Connection):  # type: ignore[misc] # as above
        def cursor(self, *_: Any) -> Any:
            return super().cursor(Cursor)

        def execute(self, *arguments: Any) -> Any:
            return self.cursor().execute(*arguments)

        def commit(self) -> None:
            self._end("COMMIT", super().commit)

        def rollback(self) -> None:
            self._end("ROLLBACK", super().rollback)

        def close(self) -> None:
            super().close()
            said.append(Said(id(self), CLOSE))

        def _end(self, word: str, really: Any) -> None:
            within = self.in_transaction
            really()
            if within:
                said.append(Said(id(self), word))

    return Connection
