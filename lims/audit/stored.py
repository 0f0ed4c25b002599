"""The record's rows as they lie in the database, in streams, for the verification.

Asked for without the types of the tables: what somebody put into a column by other
means is to be compared, not to stop the comparison.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

Stream = Generator[Sequence[Any], None, None]
"""To be closed by who does not read it to its end."""

AHEAD = 500
"""Rows read at a time."""
GRACE = 600
"""Seconds within which a transaction that began has ended and is in the log."""

_PLAIN = {
    "at": """to_char({}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    "bytes": "{}",
    "number": "{}",
    "text": "{}",
}
_SQLITE = {
    "at": "replace({}, ' ', 'T') || 'Z'",
    "bytes": "CAST({} AS BLOB)",
    "number": "CAST({} AS INTEGER)",
    "text": "{}",
}
_CAREFUL = _SQLITE | {
    "at": "CAST(replace({}, ' ', 'T') || 'Z' AS BLOB)",
    "text": "CAST({} AS BLOB)",
}
"""Text that is no UTF-8 any more can be read as bytes alone."""

_OVERLOOKED = (
    "SELECT item_uid, item_seq FROM audit_event e WHERE id < "
    "(SELECT max(event_id) FROM audit_leaf) AND NOT EXISTS "
    "(SELECT 1 FROM audit_leaf l WHERE l.event_id = e.id)"
)
_WAITED = " AND abs(extract(epoch FROM now() - at)) > :grace"


class Rows:
    """One reading of the record; `careful` reads also text that is damaged."""

    def __init__(self, connection: Connection, *, careful: bool = False) -> None:
        self.connection = connection
        self._careful = careful
        sqlite = connection.dialect.name == "sqlite"
        self._forms = (_CAREFUL if careful else _SQLITE) if sqlite else _PLAIN

    def events(self, first: str, end: str | None) -> Stream:
        """Each event with its leaf in the log, by item and number."""
        columns = (
            "text item_uid", "number item_seq", "text item_kind", "text prev",
            "text e.leaf", "at at", "text actor_uid", "text tag", "bytes body",
            "bytes l.leaf", "number l.seq",
        )  # fmt: skip
        rows = (
            "audit_event e LEFT JOIN audit_leaf l ON l.event_id = e.id "
            f"WHERE {_part('e.item_uid', end)} ORDER BY e.item_uid, e.item_seq"
        )
        return self._stream(columns, self._select(columns, rows), _bounds(first, end))

    def heads(self, tables: Iterable[str], first: str, end: str | None) -> Stream:
        """What every row with a chain says of it: uid, table, version, hash."""
        parts = [
            self._select(
                ("text uid", f"text '{name}'", "number ver", "text head_hash"),
                f'"{name}" WHERE {_part("uid", end)}',
            )
            for name in tables
        ]
        whole = f"{' UNION ALL '.join(parts)} ORDER BY 1"
        kinds = ("text", "text", "number", "text")
        return self._stream(kinds, whole, _bounds(first, end))

    def leaves(self) -> Stream:
        return self._table("number seq", "bytes leaf", of="audit_leaf ORDER BY seq")

    def nodes(self) -> Stream:
        """In the order in which the growing tree completes them."""
        return self._table(
            "number level", "number position", "bytes hash",
            of="audit_node ORDER BY (position + 1) * (1 << level), level",
        )  # fmt: skip

    def roots(self) -> Stream:
        """Size and root of each checkpoint, by size."""
        return self._table(
            "number size", "bytes root", of="audit_checkpoint ORDER BY size"
        )

    def checkpoints(self) -> Stream:
        """As they were signed, one after the other."""
        return self._table(
            "number id", "text origin", "number size", "bytes root", "bytes note",
            "at at",
            of="audit_checkpoint ORDER BY id",
        )  # fmt: skip

    def log_keys(self) -> Stream:
        return self._table(
            "text vkey", "number since", "at at", of="audit_log_key ORDER BY id"
        )

    def without_event(self) -> int:
        """Places of the log whose event is not there any more."""
        found = text(
            "SELECT count(*) FROM audit_leaf l WHERE NOT EXISTS "
            "(SELECT 1 FROM audit_event e WHERE e.id = l.event_id)"
        )
        return int(self.connection.scalar(found) or 0)

    def overlooked(self) -> list[tuple[str, int]]:
        """Events without a place, though younger ones have theirs: item and number.

        Beside PostgreSQL an older transaction may end after a younger one, so there an
        event of the last minutes is still waited for. One whose time lies ahead is not:
        it would be waited for as long as it likes.
        """
        if self.connection.dialect.name == "sqlite":
            found, values = text(_OVERLOOKED), {}
        else:
            found, values = text(_OVERLOOKED + _WAITED), {"grace": GRACE}
        return [
            (str(item), int(seq))
            for item, seq in self.connection.execute(found, values)
        ]

    def _table(self, *columns: str, of: str) -> Stream:
        return self._stream(columns, self._select(columns, of), {})

    def _select(self, columns: Iterable[str], rows: str) -> str:
        forms = (self._forms[kind].format(name) for kind, name in map(_named, columns))
        return f"SELECT {', '.join(forms)} FROM {rows}"  # noqa: S608 - all named in this file

    def _stream(
        self, columns: Sequence[str], statement: str, values: Mapping[str, str]
    ) -> Stream:
        streamed = text(statement).execution_options(
            stream_results=True, max_row_buffer=AHEAD
        )
        kinds = [_named(column)[0] for column in columns]
        with self.connection.execute(streamed, values) as result:
            while rows := result.fetchmany(AHEAD):
                if self._careful:
                    yield from (_readable(row, kinds) for row in rows)
                else:
                    yield from rows


def _named(column: str) -> tuple[str, str]:
    kind, _, name = column.partition(" ")
    return kind, name


def _part(column: str, end: str | None) -> str:
    return f"{column} >= :first" + (f" AND {column} < :end" if end else "")


def _bounds(first: str, end: str | None) -> dict[str, str]:
    return {"first": first, "end": end} if end else {"first": first}


def _readable(row: Row[Any], kinds: Sequence[str]) -> list[Any]:
    """The bytes of a text as text, what is no text written as escapes."""
    return [
        one.decode(errors="backslashreplace")
        if isinstance(one, bytes) and kind in {"at", "text"}
        else one
        for one, kind in zip(row, kinds, strict=True)
    ]
