"""The second factor: six digits from a telephone, each good once (TOTP, RFC 6238)."""

from datetime import datetime
from hmac import compare_digest
import re

from pyotp import TOTP, random_base32

STEP = 30
"""Seconds that one code is shown."""
WINDOW = 1
"""Steps that the telephone's clock may be wrong, either way."""


def is_secret(text: str) -> bool:
    return bool(re.fullmatch("[A-Z2-7]{32}", text))


def new_secret() -> str:
    return random_base32()


def address(secret: str, login: str) -> str:
    """What the telephone reads from the square symbol."""
    return TOTP(secret).provisioning_uri(name=login, issuer_name="Nomen")


def counter_of(secret: str, code: str, after: int, now: datetime) -> int | None:
    """The step whose code this is, if it is later than the last one used."""
    typed = code.replace(" ", "")
    current = int(now.timestamp()) // STEP
    for counter in range(current - WINDOW, current + WINDOW + 1):
        expected = TOTP(secret).generate_otp(counter)
        if compare_digest(expected.encode(), typed.encode()) and counter > after:
            return counter
    return None
