"""What the engine was told to forget, as the coordinator reads it after an erasure."""

from pathlib import Path

from playwright.sync_api import expect
import pytest

from lims import jobs
from lims.screening.receiver import answer_all
from tests.browser.conftest import House
from tests.cast import Cast
from tests.lims.erasure.a_case import a_case
from tests.lims.erasure.released import folders, release, the_package

pytestmark = pytest.mark.browser


def test_the_answer_of_the_engine_is_read(
    house: House, cast: Cast, tmp_path: Path
) -> None:
    one = house.entrance.laboratory
    case = a_case(one.database, one.store)
    release(case)
    lab = folders(case, tmp_path)
    assert lab.handoff_out is not None
    assert lab.handoff_in is not None
    case.erase()
    chips = ["waits", "told", "forgotten"]
    words = ["next round", "has not answered yet", "keeps no copy"]
    pages = [
        f"/erasures/{case.donor}",
        "/hand-offs/",
        f"/hand-offs/{the_package(case)}",
    ]
    for chip, sentence in zip(chips, words, strict=True):
        if chip == "told":
            jobs.send_packages(lab, cast.worker)
        if chip == "forgotten":
            answer_all(lab.handoff_out, lab.handoff_in)
            jobs.take_receipts(lab, cast.worker)
        for path in pages:
            seen = house.at(cast.coordinator, path)
            shown = seen.page.get_by_role("main")
            expect(shown.locator(".chip", has_text=chip).first).to_be_visible()
            if path != "/hand-offs/":
                expect(shown).to_contain_text(sentence)
            assert seen.violations() == []
            assert seen.axe() == []
            assert seen.overflows() == []
