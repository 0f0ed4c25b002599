"""The pages of label templates: seen before they are kept, and nothing of one's own."""

from html import unescape
from io import BytesIO
from typing import Any

import pytest

from labels import sheet_files
from labels.stock import STOCKS
from lims.web.label_templates import as_told, imported
from tests.cast import Cast
from tests.labels.test_sheet_files import FILE
from tests.lims.web.conftest import Enter

TOLD: dict[str, Any] = as_told(STOCKS["roll-kit"]) | {"name": "own-kit"}


@pytest.mark.parametrize("name", STOCKS)
def test_a_form_tells_the_template_that_it_began_as(
    enter: Enter, cast: Cast, name: str
) -> None:
    told = as_told(STOCKS[name]) | {"name": "own"}
    answer = enter(cast.manager).post("/labels/templates", data=told)
    assert answer.status_code == 302, answer.text
    page = enter(cast.technician).get("/labels/templates/own").text
    assert STOCKS[name].title in page
    assert "version 1" in page


def test_the_picture_follows_what_is_typed(enter: Enter, cast: Cast) -> None:
    manager = enter(cast.manager)
    part = manager.get("/labels/templates/draft", query_string=TOLD).text
    assert "data:image/png;base64," in part
    assert "<html" not in part
    assert "0.508 mm, for a scanner of 20 mil" in part


def test_a_draft_that_does_not_fit_says_so_and_is_not_kept(
    enter: Enter, cast: Cast
) -> None:
    manager = enter(cast.manager)
    wide = TOLD | {"width": "twelve"}
    page = manager.get("/labels/templates/draft", query_string=wide).text
    assert "A measure is missing or is no number" in page
    assert manager.post("/labels/templates", data=wide).status_code == 422
    narrow = TOLD | {"width": "9"}
    page = manager.get("/labels/templates/draft", query_string=narrow).text
    assert "does not fit" in page


def test_a_line_of_ones_own_is_refused(enter: Enter, cast: Cast) -> None:
    told = TOLD | {"words1": "Ana Silva"}
    answer = enter(cast.manager).post("/labels/templates", data=told)
    assert answer.status_code == 422
    assert "never stands on a label" in answer.text


def test_own_templates_are_chosen_where_labels_are_printed(
    enter: Enter, cast: Cast
) -> None:
    manager = enter(cast.manager)
    manager.post("/labels/templates", data=TOLD | {"title": "Kits of ours"})
    assert "Kits of ours" in enter(cast.technician).get("/labels/").text
    manager.post("/labels/templates/own-kit/retire")
    assert "Kits of ours" not in enter(cast.technician).get("/labels/").text
    assert "out of use" in manager.get("/labels/templates/own-kit").text


def test_every_template_shows_a_label(enter: Enter, cast: Cast) -> None:
    page = enter(cast.technician).get("/labels/templates").text
    assert page.count("data:image/png;base64,") == len(STOCKS)
    assert "Make one of your own" not in page


def test_a_sheet_of_another_program_becomes_a_template(
    enter: Enter, cast: Cast
) -> None:
    manager = enter(cast.manager)
    given = {"file": (BytesIO(FILE.encode()), "avery.xml")}
    page = manager.post("/labels/templates/import", data=given).text
    assert "2 can be read" in page
    address = unescape(page.split('href="/labels/templates/begin')[1].split('"')[0])
    form = manager.get(f"/labels/templates/begin{address}").text
    assert 'value="s-avery-l4732"' in form
    assert "data:image/png;base64," in form
    asked = imported(sheet_files.read(FILE.encode())[0])
    assert manager.post("/labels/templates", data=asked).status_code == 302


def test_a_hostile_file_is_refused_with_a_sentence(enter: Enter, cast: Cast) -> None:
    odd = b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'
    given = {"file": (BytesIO(odd), "odd.xml")}
    answer = enter(cast.manager).post("/labels/templates/import", data=given)
    assert answer.status_code == 422
    assert "declares a document type" in answer.text
