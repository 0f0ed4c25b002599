"""What no parser read is shown cell by cell; what policy closes is counted alone."""

from io import BytesIO

import pytest

from lims.batches import queries as batches
from lims.desk.asked import Asked
from lims.desk.of_results import accounted
from lims.errors import NotFound
from lims.results import leftovers, originals
from lims.samples.tables import Stream
from tests.cast import Cast
from tests.exports import people
from tests.instruments.uas_made import archive
from tests.lims.web.conftest import Browser, Enter
from tests.plates import extracts, run
from tests.sequenced import FORENSEQ, reports


@pytest.fixture
def given(enter: Enter) -> bytes:
    """The reports of a plate's run."""
    with enter.database.transaction() as session:
        plate = run(session, extracts(session, 2), FORENSEQ, Stream.BONE)
        wells = batches.wells(session, plate)
    return archive(reports(wells, people(wells, FORENSEQ)))


def _imported(client: Browser, content: bytes) -> str:
    form = {"plate": "", "reason": "", "file": (BytesIO(content), "run.zip")}
    answer = client.post("/imports/", data=form)
    assert answer.status_code == 302
    return answer.location


def test_the_import_tells_closed_sheets_by_name_and_number(
    enter: Enter, cast: Cast, given: bytes
) -> None:
    client = enter(cast.technician)
    page = client.get(_imported(client, given)).text
    assert "Closed by policy:" in page
    assert "Ancestry SNPs, of 5 reports: 180 cells" in page
    assert "rs310644" not in page
    assert "What was not read" in page


def test_the_importer_sees_each_cell_and_nothing_that_is_closed(
    enter: Enter, cast: Cast, given: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftovers, "PAGE", 5)
    client = enter(cast.technician)
    address = f"{_imported(client, given)}/unread"
    first, second = client.get(address).text, client.get(f"{address}?page=2").text
    assert "Autosomal STRs&#39;, A1" in first
    assert "Ancestry SNPs, of 5 reports" in first
    assert "page=2" in first
    assert "page=1" in second
    pages = [client.get(f"{address}?page={n}").text for n in range(1, 20)]
    assert not any("rs310644" in page for page in pages)
    assert "There are none here." in pages[-1]


def test_others_learn_how_many_there_are(
    enter: Enter, cast: Cast, given: bytes
) -> None:
    address = _imported(enter(cast.technician), given)
    page = enter(cast.quality).get(f"{address}/unread").text
    assert "Ancestry SNPs, of 5 reports" in page
    assert "shown one by one to who imported the file" in page
    assert "Sample Report.xlsx" not in page


def test_an_original_that_cannot_be_opened_is_told(
    enter: Enter, cast: Cast, given: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = enter(cast.technician)
    address = _imported(client, given)

    def gone(*_: object) -> bytes:
        raise NotFound("Of this original a part was erased.")

    monkeypatch.setattr(originals, "content", gone)
    assert "a part was erased" in client.get(f"{address}/unread").text


def test_each_row_of_a_sequencers_import_is_accounted_for(
    enter: Enter, cast: Cast, given: bytes
) -> None:
    _imported(enter(cast.technician), given)
    with enter.database.reading() as session:
        told = accounted(Asked(session, enter.laboratory.store))
    assert (told.checked, told.failing) == (1, 0)
