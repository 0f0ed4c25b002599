"""How far the files that somebody sent just now are read. Kept while they are."""

from collections.abc import Iterator
from contextlib import contextmanager
import re

from instruments.source import Tell, nobody

TICKET = re.compile(r"[0-9a-f-]{36}")
"""A number that the page drew for one sending."""


class UnderWay:
    """Of each sending: rows read, and of how many. One server is one process."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[int, int]] = {}

    def of(self, person: str, ticket: str) -> tuple[int, int] | None:
        """Of one's own sendings alone; None where nothing is known."""
        return self._known.get((person, ticket))

    @contextmanager
    def heard(self, person: str, ticket: str) -> Iterator[Tell]:
        """What hears it while a file is read; forgotten when it was."""
        if not TICKET.fullmatch(ticket):
            yield nobody
            return
        key = person, ticket

        def tell(read: int, of: int) -> None:
            self._known[key] = read, of

        try:
            yield tell
        finally:
            self._known.pop(key, None)
