"""The page of an inventory, and the scans that it takes."""

from html import unescape

from lims.custody import queries
from lims.custody.stages import Stage
from tests import factories
from tests.cast import Cast
from tests.lims.web.conftest import Enter
from tests.statements import counted


def test_a_box_is_counted_by_two_people_by_scans_alone(
    enter: Enter, cast: Cast
) -> None:
    with enter.database.transaction() as session:
        codes, box = factories.stored(session, 3)
    first, second = enter(cast.technician), enter(cast.technician2)
    begun = first.post("/inventories/", data={"place": box.code})
    address = begun.location
    armed = f"count|{address.rpartition('/')[2]}"
    assert f'value="{armed}"' in first.get(address).text
    for code in codes[:2]:
        told = {"code": code, "page": "inventory", "armed": armed}
        answer = first.post("/scan/", data=told)
        assert 'class="band right"' in answer.text
        assert armed in unescape(answer.text)
    page = unescape(first.get(address).text)
    assert "2 scanned · 1 missing" in page
    assert "second count" not in page
    first.post(f"{address}/end")
    page = unescape(first.get(address).text)
    assert "The second is another person's" in page
    assert armed not in page
    assert "Places wait to be counted" in unescape(second.get("/").text)
    assert armed in second.get(address).text
    told = {"code": codes[0], "page": "inventory", "armed": armed}
    second.post("/scan/", data=told)
    assert "It is lost" in second.post(f"{address}/end", follow_redirects=True).text
    with enter.database.reading() as session:
        item = queries.item(session, cast.technician, codes[2])
        assert item.stage == Stage.LOST


def test_the_scan_of_a_place_in_a_count_asks_for_items(
    enter: Enter, cast: Cast
) -> None:
    with enter.database.transaction() as session:
        _codes, box = factories.stored(session, 1)
    client = enter(cast.technician)
    begun = client.post("/inventories/", data={"place": box.code})
    armed = f"count|{begun.location.rpartition('/')[2]}"
    told = {"code": box.code, "page": "inventory", "armed": armed}
    assert "A count is open" in client.post("/scan/", data=told).text


def test_the_page_takes_as_many_statements_however_much_is_counted(
    enter: Enter, cast: Cast
) -> None:
    client = enter(cast.technician)
    taken = set()
    for items in (2, 6):
        with enter.database.transaction() as session:
            codes, box = factories.stored(session, items)
        address = client.post("/inventories/", data={"place": box.code}).location
        armed = f"count|{address.rpartition('/')[2]}"
        for code in codes[::2]:
            client.post("/scan/", data={"code": code, "page": "", "armed": armed})
        client.get(address)
        with counted(enter.database) as sent:
            client.get(address)
        taken.add(len(sent))
    assert len(taken) == 1


def test_who_reads_alone_has_no_count_to_end(enter: Enter, cast: Cast) -> None:
    with enter.database.transaction() as session:
        _codes, box = factories.stored(session, 1)
    begun = enter(cast.technician).post("/inventories/", data={"place": box.code})
    page = enter(cast.analyst).get(begun.location).text
    assert "End the count" not in page
    assert (
        "No place was counted yet."
        in enter(cast.foreign_manager).get("/inventories/").text
    )
