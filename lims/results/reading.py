"""Read a file that somebody sent, in a process of its own with limits.

A hostile file can make a parser slow or hungry. It then costs one process its life,
and the laboratory one sentence.
"""

import io
from pathlib import Path
import pickle
import subprocess
import sys
from typing import Any, cast

import instruments
from instruments import GenotypeExport, InstrumentError, Source
from instruments.errors import Unreadable
from lims.results.child import SECONDS

_ROOT = Path(instruments.__file__).parents[1]
_PATIENCE = SECONDS + 10
"""Seconds by the clock."""


def read(source: Source) -> GenotypeExport:
    """The export, or InstrumentError; whatever else happens in there stays there."""
    if source.not_text:
        raise source.not_text
    match _Records(io.BytesIO(_told(source))).load():
        case GenotypeExport() as export:
            return export
        case InstrumentError() as error:
            raise error
    raise _stopped()


def _told(source: Source) -> bytes:
    """What the child answers."""
    given = pickle.dumps((source.name, source.content), pickle.HIGHEST_PROTOCOL)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "lims.results.child"],
            input=given,
            capture_output=True,
            check=True,
            timeout=_PATIENCE,
            cwd=_ROOT,
            env={},  # it needs none, and must not see the database's password
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise _stopped() from error
    return ended.stdout


def _stopped() -> Unreadable:
    return Unreadable(
        "This file could not be read within the time and memory that a file may take.",
        expected="the export of one run",
    )


class _Records(pickle.Unpickler):
    """Makes the parsers' records and errors from bytes, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if module in {"instruments.records", "instruments.errors"} or (
            (module, name) == ("decimal", "Decimal")
        ):
            return cast("Any", super().find_class(module, name))
        raise pickle.UnpicklingError(f"{module}.{name} is no record of a file.")
