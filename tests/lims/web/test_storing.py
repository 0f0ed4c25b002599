"""Storing by scans: the next free position of a box, and what is found elsewhere."""

from dataclasses import dataclass, field
from html import unescape
import re

import pytest

from lims.audit.queries import all_faults, events_of
from lims.codes import Kind, draw
from lims.custody import operations, queries
from lims.custody.stages import Stage
from lims.samples import queries as samples
from lims.samples.operations_places import NewPlace, register_places
from lims.samples.tables import PlaceKind, Stream, Temperature, Zone
from lims.web.commands import commands
from lims.web.scanned import Waiting, waiting
from tests import factories
from tests.cast import Cast
from tests.factories import Box
from tests.lims.web.conftest import Browser, Enter

READ = re.compile(r'class="band (\w+)".*?data-armed="([^"]*)"(.*)</div>', re.DOTALL)


@dataclass
class Scanner:
    """The technician's scanner; it gives back what the band armed."""

    client: Browser
    armed: str = ""
    text: str = field(default="", init=False)

    def __call__(self, *codes: str) -> str:
        """The state of the band after the last of these scans."""
        state = ""
        for code in codes:
            told = {"code": code, "page": "", "armed": self.armed}
            answer = self.client.post("/scan/", data=told)
            found = READ.search(answer.text)
            if found is None:  # it went to a page, which arms its own item
                state, self.text, self.armed = "", answer.location, code
                continue
            state, armed, text = found.groups()
            self.armed, self.text = unescape(armed) or self.armed, unescape(text)
        return state


@pytest.fixture
def scan(enter: Enter, cast: Cast) -> Scanner:
    return Scanner(enter(cast.technician))


@pytest.fixture
def two(enter: Enter) -> list[str]:
    with enter.database.transaction() as session:
        return factories.in_the_laboratory(session, 2)


@pytest.fixture
def box(enter: Enter) -> Box:
    with enter.database.transaction() as session:
        return factories.a_box(session, rows=1, columns=2)


def at(enter: Enter, cast: Cast, code: str) -> str:
    with enter.database.reading() as session:
        assert all_faults(session) == {}
        return queries.item(session, cast.technician, code).at


def test_the_box_offers_its_next_free_position_and_takes_it_at_the_second_scan(
    enter: Enter, cast: Cast, scan: Scanner, two: list[str], box: Box
) -> None:
    first, second = two
    assert scan(first, box.code) == "ask"
    assert "A1 of Box 1 is free" in scan.text
    assert at(enter, cast, first) not in box.positions
    assert scan(box.code) == "right"
    assert at(enter, cast, first) == box.positions[0]
    # The next item needs the box once more only.
    assert scan(second) == "ask"
    assert "A2 of Box 1 is free" in scan.text
    assert scan(box.code) == "right"
    assert at(enter, cast, second) == box.positions[1]


def test_an_offer_that_somebody_else_took_is_made_anew(
    enter: Enter, cast: Cast, scan: Scanner, two: list[str], box: Box
) -> None:
    first, second = two
    scan(first, box.code)
    with enter.database.transaction() as session:
        place = {"place": box.positions[0]}
        operations.move(session, cast.technician, second, "store", place)
    assert scan(box.code) == "ask"
    assert "A2 of Box 1 is free" in scan.text
    assert scan(box.code) == "right"
    assert at(enter, cast, first) == box.positions[1]


def test_a_full_box_says_so(
    enter: Enter, cast: Cast, scan: Scanner, two: list[str], box: Box
) -> None:
    with enter.database.transaction() as session:
        for code, place in zip(two, box.positions, strict=True):
            operations.move(session, cast.technician, code, "store", {"place": place})
        (third,) = factories.in_the_laboratory(session)
    client = enter(cast.technician)
    told = {"code": box.code, "page": "", "armed": third}
    answer = client.post("/scan/", data=told)
    assert answer.status_code == 409
    assert "is full" in unescape(answer.text)


def test_what_stands_in_the_box_already_changes_nothing(
    enter: Enter, cast: Cast, scan: Scanner, two: list[str], box: Box
) -> None:
    scan(two[0], box.positions[1])
    assert scan(two[0], box.code) == "again"
    assert "Box 1 / A2" in scan.text


def test_an_item_that_the_record_has_elsewhere_is_found_here(
    enter: Enter, cast: Cast, scan: Scanner, two: list[str], box: Box
) -> None:
    (code, _) = two
    assert scan(code, box.positions[0]) == "right"
    assert scan(code, box.positions[1]) == "ask"
    assert "The record had" in scan.text
    assert "Box 1 / A1" in scan.text
    assert at(enter, cast, code) == box.positions[1]
    with enter.database.reading() as session:
        row = samples.sample(session, cast.technician, code)
        last = events_of(session, [row.uid])[-1]
        assert last.tag == "custody:found elsewhere"
        item = queries.item(session, cast.technician, code)
        assert item.stage == Stage.STORED


def test_a_lost_item_is_found_by_the_scan_of_its_place(
    enter: Enter, cast: Cast, scan: Scanner, two: list[str], box: Box
) -> None:
    code = two[0]
    with enter.database.transaction() as session:
        stated = {"reason": "NOT_FOUND_IN_PLACE"}
        operations.move(session, cast.technician, code, "lost", stated)
    assert scan(code, box.positions[0]) == "ask"
    assert "was lost and is found" in scan.text
    assert at(enter, cast, code) == box.positions[0]


def test_what_does_not_keep_in_the_cold_of_the_box_is_refused_before_it_is_put_there(
    enter: Enter, cast: Cast
) -> None:
    with enter.database.transaction() as session:
        (swab,) = factories.in_the_laboratory(session, 1, Stream.REFERENCE)
        zone = Zone.PRE_PCR_REFERENCE
        box = NewPlace("Box", zone, rows=1, columns=1)
        deep = NewPlace(
            "Deep", zone, (box,), kind=PlaceKind.FREEZER,
            temperature=Temperature.DEEP_FROZEN,
        )  # fmt: skip
        made = register_places(session, cast.manager, [deep])
        code = next(one.code for one in made if one.name == "Box")
    told = {"code": code, "page": "", "armed": swab}
    answer = enter(cast.technician).post("/scan/", data=told)
    assert answer.status_code == 409
    assert "keeps at 'room temperature'" in unescape(answer.text)


def test_a_position_is_chosen_on_the_picture_of_the_box(
    enter: Enter, cast: Cast, two: list[str], box: Box
) -> None:
    client = enter(cast.technician)
    page = client.get(f"/places/{box.code}?item={two[0]}").text
    assert "Put it into A2" in page
    form = {"item": two[0], "place": box.positions[1]}
    answer = client.post(f"/places/{box.code}/put", data=form)
    assert answer.status_code == 302
    assert at(enter, cast, two[0]) == box.positions[1]


def test_the_analyst_sees_no_choice_of_positions(
    enter: Enter, cast: Cast, two: list[str], box: Box
) -> None:
    page = enter(cast.analyst).get(f"/places/{box.code}?item={two[0]}").text
    assert "Put it into" not in page


def test_a_box_is_carried_by_three_scans_and_the_shelf_again_changes_nothing(
    enter: Enter, cast: Cast, scan: Scanner, two: list[str], box: Box
) -> None:
    with enter.database.transaction() as session:
        place = {"place": box.positions[0]}
        operations.move(session, cast.technician, two[0], "store", place)
        shelf = NewPlace("Other freezer", Zone.PRE_PCR_BONE, kind=PlaceKind.FREEZER)
        (into,) = register_places(session, cast.manager, [shelf])
        target = into.code
    page = enter(cast.technician).get(f"/places/{box.code}").text
    assert f'value="place|{box.code}"' in page
    store = next(
        one.code for one in commands(enter.laboratory.words) if one.name == "STORE"
    )
    scan.armed = f"place|{box.code}"
    assert scan(store) == "ask"
    assert "into which Box 1 is carried" in scan.text
    assert scan(target) == "right"
    with enter.database.reading() as session:
        way = samples.ways(session, [box.positions[0]])
        assert way[box.positions[0]] == "Other freezer / Box 1 / A1"
        assert all_faults(session) == {}
    scan(store)
    assert scan(target) == "again"


def test_what_waits_comes_back_as_it_was() -> None:
    place = draw(Kind.PLACE)
    for one in (
        Waiting("S1", box=place),
        Waiting("S1", box=place, free="X2"),
        Waiting(box=place),
        Waiting(shown=place),
        Waiting(carried=place),
        Waiting(label="S1"),
        Waiting(inventory="0"),
    ):
        assert waiting(str(one)) == one
