"""Things that only the tests of instruments need."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.instruments.cable import Cable


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    cable = Cable(tmp_path)
    cable.plug()
    yield cable
    cable.pull()
