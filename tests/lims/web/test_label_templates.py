"""The pages of label templates: seen before they are kept, and nothing of one's own."""

from typing import Any

import pytest

from labels.stock import STOCKS
from lims.web.label_templates import as_told
from tests.cast import Cast
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
