"""Read a file that somebody sent, in a process of its own with limits.

A hostile file can make a parser slow or hungry. It then costs one process its life,
and the laboratory one sentence.
"""

from collections.abc import Iterator
from contextlib import contextmanager
import io
import os
from pathlib import Path
import pickle
import re
import subprocess
import sys
from threading import Thread
from typing import Any, cast

import instruments
from instruments import Export, InstrumentError, Source
from instruments.errors import Unreadable
from instruments.rack import Corner, Rack
from instruments.second_opinion import Answer, Ask
from instruments.source import LARGEST, Tell, nobody
from instruments.workbook import names_in
from lims.results.child import SECONDS

_ROOT = Path(instruments.__file__).parents[1]
_WORD = re.compile(r"([0-9]{1,9}) ([0-9]{1,9})\n")
_PATIENCE = SECONDS + 10
"""Seconds by the clock."""


def read(source: Source, parser: str = "") -> Export:
    """The export, or InstrumentError; whatever else happens in there stays there.

    `parser` is the name of the one that a person chose, where none or two claim it.
    What the source's `tell` hears comes from the process, as it reads.
    """
    _check(source)
    match _answered(source, None, parser):
        case Export() as export:
            return export
        case InstrumentError() as error:
            raise error
    raise _stopped()


def second_opinion(source: Source, ask: Ask) -> Answer:
    """What a trace says of its calls, or InstrumentError."""
    _check(source)
    match _answered(source, ask):
        case Answer() as answer:
            return answer
        case InstrumentError() as error:
            raise error
    raise _stopped()


def rack(content: bytes, corner: Corner) -> Rack:
    """The map of a rack's picture, A1 in that corner, or InstrumentError."""
    match _answered(Source("rack", content), str(corner)):
        case Rack() as found:
            return found
        case InstrumentError() as error:
            raise error
    raise _stopped()


def _check(source: Source) -> None:
    """No process is begun for what no parser reads."""
    from instruments.parsers import abif_trace  # noqa: PLC0415 - at the first file

    if source.not_text and not abif_trace.claims(source) and not _is_known(source):
        raise source.not_text
    if len(source.content) > LARGEST and source.not_text:
        raise source.not_text


def _is_known(source: Source) -> bool:
    """A workbook, or the reports of a run: looked at by their names alone."""
    from instruments.parsers import run_archive  # noqa: PLC0415 - at the first file

    return bool(names_in(source)) or run_archive.claims(source)


def _answered(source: Source, ask: Ask | str | None, parser: str = "") -> object:
    return _Records(io.BytesIO(_told(source, ask, parser))).load()


def _told(source: Source, ask: Ask | str | None, parser: str) -> bytes:
    """What the child answers."""
    whole = (source.name, source.content, ask, parser, source.opened)
    given = pickle.dumps(whole, pickle.HIGHEST_PROTOCOL)
    try:
        with _heard(source.tell) as words:
            ended = subprocess.run(
                [sys.executable, "-m", "lims.results.child"],
                input=given,
                stdout=subprocess.PIPE,
                stderr=words,
                check=True,
                timeout=_PATIENCE,
                cwd=_ROOT,
                env={},  # it needs none, and must not see the database's password
            )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise _stopped() from error
    return ended.stdout


@contextmanager
def _heard(tell: Tell) -> Iterator[int]:
    """Where a process writes how far it has read; `tell` hears it meanwhile."""
    if tell is nobody:
        yield subprocess.DEVNULL
        return
    ours, theirs = os.pipe()
    listener = Thread(target=_listen, args=(ours, tell), daemon=True)
    listener.start()
    try:
        yield theirs
    finally:
        os.close(theirs)
        listener.join()


def _listen(ours: int, tell: Tell) -> None:
    """Until the last writer closed its end; what is no word of it is passed over."""
    with os.fdopen(ours, encoding="ascii", errors="replace") as words:
        for line in words:
            if found := _WORD.fullmatch(line):
                tell(int(found[1]), int(found[2]))


def _stopped() -> Unreadable:
    return Unreadable(
        "This file could not be read within the time and memory that a file may take.",
        expected="the export of one run",
    )


_MODULES = frozenset(
    f"instruments.{name}"
    for name in (
        *("records", "errors", "traces", "second_opinion", "peak_check", "ladder"),
        *("sizing", "standards", "peaks", "sequences", "quantities", "rack"),
    )
)
_NAMES = frozenset(
    {("decimal", "Decimal"), ("array", "array"), ("array", "_array_reconstructor")}
)


class _Records(pickle.Unpickler):
    """Makes the parsers' records and errors from bytes, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        known = module in _MODULES and "." not in name
        if known or (module, name) in _NAMES:
            return cast("Any", super().find_class(module, name))
        raise pickle.UnpicklingError(f"{module}.{name} is no record of a file.")
