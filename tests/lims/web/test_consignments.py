"""The pages of the consignments: the list, the door, and one bag."""

from datetime import timedelta
from io import BytesIO

import pytest

from lims import clock
from lims.audit.queries import events_of
from lims.audit.tags import Tag
from lims.custody import manifests
from lims.custody.tables import BagState, ConsignmentStage
from lims.samples.queries import by_ids
from tests import factories
from tests.cast import Cast
from tests.factories import Sent
from tests.lims.web.conftest import Enter
from tests.statements import counted


@pytest.fixture
def sent(enter: Enter) -> Sent:
    with enter.database.transaction() as session:
        return factories.a_consignment(session, 3)


def states(enter: Enter, cast: Cast, sent: Sent) -> dict[str, BagState]:
    with enter.database.reading() as session:
        lines = manifests.manifest(session, cast.technician, sent.code)
    return {line.bag: line.state for line in lines}


def test_the_list_shows_open_consignments_and_all_on_demand(
    enter: Enter, cast: Cast, sent: Sent
) -> None:
    client = enter(cast.technician)
    assert f'href="/consignments/{sent.code}"' in client.get("/consignments/").text
    with enter.database.transaction() as session:
        factories.received(session, sent)
    client.post(f"/consignments/{sent.code}/accept")
    page = client.get("/consignments/").text
    assert sent.code not in page.replace("-", "")
    assert "Nothing is on its way." in page
    assert (
        f'href="/consignments/{sent.code}"' in client.get("/consignments/?all=1").text
    )


def test_the_rail_counts_what_is_open(enter: Enter, cast: Cast, sent: Sent) -> None:
    page = enter(cast.technician).get("/consignments/").text
    assert 'Consignments <span class="n">1</span>' in page


def test_the_list_shows_those_who_send_and_receive_alone(
    enter: Enter, cast: Cast, sent: Sent
) -> None:
    for actor in (cast.foreign_technician, cast.foreign_mortuary, cast.collector):
        page = enter(actor).get("/consignments/?all=1").text
        assert sent.code not in page
        assert "<td>" not in page


def test_an_overdue_consignment_is_marked(
    enter: Enter, cast: Cast, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = clock.now() + timedelta(days=2)
    client = enter(cast.coordinator)
    assert "overdue" not in client.get("/consignments/").text
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "overdue" in enter(cast.coordinator).get("/consignments/").text


def test_a_page_of_the_door_asks_as_often_for_a_hundred_bags(
    enter: Enter, cast: Cast, sent: Sent
) -> None:
    client = enter(cast.technician)
    with enter.database.transaction() as session:
        many = factories.a_consignment(session, 100)
    client.get("/")  # the state of the record is looked up once for all pages
    with counted(enter.database) as few:
        client.get(f"/consignments/{sent.code}")
    with counted(enter.database) as most:
        assert client.get(f"/consignments/{many.code}").status_code == 200
    assert len(most) == len(few)


def test_the_sender_hands_the_consignment_to_a_courier(
    enter: Enter, cast: Cast
) -> None:
    with enter.database.transaction() as session:
        sent = factories.an_announcement(session)
    address = f"/consignments/{sent.code}"
    client = enter(cast.mortuary)
    assert "Hand to the courier" in client.get(address).text
    assert "Hand to the courier" not in enter(cast.technician).get(address).text
    due = f"{clock.now() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    client.post(f"{address}/release", data={"courier": "hand carrier", "due": due})
    page = client.get(address).text
    assert "Hand to the courier" not in page
    assert "on its way" in page
    assert "hand carrier" in page


@pytest.mark.parametrize("due", ["", "tomorrow", "2026-13-01T10:00"])
def test_a_time_that_is_none_is_refused_with_an_example(
    enter: Enter, cast: Cast, due: str
) -> None:
    with enter.database.transaction() as session:
        sent = factories.an_announcement(session)
    answer = enter(cast.mortuary).post(
        f"/consignments/{sent.code}/release", data={"courier": "van", "due": due}
    )
    assert answer.status_code == 422
    assert "2026-11-24 18:00" in answer.text


def test_a_bag_with_another_seal_is_held_and_shown_to_be_photographed(
    enter: Enter, cast: Cast, sent: Sent
) -> None:
    client, bag = enter(cast.technician), sent.bags[0]
    told = {"bag": bag, "seal": "OTHER-7", "condition": "WET", "giver": "courier"}
    answer = client.post(f"/consignments/{sent.code}/bag", data=told)
    assert answer.location == f"/consignments/{sent.code}/bag?bag={bag}"
    assert "seal differs. It is held." in client.get(answer.location).text
    page = client.get(f"/consignments/{sent.code}").text
    assert "OTHER-7" in page
    assert "held: photograph and reason" in page
    assert "Wet or leaking" in page
    assert states(enter, cast, sent)[bag] == BagState.HELD


def test_a_seal_is_stated_or_said_to_be_missing(
    enter: Enter, cast: Cast, sent: Sent
) -> None:
    client, bag = enter(cast.technician), sent.bags[0]
    told = {"bag": bag, "seal": "", "condition": "INTACT", "giver": "courier"}
    address = f"/consignments/{sent.code}/bag"
    assert client.post(address, data=told).status_code == 422
    assert (
        client.post(address, data={**told, "seal": "S1", "none": "yes"}).status_code
        == 422
    )
    assert states(enter, cast, sent)[bag] == BagState.EXPECTED
    client.post(address, data={**told, "none": "yes"})
    assert "no seal" in client.get(f"/consignments/{sent.code}").text


def test_nothing_is_received_without_naming_the_giver(
    enter: Enter, cast: Cast, sent: Sent
) -> None:
    told = {"bag": sent.bags[0], "seal": f"{sent.bags[0]}-S", "condition": "INTACT"}
    answer = enter(cast.technician).post(f"/consignments/{sent.code}/bag", data=told)
    assert answer.status_code == 422
    assert "who hands it over" in answer.text
    assert set(states(enter, cast, sent).values()) == {BagState.EXPECTED}


def test_an_unannounced_bag_is_taken_in_and_held(
    enter: Enter, cast: Cast, sent: Sent
) -> None:
    client = enter(cast.technician)
    page = client.get(f"/consignments/{sent.code}/bag?bag=ZZ-9").text
    assert "No line of this manifest names it." in page
    told = {"bag": "ZZ-9", "seal": "ZZ-9-S", "condition": "INTACT", "giver": "courier"}
    client.post(f"/consignments/{sent.code}/bag", data=told)
    assert states(enter, cast, sent)["ZZ-9"] == BagState.UNANNOUNCED
    assert "not on the manifest" in client.get(f"/consignments/{sent.code}").text


def test_a_crate_is_received_in_one_act_and_again_changes_nothing(
    enter: Enter, cast: Cast, sent: Sent
) -> None:
    client = enter(cast.technician)
    told = {"bags": "\n".join(sent.bags), "giver": "courier"}
    client.post(f"/consignments/{sent.code}/crate", data=told)
    assert set(states(enter, cast, sent).values()) == {BagState.RECEIVED}
    client.post(f"/consignments/{sent.code}/crate", data=told)
    page = client.get(f"/consignments/{sent.code}").text
    assert "3 bags received." in page
    assert "0 bags received." in page


def test_a_crate_with_a_stranger_in_it_is_refused_whole(
    enter: Enter, cast: Cast, sent: Sent
) -> None:
    told = {"bags": f"{sent.bags[0]}\nZZ-9", "giver": "courier"}
    answer = enter(cast.technician).post(f"/consignments/{sent.code}/crate", data=told)
    assert answer.status_code == 422
    assert "&#39;ZZ-9&#39;" in answer.text
    assert states(enter, cast, sent)[sent.bags[0]] == BagState.EXPECTED


def test_accepting_leaves_open_what_did_not_come(
    enter: Enter, cast: Cast, sent: Sent
) -> None:
    client = enter(cast.technician)
    address = f"/consignments/{sent.code}"
    assert "Accept" not in client.get(address).text
    client.post(f"{address}/crate", data={"bags": sent.bags[0], "giver": "courier"})
    assert "Accept 1, leave 2 open" in client.get(address).text
    client.post(f"{address}/accept")
    page = client.get(address).text
    assert "2 bags did not come" in page
    assert page.count("missing") == 2
    assert "Accept" not in client.get(address).text
    with enter.database.reading() as session:
        found = manifests.consignment(session, cast.technician, sent.code)
        assert found.stage == ConsignmentStage.RECEIVED


def test_a_photograph_is_kept_without_its_metadata_and_on_record(
    enter: Enter, cast: Cast, sent: Sent
) -> None:
    with enter.database.transaction() as session:
        factories.received(session, sent)
    client, bag = enter(cast.technician), sent.bags[0]
    address = f"/consignments/{sent.code}"
    told = {"bag": bag, "photograph": (BytesIO(factories.a_picture()), "x.jpg")}
    client.post(f"{address}/photograph", data=told)
    assert "Photograph 1 of the bag" in client.get(f"{address}/bag?bag={bag}").text
    with enter.database.reading() as session:
        (kept,) = manifests.photographs(session, cast.technician, bag)
        digest = kept.sha256
        row = by_ids(session, cast.technician, [kept.sample_id])[kept.sample_id]
        tags = [event.tag for event in events_of(session, [row.uid])]
    assert tags[-1] == Tag.BAG_PHOTOGRAPHED
    shown = client.get(f"{address}/photograph/{digest}?bag={bag}")
    assert shown.mimetype == "image/jpeg"
    assert b"planted" not in shown.data
    other = client.get(f"{address}/photograph/{digest}?bag={sent.bags[1]}")
    assert other.status_code == 404


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"PK\x03\x04 a zip"])
def test_what_is_no_photograph_is_refused_and_not_kept(
    enter: Enter, cast: Cast, sent: Sent, content: bytes
) -> None:
    with enter.database.transaction() as session:
        factories.received(session, sent)
    told = {"bag": sent.bags[0], "photograph": (BytesIO(content), "x.jpg")}
    answer = enter(cast.technician).post(
        f"/consignments/{sent.code}/photograph", data=told
    )
    assert answer.status_code == 422
    assert "JPEG" in answer.text


def test_a_photograph_belongs_to_a_bag_of_this_consignment(
    enter: Enter, cast: Cast, sent: Sent
) -> None:
    with enter.database.transaction() as session:
        other = factories.a_consignment(session, 1)
    told = {
        "bag": other.bags[0],
        "photograph": (BytesIO(factories.a_picture()), "x.jpg"),
    }
    answer = enter(cast.technician).post(
        f"/consignments/{sent.code}/photograph", data=told
    )
    assert answer.status_code == 404


def test_who_only_reads_sees_no_form(enter: Enter, cast: Cast, sent: Sent) -> None:
    for actor in (cast.auditor, cast.coordinator, cast.mortuary):
        page = enter(actor).get(f"/consignments/{sent.code}").text
        assert sent.bags[0] in page
        assert "Who hands" not in page
        assert 'method="post" action="/consignments' not in page
