"""The process in which a file is read: it has limits, and no way to the database.

Run as a module: the name, the bytes and what is asked of a trace come in on standard
input, the export, the answer or the error goes out on standard output, and how much of
it was read, a line each time, on standard error. It imports the pure parsers and
nothing else.
"""

from contextlib import suppress
import ctypes
import os
import pickle
import resource
import sys

from instruments import InstrumentError, Source, parse, read_by
from instruments.second_opinion import Ask, answer
from instruments.traces import TraceExport

MEMORY = 1024**3
"""Bytes of address space: a plate's export takes a fiftieth of it."""

SECONDS = 20
"""Of processor time."""


NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
"""CLONE_NEWUSER and CLONE_NEWNET of the Linux kernel (unshare(2))."""


def without_network() -> bool:
    """Leave the network, where the kernel allows it; whether it did.

    Some kernels and containers refuse namespaces to who is not root, and other systems
    have none: then the limits alone hold, and the parsers open no connection anyway.
    """
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        return bool(library.unshare(NEW_USER | NEW_NETWORK) == 0)
    return False


def main() -> None:
    without_network()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    given = pickle.load(sys.stdin.buffer)  # noqa: S301 - the parent wrote it
    try:
        told: object = _told(*given)
    except InstrumentError as error:
        told = error
    pickle.dump(told, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)


def _tell(read: int, of: int) -> None:
    with suppress(OSError):  # who gave the file may have gone
        os.write(sys.stderr.fileno(), b"%d %d\n" % (read, of))


def _told(
    name: str,
    content: bytes,
    ask: Ask | str | None,
    parser: str,
    opened: frozenset[str],
) -> object:
    if isinstance(ask, str):
        # 2 MB of libraries for pictures, which no other file needs.
        from instruments.rack import Corner  # noqa: PLC0415
        from instruments.rack_picture import read_rack  # noqa: PLC0415

        return read_rack(content, Corner(ask))
    source = Source(name, content, opened, _tell)
    export = read_by(source, parser) if parser else parse(source)
    if ask is None or not isinstance(export, TraceExport):
        return export
    return answer(export, ask)


if __name__ == "__main__":
    main()
