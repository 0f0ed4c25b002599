"""The database: row base, column types, and where transactions begin and end."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from decimal import Decimal
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
    TypeDecorator,
    create_engine,
    event,
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


@event.listens_for(Chained, "init", propagate=True)
def _begin_chain(target: Chained, _args: Any, values: dict[str, Any]) -> None:
    target.uid = values.pop("uid", None) or secrets.token_hex(16)
    target.ver, target.head_hash = 0, GENESIS


Rows = TypeVar("Rows", bound="Select[*tuple[Any, ...]]")


def owned(
    statement: Rows, column: InstrumentedAttribute[int], scope: int | None
) -> Rows:
    """Only what belongs to the actor's organisation; None sees every organisation."""
    return statement if scope is None else statement.where(column == scope)


class Database:
    """One address, one engine. Writers of the embedded database stand in one line."""

    def __init__(self, address: str) -> None:
        self.url: URL = make_url(address)
        self.embedded = self.url.get_backend_name() == "sqlite"
        self.engine: Engine
        if self.embedded:
            self.engine = embedded.engine(self.url, _append_only())
            self._line: embedded.WriteLine | None = embedded.WriteLine(self.url)
        else:
            self.engine = create_engine(self.url, pool_size=10, pool_pre_ping=True)
            self._line = None
        self.sessions = sessionmaker(self.engine)
        self._reading = sessionmaker(
            self.engine.execution_options(read_only=True, postgresql_readonly=True)
        )

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

    def close(self) -> None:
        self.engine.dispose()

    def _turn(self) -> AbstractContextManager[None]:
        return self._line.turn() if self._line else nullcontext()


def _append_only() -> frozenset[str]:
    tables = Base.metadata.tables.values()
    return frozenset(table.name for table in tables if table.info.get("append_only"))
