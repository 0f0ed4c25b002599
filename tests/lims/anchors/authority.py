"""A time-stamping authority on this machine: the demo's, behind a server of a test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from lims.demo import time_office
from tests.lims.anchors.servers import answering
from tests.programs import program

NAME = "Time Stamping of the Ministry"

Change = Callable[[bytes], bytes]


class Office(time_office.Office):
    @contextmanager
    def open(self, ask: Change = bytes, answer: Change = bytes) -> Iterator[str]:
        """The address; a test may change what is asked, or what is answered."""

        def serve(_: str, query: bytes) -> tuple[int, str, bytes]:
            reply = answer(self.reply(ask(query)))
            return 200, "application/timestamp-reply", reply

        with answering(serve) as url:
            yield f"{url}/tsr"


def an_office(folder: Path, until: datetime | None = None) -> Office:
    """A new root and a certificate for time stamping below it, valid `until`."""
    program("openssl")
    return Office(time_office.found(folder, NAME, until).folder)
