"""A quantification in a browser: curve, plate and tubes fit, and axe finds nothing."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from lims.codes import shown
from lims.demo.quantified import Plate, Tube, written
from lims.quantities.tables import Quantification
from lims.results.arrival import Gate, Parcel, arrive
from tests.browser.conftest import House
from tests.cast import Cast
from tests.plates import extracts

pytestmark = pytest.mark.browser
D = Decimal


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("slope", ["-3.34", "-3.9"])
def test_a_run_is_read_from_curve_to_tube(
    house: House, cast: Cast, width: int, slope: str
) -> None:
    laboratory = house.entrance.laboratory
    with laboratory.database.transaction() as session:
        one, other = extracts(session, 2)
    tubes = [Tube(one, D("0.21"), D("0.01"), D("0.2")), Tube(other, None, late=D(2))]
    content = written(Plate("run", tubes, slope=D(slope)))
    gate = Gate(laboratory.database, laboratory.store, laboratory.bench)
    arrive(gate, cast.technician, Parcel.of_bytes("run.txt", content))
    with laboratory.database.reading() as session:
        uid = session.scalars(select(Quantification.uid)).one()
    size = {"width": width, "height": 900}
    seen = house.at(cast.technician, f"/quantities/{uid}", viewport=size)
    curve = seen.page.get_by_role("img", name="Standard curve")
    assert curve.locator("path[stroke-dasharray]").count() == 3
    assert seen.violations() == []
    assert seen.axe() == []
    assert seen.overflows() == []
    seen.page.get_by_role("link", name=shown(one)).click()
    seen.page.get_by_role("heading", name="How much DNA it holds").wait_for()
    assert seen.axe() == []
    assert seen.overflows() == []
