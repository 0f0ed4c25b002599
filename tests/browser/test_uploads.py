"""Several files given at once: each is told of on its own line."""

from pathlib import Path
from threading import Event
from typing import Any

import pytest

from lims.results import arrival
from lims.results.intake import Arrived
from tests import traces
from tests.browser.conftest import House
from tests.cast import Cast
from tests.exports import written
from tests.plates import extracts
from tests.scenes import Scene, a_scene

pytestmark = pytest.mark.browser


@pytest.fixture
def scene(house: House) -> Scene:
    laboratory = house.entrance.laboratory
    with laboratory.database.transaction() as session:
        codes = extracts(session, 2)
    return a_scene(laboratory.database, laboratory.store, codes)


@pytest.fixture
def files(scene: Scene, tmp_path: Path) -> list[Path]:
    """An export, the trace of one of its wells, and a damaged trace."""
    well = scene.named()
    trace = traces.injected(well, {})
    given = {"calls.txt": written(scene.table), "one.hid": trace, "two.hid": trace[:-9]}
    for name, content in given.items():
        (tmp_path / name).write_bytes(content)
    return [tmp_path / name for name in given]


@pytest.mark.parametrize("width", [390, 1280])
def test_each_of_several_files_says_what_became_of_it(
    house: House, cast: Cast, scene: Scene, files: list[Path], width: int
) -> None:
    size = {"width": width, "height": 900}
    seen = house.at(cast.technician, "/imports/", viewport=size)
    seen.page.get_by_label("Exports and traces").set_input_files(files)
    seen.page.get_by_role("button", name="Import").click()
    seen.page.get_by_text("Files given: 3. Taken in: 2. Need somebody: 1.").wait_for()
    lines = seen.page.locator("#given > li")
    assert f"Plate {scene.plate} is imported" in lines.nth(0).inner_text()
    assert "is kept" in lines.nth(1).inner_text()
    assert "it was cut" in lines.nth(2).inner_text()
    assert seen.violations() == []
    assert seen.axe() == []
    assert seen.overflows() == []
    lines.nth(2).get_by_role("link", name="Show").click()
    seen.page.get_by_role("heading", name="Nothing was taken in").wait_for()


def test_a_file_that_takes_long_says_that_it_is_being_read(
    house: House, cast: Cast, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    told, read = Event(), Event()
    prepared = arrival.prepared

    def slowly(*given: Any) -> Arrived:
        assert told.wait(30)
        given[3](2_000, 8_000)
        assert read.wait(30)
        return prepared(*given)

    monkeypatch.setattr(arrival, "prepared", slowly)
    seen = house.at(cast.technician, "/imports/")
    seen.page.get_by_label("Exports and traces").set_input_files(files[:1])
    seen.page.get_by_role("button", name="Import").click()
    line = seen.page.locator("#given > li")
    line.get_by_text("is being read").wait_for()
    assert line.locator("progress").is_visible()
    told.set()
    line.get_by_text("row 2000 of 8000 is read").wait_for()
    assert line.locator("progress").get_attribute("value") == "2000"
    read.set()
    seen.page.wait_for_url("**/imports/*")  # a single file is shown at once
    seen.page.get_by_role("heading", name="Import of plate").wait_for()


def test_a_file_that_the_server_did_not_answer_for_says_so(
    house: House, cast: Cast, files: list[Path]
) -> None:
    seen = house.at(cast.technician, "/imports/")
    seen.page.route("**/imports/", lambda route: route.abort())
    seen.page.get_by_label("Exports and traces").set_input_files(files[:1])
    seen.page.get_by_role("button", name="Import").click()
    seen.page.get_by_text("The server did not answer").wait_for()
    seen.page.get_by_text("Taken in: 0. Need somebody: 1.").wait_for()
