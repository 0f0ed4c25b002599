"""The pages of the places: what is free, what stands where, and new ones."""

import pytest

from lims.samples import queries
from tests import factories
from tests.cast import Cast
from tests.lims.web.conftest import Enter
from tests.statements import counted


def registered(enter: Enter, cast: Cast, **told: str) -> str:
    """The code of a place that the manager enters."""
    form = {"inside": "", "zone": "pre-PCR bone", "rows": "", "columns": "", **told}
    made = enter(cast.manager).post("/places/", data=form)
    assert made.status_code == 302, made.text
    return made.location.rpartition("/")[2]


def test_rooms_freezers_and_boxes_are_entered_one_inside_the_other(
    enter: Enter, cast: Cast
) -> None:
    assert "No place is on record yet." in enter(cast.technician).get("/places/").text
    room = registered(enter, cast, name="Room 3")
    freezer = registered(enter, cast, name="Freezer 2", inside=room)
    box = registered(enter, cast, name="Box 14", inside=freezer, rows="2", columns="3")
    page = enter(cast.technician).get(f"/places/{box}").text
    assert "6 positions free" in page
    assert all(name in page for name in ("Room 3", "Freezer 2", "Box 14"))
    with enter.database.reading() as session:
        row = queries.place(session, cast.manager, box)
        inside = queries.places(session, cast.manager, row.id)
        assert [one.name for one in inside] == ["A1", "A2", "A3", "B1", "B2", "B3"]
        assert not queries.place(session, cast.manager, freezer).is_position


def test_an_empty_freezer_holds_many_items(enter: Enter, cast: Cast) -> None:
    room = registered(enter, cast, name="Room 3")
    freezer = registered(enter, cast, name="Freezer 2", inside=room)
    page = enter(cast.technician).get(f"/places/{freezer}").text
    assert "Nothing stands here." in page


def test_the_box_shows_what_stands_where_and_what_is_free(
    enter: Enter, cast: Cast
) -> None:
    with enter.database.transaction() as session:
        (code,), box = factories.stored(session, 1)
    page = enter(cast.technician).get(f"/places/{box.code}").text
    assert f"A1 holds {code}" in page
    assert "A2 is free" in page
    assert "1 position free" in page
    position = enter(cast.technician).get(f"/places/{box.positions[0]}").text
    assert f"/samples/{code}" in position


def test_the_manager_alone_enters_places(enter: Enter, cast: Cast) -> None:
    form = {"inside": "", "name": "Room", "zone": "pre-PCR bone"}
    form |= {"rows": "", "columns": ""}
    technician = enter(cast.technician)
    assert "Register this place" not in technician.get("/places/").text
    assert technician.post("/places/", data=form).status_code == 403


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rows": "3"}, "State rows and columns of a box, or neither."),
        ({"rows": "27", "columns": "1"}, "at most 26 rows and 30 columns"),
        ({"rows": "a few", "columns": "1"}, "is no whole number"),
        ({"zone": "kitchen"}, "Choose of the list which zone it is in."),
        ({"name": " "}, "Give the place a name"),
    ],
)
def test_a_place_that_cannot_be_is_refused(
    enter: Enter, cast: Cast, change: dict[str, str], told: str
) -> None:
    form = {"inside": "", "name": "Room", "zone": "pre-PCR bone"}
    form |= {"rows": "", "columns": "", **change}
    answer = enter(cast.manager).post("/places/", data=form)
    assert answer.status_code == 422
    assert told in answer.text


def test_nothing_stands_inside_a_position_or_in_another_zone(
    enter: Enter, cast: Cast
) -> None:
    room = registered(enter, cast, name="Room 3")
    box = registered(enter, cast, name="Box 1", inside=room, rows="1", columns="1")
    with enter.database.reading() as session:
        row = queries.place(session, cast.manager, box)
        (position,) = queries.places(session, cast.manager, row.id)
        code = position.code
    manager = enter(cast.manager)
    form = {"name": "Tray", "rows": "", "columns": ""}
    inner = {**form, "inside": code, "zone": "pre-PCR bone"}
    assert manager.post("/places/", data=inner).status_code == 409
    other = {**form, "inside": room, "zone": "pre-PCR reference"}
    answer = manager.post("/places/", data=other)
    assert answer.status_code == 409
    assert "of the same zone" in answer.text


def test_another_laboratory_sees_no_place_of_ours(enter: Enter, cast: Cast) -> None:
    room = registered(enter, cast, name="Room 3")
    foreign = enter(cast.foreign_manager)
    assert "Room 3" not in foreign.get("/places/").text
    assert foreign.get(f"/places/{room}").status_code == 404
    form = {"inside": room, "name": "Shelf", "zone": "pre-PCR bone"}
    form |= {"rows": "", "columns": ""}
    assert foreign.post("/places/", data=form).status_code == 404


def test_the_picture_of_a_box_takes_as_many_statements_however_full_it_is(
    enter: Enter, cast: Cast
) -> None:
    client = enter(cast.technician)
    taken = set()
    for items in (1, 6):
        with enter.database.transaction() as session:
            codes, box = factories.stored(session, items)
        client.get(f"/places/{box.code}")
        with counted(enter.database) as sent:
            page = client.get(f"/places/{box.code}").text
        assert f"A1 holds {codes[0]}" in page
        taken.add(len(sent))
    assert len(taken) == 1
