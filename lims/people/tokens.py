"""What a browser shows to be recognised: 256 random bits, of which we keep a hash."""

from hashlib import sha256
import secrets


def draw() -> str:
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()
