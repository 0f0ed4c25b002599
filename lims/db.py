"""The database: row base, column types, and where transactions begin and end."""

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
import secrets
from typing import Annotated, Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    TypeDecorator,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import (
    DeclarativeBase,
    InstrumentedAttribute,
    Mapped,
    Session,
    mapped_column,
    sessionmaker,
)

from lims import embedded
from lims.keyring import KeyRing

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

GENESIS = "0" * 64
"""What stands before the first event of a chain."""


class UtcDateTime(TypeDecorator[datetime]):
    """Refuses a time without a zone; always reads back in UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy names this parameter
    ) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone.")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy names this parameter
    ) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class Quantity(TypeDecorator[Decimal]):
    """An amount with six decimals, kept exactly as a whole number of millionths."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(
        self,
        value: Decimal | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy names this parameter
    ) -> int | None:
        if value is None:
            return None
        millionths = value.scaleb(6)
        if millionths != millionths.to_integral_value():
            raise ValueError(f"{value} has more than six decimals.")
        return int(millionths)

    def process_result_value(
        self,
        value: int | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy names this parameter
    ) -> Decimal | None:
        if value is None:
            return None
        amount = Decimal(value).scaleb(-6).normalize()
        return amount.quantize(Decimal(1)) if amount == amount.to_integral() else amount


BigKey = BigInteger().with_variant(Integer, "sqlite")
Key = Annotated[int, mapped_column(BigKey, primary_key=True)]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
Amount = Annotated[Decimal, mapped_column(Quantity)]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


class Chained:
    """A row with a hash chain of its own. `audit.record` alone sets the last two."""

    uid: Mapped[str] = mapped_column(String(32), unique=True, insert_sentinel=True)
    """A random pseudonym: what events name instead of the row.

    As the sentinel it tells inserted rows apart, so that many go in one statement.
    """
    ver: Mapped[int] = mapped_column(default=0)
    head_hash: Mapped[str] = mapped_column(String(64), default=GENESIS)


def is_chained(table: Table) -> bool:
    """Whether the rows of this table have a hash chain each."""
    return {"uid", "ver", "head_hash"} <= set(table.columns.keys())


@event.listens_for(Chained, "init", propagate=True)
def _begin_chain(target: Chained, _args: Any, values: dict[str, Any]) -> None:
    target.uid = values.pop("uid", None) or secrets.token_hex(16)
    target.ver, target.head_hash = 0, GENESIS


Rows = TypeVar("Rows", bound="Select[*tuple[Any, ...]]")
K = TypeVar("K")
V = TypeVar("V")


def owned(
    statement: Rows, column: InstrumentedAttribute[int], scope: int | None
) -> Rows:
    """Only what belongs to the actor's organisation; None sees every organisation."""
    return statement if scope is None else statement.where(column == scope)


def pairs(session: Session, statement: Select[K, V]) -> dict[K, V]:
    """What rows of two columns tell, by the first; of equal firsts the last counts."""
    return {row[0]: row[1] for row in session.execute(statement)}


class Database:
    """One address, one engine. Writers of the embedded database stand in one line."""

    def __init__(self, address: str, keys: Path | None = None) -> None:
        """`keys` is the folder of the keys that wrap the subjects' keys.

        Beside an embedded database where none is named.
        """
        self.url: URL = make_url(address)
        self.embedded = self.url.get_backend_name() == "sqlite"
        beside = Path(f"{self.url.database}.keys") if self.embedded else None
        self.ring = KeyRing(keys or beside)
        self.engine: Engine
        if self.embedded:
            self.engine = embedded.engine(self.url, _append_only())
            self._line: embedded.WriteLine | None = embedded.WriteLine(self.url)
        else:
            self.engine = create_engine(self.url, pool_size=10, pool_pre_ping=True)
            self._line = None
        held = {"ring": self.ring}
        self.sessions = sessionmaker(self.engine, info=held)
        reader = self.engine.execution_options(read_only=True, postgresql_readonly=True)
        self._reading = sessionmaker(reader, info=held)
        still = {} if self.embedded else {"isolation_level": "REPEATABLE READ"}
        self._snapshot = sessionmaker(reader.execution_options(**still), info=held)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One unit of work: all of it is kept, or none of it.

        Nothing else in the code base commits or rolls back.
        """
        with self._turn(), self.sessions.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent view; the database itself refuses a write in it."""
        with self._reading.begin() as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """As `reading`, and every statement in it sees the same moment."""
        with self._snapshot.begin() as session:
            yield session

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A connection that may change tables: without the guard against that."""
        if self.embedded:
            engine = embedded.engine(self.url, None)
        else:
            engine = create_engine(self.url)
        try:
            with self._turn(), engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()

    @contextmanager
    def alone(self, name: str) -> Iterator[bool]:
        """Whether nobody else holds this name; it is held until the block ends."""
        if self.embedded:
            with embedded.alone(self.url, name) as held:
                yield held
            return
        number = int.from_bytes(sha256(name.encode()).digest()[:6], "big")
        with self.engine.connect() as plain:
            connection = plain.execution_options(isolation_level="AUTOCOMMIT")
            ask = text("SELECT pg_try_advisory_lock(:number)")
            held = bool(connection.scalar(ask, {"number": number}))
            try:
                yield held
            finally:
                if held:
                    give = text("SELECT pg_advisory_unlock(:number)")
                    connection.execute(give, {"number": number})

    def close(self) -> None:
        self.engine.dispose()

    def forget(self) -> None:
        """Leave nothing of what was erased in the embedded database's journal.

        Where somebody still reads an older state, the next call does it.
        """
        if self.embedded:
            _empty_journal(self.engine)

    def rewrite(self, tables: Collection[str]) -> None:
        """Leave nothing of what these tables held before in the database's files.

        The embedded database has overwritten it but for its journal; PostgreSQL writes
        the tables anew. For their owner, and while nobody works.
        """
        if self.embedded:
            return self.forget()
        with self.engine.connect() as plain:
            connection = plain.execution_options(isolation_level="AUTOCOMMIT")
            for table in tables:
                connection.execute(text(f'VACUUM (FULL) "{table}"'))
        return None

    def _turn(self) -> AbstractContextManager[None]:
        return self._line.turn() if self._line else nullcontext()


def _append_only() -> frozenset[str]:
    tables = Base.metadata.tables.values()
    return frozenset(table.name for table in tables if table.info.get("append_only"))


def empty_journal(session: Session) -> None:
    """The same after the commit of a session."""
    engine = session.get_bind().engine
    if engine.dialect.name == "sqlite":
        _empty_journal(engine)


def _empty_journal(engine: Engine) -> None:
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.close()
