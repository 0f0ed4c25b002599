"""A label printer on loopback that can be told to misbehave."""

from collections.abc import Iterator
from contextlib import contextmanager
import socket
import struct
from threading import Thread

READY = (
    b"\x02030,{paper},{pause},0245,{waiting:03d},0,0,0,000,0,0,0\x03\r\n"
    b"\x02000,0,{head},0,0,2,4,0,{remaining:08d},1,000\x03\r\n\x021234,0\x03\r\n"
)
AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER: the line breaks instead of closing."""


def told(
    *,
    paper: int = 0,
    pause: int = 0,
    head: int = 0,
    waiting: int = 0,
    remaining: int = 0,
) -> bytes:
    """The three lines of `~HS`."""
    return (
        READY.decode()
        .format(
            paper=paper, pause=pause, head=head, waiting=waiting, remaining=remaining
        )
        .encode()
    )


class FakePrinter:
    """Answers each `~HS` with the next of `answers`, the last one for ever.

    `breaks_at` bytes of a job it breaks the line; None: never.
    """

    def __init__(
        self, answers: list[bytes], breaks_at: int | None = None, *, mute: bool = False
    ) -> None:
        self.answers = answers
        self.breaks_at = breaks_at
        self.mute = mute
        self.printed = b""
        self.lines = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._thread = Thread(target=self._serve, daemon=True)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listening.accept()
            except OSError:
                return
            self.lines += 1
            with line:
                self._hear(line)

    def _hear(self, line: socket.socket) -> None:
        while part := line.recv(1024):
            if part == b"~HS":
                if not self.mute:
                    line.sendall(self.answers[0])
                self.answers = self.answers[1:] or self.answers
                continue
            self.printed += part
            if self.breaks_at is not None and len(self.printed) >= self.breaks_at:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
                return


@contextmanager
def printer(
    *answers: bytes, breaks_at: int | None = None, mute: bool = False
) -> Iterator[FakePrinter]:
    made = FakePrinter(list(answers) or [told()], breaks_at, mute=mute)
    made.start()
    try:
        yield made
    finally:
        made.stop()
