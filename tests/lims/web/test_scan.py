"""The scan box: what it does with every kind of code, on every page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from random import Random
import re

import pytest

from lims import clock
from lims.audit.queries import all_faults, events_of
from lims.codes import Kind, draw, shown
from lims.custody import manifests, queries
from lims.custody import operations_consignments as sending
from lims.custody.operations_consignments import BagLine
from lims.custody.stages import Stage
from lims.custody.tables import BagState
from lims.printing import operations as printing
from lims.samples.tables import Stream
from lims.web.commands import commands
from tests import factories, plates
from tests.cast import Cast, badge_of
from tests.factories import Box, Sent
from tests.lims.web.conftest import Browser, Enter

READ = re.compile(r'class="band (\w+)".*?data-armed="([^"]*)"(.*)</div>', re.DOTALL)


@dataclass(frozen=True)
class Said:
    """What the band says, and what else the answer does."""

    status: int
    state: str
    armed: str
    text: str
    to: str
    refreshes: bool


@dataclass
class Bench:
    """Somebody's browser with a scanner: it gives back what the band armed."""

    client: Browser
    page: str = ""
    armed: str = ""

    def scan(self, code: str, **fields: str) -> Said:
        told = {"code": code, "page": self.page, "armed": self.armed, **fields}
        answer = self.client.post("/scan/", data=told, headers={"HX-Request": "true"})
        found = READ.search(answer.text)
        state, armed, text = found.groups() if found else ("", self.armed, "")
        self.armed = unescape(armed)
        return Said(
            answer.status_code,
            state,
            self.armed,
            unescape(text),
            answer.headers.get("HX-Redirect", ""),
            answer.headers.get("HX-Trigger") == "refresh",
        )


Sit = Callable[..., Bench]


@pytest.fixture
def sit(enter: Enter, cast: Cast) -> Sit:
    def at(login: str = "technician", page: str = "", armed: str = "") -> Bench:
        return Bench(enter(getattr(cast, login)), page, armed)

    return at


@pytest.fixture
def sent(enter: Enter) -> Sent:
    with enter.database.transaction() as session:
        return factories.a_consignment(session, 3)


@pytest.fixture
def held(enter: Enter) -> str:
    """The code of a bone in the technician's hands."""
    with enter.database.transaction() as session:
        (code,) = factories.in_the_laboratory(session)
        return code


@pytest.fixture
def box(enter: Enter) -> Box:
    with enter.database.transaction() as session:
        return factories.a_box(session)


def item(enter: Enter, cast: Cast, named: str) -> queries.Item:
    with enter.database.reading() as session:
        return queries.item(session, cast.technician, named)


def events(enter: Enter, cast: Cast, named: str) -> int:
    with enter.database.reading() as session:
        row = queries.named_sample(session, cast.technician, named)
        assert all_faults(session) == {}
        return len(events_of(session, [row.uid]))


def command_code(enter: Enter, name: str) -> str:
    every = commands(enter.laboratory.words)
    return next(one.code for one in every if one.name == name)


# --- at the door ---


def test_one_scan_receives_a_bag_and_names_the_giver(
    enter: Enter, cast: Cast, sit: Sit, sent: Sent
) -> None:
    bench = sit(page="consignment", armed=sent.code)
    said = bench.scan(sent.bags[0], giver="courier")
    assert (said.status, said.state, said.refreshes) == (200, "right", True)
    assert "Bag 1 of 3" in said.text
    assert said.armed == f"{sent.code}|||courier"
    with enter.database.reading() as session:
        (line, *_) = manifests.manifest(session, cast.technician, sent.code)
        found = manifests.consignment(session, cast.technician, sent.code)
        assert (line.state, line.condition) == (BagState.RECEIVED, "INTACT")
        assert found.giver == "courier"


def test_the_seal_of_a_bag_receives_it_as_well(sit: Sit, sent: Sent) -> None:
    bench = sit(page="consignment", armed=f"{sent.code}|||courier")
    assert bench.scan(f"{sent.bags[1]}-S").state == "right"
    assert bench.scan(f"]C0{sent.bags[2].lower()}").state == "right"


def test_the_same_bag_again_changes_nothing(
    enter: Enter, cast: Cast, sit: Sit, sent: Sent
) -> None:
    bench = sit(page="consignment", armed=f"{sent.code}|||courier")
    bench.scan(sent.bags[0])
    before = events(enter, cast, sent.bags[0])
    said = bench.scan(sent.bags[0])
    assert (said.state, said.refreshes) == ("again", False)
    assert said.armed == f"{sent.code}|||courier"
    assert events(enter, cast, sent.bags[0]) == before


def test_a_held_bag_scanned_again_stays_as_it_was_found(
    enter: Enter, cast: Cast, sit: Sit, sent: Sent
) -> None:
    bench = sit(page="consignment", armed=f"{sent.code}|||courier")
    told = {"bag": sent.bags[0], "seal": "OTHER-7", "condition": "WET", "giver": "van"}
    bench.client.post(f"/consignments/{sent.code}/bag", data=told)
    before = events(enter, cast, sent.bags[0])
    assert bench.scan(sent.bags[0]).state == "again"
    assert events(enter, cast, sent.bags[0]) == before


def test_another_seal_then_its_bag_twice_receives_it_held(
    enter: Enter, cast: Cast, sit: Sit, sent: Sent
) -> None:
    bench = sit(page="consignment", armed=f"{sent.code}|||courier")
    assert bench.scan("CY-004168").state == "ask"
    asked = bench.scan(sent.bags[0])
    assert asked.state == "ask"
    assert "wear the seal 'CY-004168'" in asked.text
    assert item(enter, cast, sent.bags[0]).stage == Stage.IN_TRANSIT
    told = bench.scan(sent.bags[0])
    assert told.to == f"/consignments/{sent.code}/bag?bag={sent.bags[0]}"
    with enter.database.reading() as session:
        lines = manifests.manifest(session, cast.technician, sent.code)
    line = next(one for one in lines if one.bag == sent.bags[0])
    assert (line.state, line.seal_found) == (BagState.HELD, "CY-004168")


def test_a_seal_that_somebody_passed_over_is_given_to_no_other_bag(
    enter: Enter, cast: Cast, sit: Sit, sent: Sent
) -> None:
    bench = sit(page="consignment", armed=f"{sent.code}|||courier")
    bench.scan("CY-004168")
    assert bench.scan(sent.bags[0]).state == "ask"
    assert bench.scan(sent.bags[1]).state == "ask"
    assert item(enter, cast, sent.bags[0]).stage == Stage.IN_TRANSIT
    assert item(enter, cast, sent.bags[1]).stage == Stage.IN_TRANSIT


def test_a_bag_without_a_giver_is_asked_for_and_not_received(
    enter: Enter, cast: Cast, sit: Sit, sent: Sent
) -> None:
    said = sit(page="consignment", armed=sent.code).scan(sent.bags[0])
    assert said.state == "ask"
    assert "Who hands it over?" in said.text
    assert item(enter, cast, sent.bags[0]).stage == Stage.IN_TRANSIT


def test_a_badge_at_the_door_names_the_giver(
    enter: Enter, cast: Cast, sit: Sit, sent: Sent
) -> None:
    bench, badge = sit(page="consignment", armed=sent.code), badge_of("mortuary")
    assert bench.scan(badge).state == "ask"
    assert bench.armed == f"{sent.code}|||{badge}"
    assert bench.scan(sent.bags[0]).state == "right"
    with enter.database.reading() as session:
        found = manifests.consignment(session, cast.technician, sent.code)
        assert found.giver == badge


def test_nobody_receives_from_themselves(
    enter: Enter, cast: Cast, sit: Sit, sent: Sent
) -> None:
    bench = sit(page="consignment", armed=sent.code)
    bench.scan(badge_of("technician"))
    said = bench.scan(sent.bags[0])
    assert (said.status, said.state) == (409, "wrong")
    assert item(enter, cast, sent.bags[0]).stage == Stage.IN_TRANSIT


def test_a_number_on_no_line_is_asked_about_and_not_taken_in(
    enter: Enter, cast: Cast, sit: Sit, sent: Sent
) -> None:
    said = sit(page="consignment", armed=f"{sent.code}|||courier").scan("ZZ-99")
    assert said.state == "ask"
    assert f"/consignments/{sent.code}/bag?bag=ZZ-99" in said.text
    with enter.database.reading() as session:
        assert len(manifests.manifest(session, cast.technician, sent.code)) == 3


def test_a_bag_that_has_the_form_of_a_code_is_received_by_its_number(
    enter: Enter, cast: Cast, sit: Sit
) -> None:
    number = draw(
        Kind.SAMPLE, Random(7).randbytes
    )  # drawn once, so that it has a digit
    with enter.database.transaction() as session:
        lines = [BagLine(number, "SEAL-1")]
        made = sending.announce(session, cast.mortuary, "LAB", Stream.BONE, lines)
        due = clock.now() + timedelta(days=1)
        sending.release(session, cast.mortuary, made.code, "van", due)
        code = made.code
    said = sit(page="consignment", armed=f"{code}|||courier").scan(number)
    assert said.state == "right"


def test_another_laboratorys_consignment_is_as_unknown(sit: Sit, sent: Sent) -> None:
    bench = sit("foreign_technician", "consignment", f"{sent.code}|||courier")
    said = bench.scan(sent.bags[0])
    assert said.status == 404
    unknown = draw(Kind.CONSIGNMENT)
    other = sit("foreign_technician", "consignment", f"{unknown}|||courier")
    assert other.scan(sent.bags[0]).text.replace(unknown, sent.code) == said.text


def test_who_only_reads_receives_nothing(
    enter: Enter, cast: Cast, sit: Sit, sent: Sent
) -> None:
    for login in ("coordinator", "auditor", "mortuary"):
        bench = sit(login, "consignment", f"{sent.code}|||courier")
        assert bench.scan(sent.bags[0]).status == 403
    assert item(enter, cast, sent.bags[0]).stage == Stage.IN_TRANSIT


def test_an_awaited_bag_scanned_elsewhere_opens_its_consignment(
    sit: Sit, sent: Sent
) -> None:
    assert sit().scan(sent.bags[0]).to == f"/consignments/{sent.code}"
    assert sit().scan(f"{sent.bags[0]}-S").to == f"/consignments/{sent.code}"
    assert sit("mortuary").scan(sent.bags[0]).to == f"/consignments/{sent.code}"
    assert sit("foreign_technician").scan(sent.bags[0]).status == 404


# --- at the bench ---


def test_a_received_bag_is_stored_before_it_has_a_code(
    enter: Enter, cast: Cast, sit: Sit, sent: Sent, box: Box
) -> None:
    with enter.database.transaction() as session:
        factories.received(session, sent)
    assert sit().scan(sent.bags[0]).to == f"/samples/{sent.bags[0]}"
    bench = sit(page="sample", armed=sent.bags[0])
    assert bench.scan(box.positions[0]).state == "right"
    assert item(enter, cast, sent.bags[0]).at == box.positions[0]


def test_the_bag_of_an_accessioned_item_does_not_tell_its_code(
    enter: Enter, cast: Cast, sit: Sit, sent: Sent
) -> None:
    with enter.database.transaction() as session:
        factories.declared(session, sent, Stream.BONE)
        factories.received(session, sent)
        codes = factories.accession(session, sent)
    said = sit().scan(sent.bags[0])
    assert said.state == "ask"
    assert codes[sent.bags[0]] not in said.text
    assert shown(codes[sent.bags[0]]) not in said.text
    assert said.armed == ""


def test_an_item_then_a_place_stores_it_and_again_changes_nothing(
    enter: Enter, cast: Cast, sit: Sit, held: str, box: Box
) -> None:
    bench = sit(armed=held)
    said = bench.scan(box.positions[0])
    assert (said.state, said.refreshes, said.armed) == ("right", True, held)
    assert item(enter, cast, held).at == box.positions[0]
    before = events(enter, cast, held)
    said = bench.scan(box.positions[0])
    assert (said.state, said.refreshes) == ("again", False)
    assert events(enter, cast, held) == before


def test_a_place_that_is_taken_or_of_the_other_stream_is_refused(
    enter: Enter, cast: Cast, sit: Sit, held: str, box: Box
) -> None:
    with enter.database.transaction() as session:
        (other,) = factories.in_the_laboratory(session)
        references = factories.a_box(session, Stream.REFERENCE)
    sit(armed=other).scan(box.positions[0])
    bench = sit(armed=held)
    for place in (box.positions[0], references.positions[0]):
        said = bench.scan(place)
        assert (said.status, said.state, said.armed) == (409, "wrong", held)
    assert item(enter, cast, held).stage == Stage.ACCESSIONED


def test_an_item_scanned_twice_waits_as_it_did(
    enter: Enter, cast: Cast, sit: Sit, held: str
) -> None:
    before = events(enter, cast, held)
    said = sit(armed=held).scan(held)
    assert (said.state, said.armed) == ("again", held)
    assert "Scan a place, a badge or a command." in said.text
    assert events(enter, cast, held) == before


def test_a_hand_over_takes_two_scans_by_two_people(
    enter: Enter, cast: Cast, sit: Sit, held: str
) -> None:
    giver, receiver = sit(armed=held), sit("technician2")
    said = giver.scan(badge_of("technician2"))
    assert (said.state, said.refreshes) == ("ask", True)
    assert "Now Technician2 scans" in said.text
    assert giver.scan(badge_of("technician2")).state == "again"
    assert item(enter, cast, held).holder_id == cast.technician.user_id
    said = receiver.scan(held)
    assert (said.state, said.armed) == ("right", held)
    assert item(enter, cast, held).holder_id == cast.technician2.user_id
    assert receiver.scan(held).state == "again"


def test_nobody_hands_over_to_themselves(
    enter: Enter, cast: Cast, sit: Sit, held: str
) -> None:
    said = sit(armed=held).scan(badge_of("technician"))
    assert (said.status, said.state) == (409, "wrong")
    assert item(enter, cast, held).offered_to is None


def test_a_badge_alone_says_whose_it_is_and_what_it_is_for(sit: Sit) -> None:
    said = sit().scan(badge_of("technician2"))
    assert said.state == "ask"
    assert "badge of Technician2" in said.text
    assert sit("foreign_technician").scan(badge_of("technician2")).status == 404


def test_an_item_or_a_place_alone_opens_its_page(sit: Sit, held: str, box: Box) -> None:
    assert sit().scan(held).to == f"/samples/{held}"
    assert sit().scan(box.code).to == f"/places/{box.code}"


def test_the_trail_shows_what_is_scanned_on_it(sit: Sit, held: str) -> None:
    assert sit(page="trail").scan(held).to == f"/trail/{held}"


def test_a_plate_and_a_consignment_are_found_by_their_codes(
    enter: Enter, sit: Sit, sent: Sent
) -> None:
    with enter.database.transaction() as session:
        plate = plates.planned(session, plates.extracts(session)).code
    assert sit().scan(plate).to == f"/batches/{plate}"
    assert sit().scan(sent.code).to == f"/consignments/{sent.code}"
    again = sit(page="consignment", armed=sent.code).scan(sent.code)
    assert (again.state, again.to) == ("again", "")


# --- commands ---


def test_take_out_is_done_once_and_again_changes_nothing(
    enter: Enter, cast: Cast, sit: Sit
) -> None:
    with enter.database.transaction() as session:
        (code,), _ = factories.stored(session)
    bench, take_out = sit(armed=code), command_code(enter, "TAKE OUT EXTRACTION")
    assert bench.scan(take_out).state == "right"
    assert item(enter, cast, code).stage == Stage.IN_USE
    before = events(enter, cast, code)
    assert bench.scan(take_out).state == "again"
    assert events(enter, cast, code) == before


def test_return_to_store_asks_for_the_place(sit: Sit, enter: Enter, held: str) -> None:
    said = sit(armed=held).scan(command_code(enter, "STORE"))
    assert (said.state, said.armed) == ("ask", held)


def test_hold_freezes_the_item_once(
    enter: Enter, cast: Cast, sit: Sit, held: str
) -> None:
    bench, hold = sit(armed=held), command_code(enter, "HOLD SWAP_SUSPECTED")
    assert bench.scan(hold).state == "hold"
    assert item(enter, cast, held).holds == ("SWAP_SUSPECTED",)
    before = events(enter, cast, held)
    assert bench.scan(hold).state == "again"
    assert events(enter, cast, held) == before
    assert "It may be stored" in bench.scan(held).text


def test_undo_corrects_the_place_and_keeps_both(
    enter: Enter, cast: Cast, sit: Sit, held: str, box: Box
) -> None:
    bench, undo = sit(armed=held), command_code(enter, "UNDO")
    bench.scan(box.positions[0])
    said = bench.scan(undo)
    assert (said.state, said.armed) == ("ask", f"elsewhere|{held}")
    assert bench.scan(box.positions[1]).state == "right"
    assert item(enter, cast, held).at == box.positions[1]
    with enter.database.reading() as session:
        row = queries.named_sample(session, cast.technician, held)
        line = queries.custody_line(session, [row])
    assert [link.action for link in line[-2:]] == ["store", "correct"]
    assert bench.scan(box.positions[1]).state == "again"


def test_undo_says_where_to_go_when_no_scan_corrects_it(
    sit: Sit, enter: Enter, held: str
) -> None:
    said = sit(armed=held).scan(command_code(enter, "UNDO"))
    assert (said.status, said.state) == (409, "wrong")
    assert "trail" in said.text


def test_finish_lets_go_of_the_item_but_not_of_the_door(
    sit: Sit, enter: Enter, held: str, sent: Sent
) -> None:
    finish = command_code(enter, "FINISH")
    assert sit(armed=held).scan(finish).armed == ""
    door = sit(page="consignment", armed=f"{sent.code}|||courier")
    assert door.scan(finish).armed.startswith(sent.code)


def test_a_command_without_an_item_asks_for_it(sit: Sit, enter: Enter) -> None:
    said = sit().scan(command_code(enter, "HOLD SWAP_SUSPECTED"))
    assert (said.state, said.armed) == ("ask", "")


def test_the_sheet_of_commands_shows_each_with_its_symbol(
    enter: Enter, cast: Cast
) -> None:
    page = enter(cast.technician).get("/scan/commands").text
    every = commands(enter.laboratory.words)
    assert page.count("<svg") == len(every)
    assert all(shown(one.code) in page for one in every)


# --- what is not known, not valid, not ours ---


@pytest.mark.parametrize(
    ("scanned", "status", "sentence"),
    [
        (Kind.SAMPLE, 404, "No sample has the code"),
        (Kind.PLACE, 404, "No place has the code"),
        (Kind.PLATE, 404, "No plate has the code"),
        (Kind.CONSIGNMENT, 404, "No consignment has the code"),
        (Kind.BADGE, 404, "Nobody here wears"),
        (Kind.COMMAND, 404, "command that is not known here"),
        (Kind.LOT, 200, "a lot of reagents"),
        (Kind.INSTRUMENT, 200, "an instrument"),
        ("S7K2M9QXAW", 422, "mistyped or misread"),
        ("]C10104012345678901", 422, "GS1 data, as on goods: somebody else"),
        ("CY-004187", 404, "no manifest here names it"),
        ("", 422, "Nothing was read"),
    ],
)
def test_each_kind_of_unknown_gets_its_own_answer_and_keeps_what_waits(
    sit: Sit, held: str, scanned: Kind | str, status: int, sentence: str
) -> None:
    code = draw(scanned) if isinstance(scanned, Kind) else scanned
    said = sit(armed=held).scan(code)
    assert said.status == status
    assert sentence in said.text
    assert said.state in ("wrong", "ask")
    assert said.armed == held


def test_a_void_label_and_an_old_copy_are_refused(
    enter: Enter, cast: Cast, sit: Sit, held: str, box: Box
) -> None:
    with enter.database.transaction() as session:
        printing.print_labels(session, cast.coordinator, [held], "tube")
        printing.void(session, cast.technician, held, "LABEL_TORN")
    said = sit().scan(held)
    assert (said.status, said.state) == (409, "wrong")
    assert "is void" in said.text
    with enter.database.transaction() as session:
        printing.reprint(session, cast.technician, [held], "tube", "LABEL_TORN")
    assert "confirm it first" in sit().scan(held).text
    with enter.database.transaction() as session:
        printing.confirm(session, cast.technician, held)
    assert sit().scan(held).status == 200


def test_what_another_laboratory_holds_is_as_unknown(
    sit: Sit, held: str, box: Box
) -> None:
    bench = sit("foreign_technician")
    unknown = draw(Kind.SAMPLE)
    assert bench.scan(held).text == bench.scan(unknown).text.replace(unknown, held)
    assert bench.scan(box.positions[0]).status == 404


def test_a_forged_wish_moves_nothing_of_another_laboratory(
    enter: Enter, cast: Cast, sit: Sit, held: str
) -> None:
    with enter.database.transaction() as session:
        box = factories.a_box(session)
    said = sit("foreign_technician", armed=held).scan(box.positions[0])
    assert said.status == 404
    assert item(enter, cast, held).stage == Stage.ACCESSIONED


def test_a_trainee_scans_nothing(sit: Sit, held: str) -> None:
    for code in (held, badge_of("technician2"), draw(Kind.CONSIGNMENT)):
        assert sit("trainee").scan(code).status == 403


def test_who_may_not_do_it_does_not_do_it_by_a_scan(
    enter: Enter, cast: Cast, sit: Sit, sent: Sent, held: str, box: Box
) -> None:
    """The scan box opens no door that the pages keep shut."""
    with enter.database.transaction() as session:
        plate = plates.planned(session, plates.extracts(session)).code
    finish, undo = (command_code(enter, name) for name in ("FINISH", "UNDO"))
    sit(armed=held).scan(box.positions[0])
    for login, page, armed, code in (
        ("mortuary", "", "", box.positions[0]),
        ("mortuary", "", "", finish),
        ("mortuary", "", "", plate),
        ("analyst", "", held, undo),
        ("coordinator", "consignment", f"{sent.code}|||courier", sent.bags[0]),
    ):
        assert sit(login, page, armed).scan(code).status == 403, (login, code)


def test_commands_ask_for_the_next_scan_so_that_no_mouse_is_needed(
    enter: Enter, sit: Sit, held: str
) -> None:
    bench = sit(armed=held)
    assert "badge" in bench.scan(command_code(enter, "HAND OVER")).text
    assert bench.armed == held
    weigh = bench.scan(command_code(enter, "WEIGH"))
    assert weigh.to == f"/samples/{held}"
    assert bench.scan(command_code(enter, "RECEIVE")).to == "/consignments/"
    assert sit().scan(command_code(enter, "WEIGH")).state == "ask"


def test_the_number_of_somebody_elses_label_is_named(sit: Sit) -> None:
    said = sit().scan("4006381333931")
    assert (said.status, said.state) == (404, "wrong")
    assert "EAN" in said.text
