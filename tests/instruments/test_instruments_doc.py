"""docs/instruments.md tells of every parser and of every real file what is true.

Where it does not any more: `python -m tests.instruments.files_read` writes it anew.
"""

from pathlib import Path

import pytest

from tests.instruments import files_read


def test_every_parser_and_its_maturity_are_told() -> None:
    told = files_read.table(files_read.DOC.read_text(), files_read.PARSERS[0])
    assert told == list(files_read.parsers())


@pytest.mark.shared
def test_what_was_read_of_every_real_file_is_told(shared: Path) -> None:
    told = files_read.table(files_read.DOC.read_text(), files_read.FILES[0])
    assert told == list(files_read.files(shared / "instruments"))
