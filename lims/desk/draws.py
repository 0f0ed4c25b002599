"""Cases drawn at random so that anyone can draw them again. Pure.

The population is a list of codes. Each code gets the number SHA-256(seed || code), the
seed as its 32 bytes and the code as ASCII; the cases are those with the smallest
numbers, in their order. With the seed drawn after the population is fixed, nobody
chooses the cases; with seed and population on record, anybody can check them.
"""

from collections.abc import Collection
from hashlib import sha256
import secrets

from lims.errors import BadInput

MOST = 500
"""More cases than one person looks at in an audit."""


def fresh_seed() -> str:
    """32 random bytes in hexadecimal."""
    return secrets.token_hex(32)


def listed(codes: Collection[str]) -> str:
    """The population in its order: sorted, a line each."""
    return "".join(f"{code}\n" for code in sorted(codes))


def digest(population: str) -> str:
    """What the event tells of the population: SHA-256 of its lines."""
    return sha256(population.encode()).hexdigest()


def drawn(seed: str, population: str, count: int) -> list[str]:
    """So many codes of the population, in the order of their numbers."""
    codes = population.split()
    if not 0 < count <= min(len(codes), MOST):
        raise BadInput(
            f"Of {len(codes)} cases '{count}' cannot be drawn. Expected: a number from "
            f"1 to {min(len(codes), MOST)}."
        )
    raw = bytes.fromhex(seed)
    return sorted(codes, key=lambda one: sha256(raw + one.encode()).digest())[:count]
