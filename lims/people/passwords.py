"""Passwords: which are accepted, how one is kept, how one is proven.

Lengths and the block-list follow NIST SP 800-63B-4 and OWASP ASVS 6.2: long, no rules
of composition, no forced rotation. The hash is Argon2id with 64 MiB, 3 passes, 1 lane.
"""

from dataclasses import dataclass
from importlib import resources
import re
import secrets
from threading import BoundedSemaphore
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 15
LONGEST = 128
"""Longer ones are refused before any hashing: a megabyte would cost seconds."""

NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=1$l7rG6r3d2EiN6v0r4LqnCw$"
    "spNAVOBuwobPNCMubix0VYBczBjHH4NnkaJPAvE5js8"
)
"""The hash of a password that was thrown away: an unknown name costs the same time."""

_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
_at_once = BoundedSemaphore(2)
"""Each hash takes 64 MiB: a crowd at the door waits in a line, not in memory."""


@dataclass(frozen=True)
class Proof:
    """Whether a password fits a kept hash. Made before the transaction is opened."""

    of: str | None
    right: bool
    renewed: str | None = None
    """The same password under today's parameters, when the kept hash has older ones."""


def hash_of(password: str) -> str:
    with _at_once:
        return _hasher.hash(_normal(password))


def is_right(kept: str | None, password: str) -> bool:
    """For a signature: no more than whether it is the password."""
    if kept is None or len(password) > LONGEST:
        return False
    with _at_once:
        return _fits(kept, password)


def prove(kept: str | None, password: str) -> Proof:
    """Takes as long for an account that does not exist (`kept` None) as for one."""
    if len(password) > LONGEST:
        return Proof(kept, right=False)
    with _at_once:
        fits = _fits(kept or NOBODY, password)
    if kept is None or not fits:
        return Proof(kept, right=False)
    renewed = hash_of(password) if _hasher.check_needs_rehash(kept) else None
    return Proof(kept, right=True, renewed=renewed)


def fault(password: str, login: str) -> str | None:
    """Why this password is not accepted, in a sentence; None when it is."""
    plain = re.sub(r"[\s\W_]", "", _normal(password)).casefold()
    if len(password) < SHORTEST:
        return (
            f"The password has {len(password)} characters; expected are at least "
            f"{SHORTEST}. Four or five words that do not belong together are good."
        )
    if len(password) > LONGEST:
        return f"The password has more than {LONGEST} characters. Choose fewer."
    if plain in _common() or _repeats(plain):
        return "This password is among the first that an attacker tries. Choose others."
    if len(login) > 3 and login.casefold() in plain:  # noqa: PLR2004 - "ada" is no hint
        return "The password contains the login name. Choose words without it."
    return None


def random_password() -> str:
    """For one person's first login: five groups of five, some 123 random bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    groups = ["".join(secrets.choice(letters) for _ in range(5)) for _ in range(5)]
    return "-".join(groups)


def _fits(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    """The same keys give the same bytes on every keyboard (Unicode NFKC)."""
    return unicodedata.normalize("NFKC", password)


def _repeats(plain: str) -> bool:
    """Nothing but one short piece over and over, such as 'abcabcabcabcabc'."""
    return bool(re.fullmatch(r"(.{1,4}?)\1*", plain)) or not plain


def _common() -> frozenset[str]:
    listed = resources.files("lims.people").joinpath("common_passwords.txt")
    return frozenset(listed.read_text("utf-8").split())
