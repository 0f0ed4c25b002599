"""How many failures a name, an address and everybody together have left.

Counted per name *and* address, so that an attacker elsewhere cannot lock a colleague
out; per address, against one who tries many names; and for all, against many of both.
Figures follow the Python package index's (10, and 1,000 for all, in five minutes).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lims.people.tables import LoginAttempt

WINDOW = timedelta(minutes=5)
KEPT = timedelta(days=1)
LIMITS = {
    "name": 10,
    "address": 100,
    "everybody": 1000,
    "code": 5,
    "again": 5,
    "bench": 20,
}
"""Failures within one window, by what is counted."""


def at_the_door(name: str, address: str) -> tuple[str, ...]:
    typed = sha256(name.casefold().encode()).hexdigest()[:32]
    return (f"name:{typed}:{address}", f"address:{address}", "everybody")


def of_codes(uid: str) -> str:
    return f"code:{uid}"


def of_proofs(uid: str) -> str:
    """Passwords shown again, to sign."""
    return f"again:{uid}"


def of_benches(address: str) -> str:
    """Codes of enrolment that a bench shows."""
    return f"bench:{address}"


def spent(session: Session, keys: Iterable[str], now: datetime) -> bool:
    """Whether one of these has no try left in this window."""
    found = select(LoginAttempt.key, LoginAttempt.count).where(
        LoginAttempt.key.in_(list(keys)), LoginAttempt.since > now - WINDOW
    )
    return any(tries >= _limit(key) for key, tries in session.execute(found))


def count(session: Session, keys: Iterable[str], now: datetime) -> None:
    """One failure more for each; a window that is over begins anew."""
    for key in sorted(keys):
        session.execute(_counted(session.get_bind().dialect.name, key, now))


def forget(session: Session, keys: Iterable[str], now: datetime) -> None:
    """The failures before a success, and what nobody needs to know any more."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.key.in_(list(keys))))
    session.execute(delete(LoginAttempt).where(LoginAttempt.since < now - KEPT))


def _limit(key: str) -> int:
    return LIMITS[key.partition(":")[0]]


def _counted(
    dialect: str, key: str, now: datetime
) -> sqlite.Insert | postgresql.Insert:
    begin = sqlite.insert if dialect == "sqlite" else postgresql.insert
    over = LoginAttempt.since < now - WINDOW
    return (
        begin(LoginAttempt)
        .values(key=key, since=now, count=1)
        .on_conflict_do_update(
            index_elements=["key"],
            set_={
                "count": case((over, 1), else_=LoginAttempt.count + 1),
                "since": case((over, now), else_=LoginAttempt.since),
            },
        )
    )
