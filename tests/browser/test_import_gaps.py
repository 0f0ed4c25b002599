"""The page of an import after an erasure: its gaps, read without a mouse or colours."""

from playwright.sync_api import expect
import pytest

from tests.browser.conftest import House
from tests.cast import Cast
from tests.instruments.workbooks_made import workbook
from tests.lims.erasure.a_case import a_case

pytestmark = pytest.mark.browser


def test_the_gaps_of_an_original_are_named(house: House, cast: Cast) -> None:
    one = house.entrance.laboratory
    case = a_case(one.database, one.store)
    rows = [["Sample Name", "Well", "Ct"], [case.code, "A1", "21.5"]]
    told = {
        case.scene.give(case.scene.table).uid: "erased on",
        case.scene.give(workbook({"Q": rows}), "run.xlsx").uid: "the whole file",
    }
    case.erase()
    for uid, words in told.items():
        seen = house.at(cast.technician, f"/imports/{uid}")
        gaps = seen.page.get_by_role("region", name="Gaps")
        expect(gaps).to_contain_text(words)
        assert seen.violations() == []
        assert seen.axe() == []
        assert seen.overflows() == []
