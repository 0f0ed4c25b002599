"""After an erasure an import's page names each gap of the original, and what stands."""

from pathlib import Path

import pytest
from sqlalchemy import select

from lims.results import originals
from lims.results.intake import Fate
from lims.results.tables import Import
from tests.cast import Cast
from tests.instruments.workbooks_made import workbook
from tests.lims.erasure.a_case import Case, a_case
from tests.lims.web.conftest import Enter


@pytest.fixture
def case(enter: Enter) -> Case:
    return a_case(enter.database, enter.laboratory.store)


def _page(enter: Enter, cast: Cast, uid: str) -> str:
    return enter(cast.technician).get(f"/imports/{uid}").text


def _loaded(case: Case) -> tuple[str, int]:
    """The export's import, and how many segments it has."""
    with case.database.reading() as session:
        row = session.scalars(select(Import)).one()
        return row.uid, len(originals.parts_of(session, row))


def test_the_page_names_segment_lines_day_and_event_and_the_rest_is_intact(
    enter: Enter, cast: Cast, case: Case
) -> None:
    uid, parts = _loaded(case)
    assert "Original with gaps" not in _page(enter, cast, uid)
    case.erase()
    with case.database.reading() as session:
        row = session.scalars(select(Import).where(Import.uid == uid)).one()
        _, (gap,) = originals.shown(session, case.scene.gate.store, row)
    page = _page(enter, cast, uid)
    assert "Original with gaps" in page
    assert f'<td class="number">{gap.segment}</td>' in page
    ((first, last),) = gap.lines
    assert f"{first}–{last}" in page
    assert f"erased on {gap.on}" in page
    assert f"<bdi>{gap.event[:16]}…</bdi>" in page
    assert f"{parts - 1} other segments are intact" in page


def test_a_byte_changed_on_the_disk_is_told_and_nothing_is_called_intact(
    enter: Enter, cast: Cast, case: Case, tmp_path: Path
) -> None:
    uid, _ = _loaded(case)
    case.erase()
    with case.database.reading() as session:
        row = session.scalars(select(Import).where(Import.uid == uid)).one()
        name = originals.parts_of(session, row)[0].original
    (path,) = [one for one in tmp_path.rglob(name) if one.is_file()]
    bent = bytearray(path.read_bytes())
    bent[-20] ^= 1
    path.write_bytes(bent)
    page = _page(enter, cast, uid)
    assert "has changed on the disk" in page
    assert "intact" not in page


def test_a_redacted_workbook_is_called_so(enter: Enter, cast: Cast, case: Case) -> None:
    rows = [["Sample Name", "Well", "Ct"], [case.code, "A1", "21.5"]]
    receipt = case.scene.give(workbook({"Q": rows}), "run.xlsx")
    assert receipt.fate is Fate.INCIDENT
    assert "kept as it came" in _page(enter, cast, receipt.uid)
    case.erase()
    page = _page(enter, cast, receipt.uid)
    assert "the whole file" in page
    assert "by a copy without the erased" in page
    assert "The copy is intact." in page
    assert "The original is kept as it came." not in page


def test_a_file_that_waits_and_was_redacted_is_not_offered_to_be_tried_again(
    enter: Enter, cast: Cast, case: Case
) -> None:
    rows = [["Sample Name", "Well", "Ct"], [case.code, "A1", "21.5"]]
    uid = case.scene.give(workbook({"Q": rows}), "run.xlsx").uid
    before = _page(enter, cast, uid)
    assert "Try again" in before
    assert 'id="retry"' in before
    case.erase()
    after = _page(enter, cast, uid)
    assert "Try again" not in after
    assert 'id="retry"' not in after
    assert "cannot be read again" in after
    assert "Void this file" in after
