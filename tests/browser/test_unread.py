"""What no parser read, in a browser: nothing overflows, and axe finds nothing."""

import pytest

from lims.batches import queries as batches
from lims.results.arrival import Gate, Parcel, arrive
from lims.samples.tables import Stream
from tests.browser.conftest import House
from tests.cast import Cast
from tests.exports import people
from tests.instruments.uas_made import archive
from tests.plates import extracts, run
from tests.sequenced import FORENSEQ, reports

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [360, 1280])
def test_closed_sheets_and_unread_cells_fit_the_page(
    house: House, cast: Cast, width: int
) -> None:
    laboratory = house.entrance.laboratory
    with laboratory.database.transaction() as session:
        plate = run(session, extracts(session, 2), FORENSEQ, Stream.BONE)
        wells = batches.wells(session, plate)
    content = archive(reports(wells, people(wells, FORENSEQ)))
    gate = Gate(laboratory.database, laboratory.store, laboratory.bench)
    receipt = arrive(gate, cast.technician, Parcel.of_bytes("run.zip", content))
    size = {"width": width, "height": 900}
    seen = house.at(cast.technician, f"/imports/{receipt.uid}", viewport=size)
    seen.page.get_by_role("link", name="What was not read").click()
    seen.page.get_by_role("heading", name="Closed by policy").wait_for()
    assert seen.page.get_by_text("Ancestry SNPs, of 5 reports").is_visible()
    assert seen.violations() == []
    assert seen.axe() == []
    assert seen.overflows() == []
