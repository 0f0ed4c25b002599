"""Benchmarks of one run share what is long to build, and spoil nothing for another."""

from pathlib import Path

import pytest

from bench import large
from lims.samples.operations_places import NewPlace, register_places
from lims.samples.tables import Zone
from tests.cast import Cast


def test_each_gets_a_copy_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    monkeypatch.setenv(large.KEPT, str(kept))
    first = large.build(tmp_path / "first.db", 3)
    before = (kept / "3.db").read_bytes()
    with first.transaction() as session:
        shelf = [NewPlace("Another shelf", Zone.PRE_PCR_BONE)]
        register_places(session, cast.manager, shelf)
    first.close()
    second = large.build(tmp_path / "second.db", 3)
    second.close()
    assert (
        (kept / "3.db").read_bytes() == before == (tmp_path / "second.db").read_bytes()
    )
    assert (tmp_path / "first.db").read_bytes() != before
