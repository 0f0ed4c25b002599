"""The process in which a file is read: it has limits, and no way to the database.

Run as a module: the name and the bytes come in on standard input, the export or the
error goes out on standard output. It imports the pure parsers and nothing else.
"""

import pickle
import resource
import sys

from instruments import InstrumentError, Source, parse

MEMORY = 1024**3
"""Bytes of address space: a plate's export takes a fiftieth of it."""

SECONDS = 20
"""Of processor time."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    name, content = pickle.load(sys.stdin.buffer)  # noqa: S301 - the parent wrote it
    try:
        told: object = parse(Source(name, content))
    except InstrumentError as error:
        told = error
    pickle.dump(told, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main()
