"""The pages of the samples: the list, one sample, what can be done, its pictures."""

from io import BytesIO

from PIL import Image

from lims.access import Actor
from lims.custody import operations_holds as freezing
from lims.custody import operations_receiving as receiving
from lims.custody import queries
from lims.samples.amounts import Measure
from lims.samples.tables import Stream
from tests import factories
from tests.cast import PASSWORD, Cast, user
from tests.lims.web.conftest import Enter
from tests.statements import counted


def in_hands(enter: Enter, count: int = 1, stream: Stream = Stream.BONE) -> list[str]:
    """Codes of samples that the technician holds."""
    with enter.database.transaction() as session:
        return factories.in_hands(session, count, stream)


def stored(enter: Enter, count: int = 1) -> tuple[list[str], factories.Box]:
    with enter.database.transaction() as session:
        return factories.stored(session, count)


def badge(enter: Enter, actor: Actor) -> str:
    with enter.database.reading() as session:
        return user(session, actor).badge


def stage(enter: Enter, cast: Cast, code: str) -> str:
    with enter.database.reading() as session:
        return queries.item(session, cast.technician, code).stage


def test_an_empty_list_teaches_where_samples_come_from(
    enter: Enter, cast: Cast
) -> None:
    page = enter(cast.technician).get("/samples/").text
    assert "No sample has a code yet." in page
    assert "the coordinator gives each its code" in page


def test_the_list_is_narrowed_by_stage_stream_kind_and_code(
    enter: Enter, cast: Cast
) -> None:
    (bone,) = in_hands(enter)
    (card,) = in_hands(enter, stream=Stream.REFERENCE)
    (resting,), _ = stored(enter)
    technician = enter(cast.technician)

    def seen(**asked: str) -> set[str]:
        page = technician.get("/samples/", query_string=asked).text
        return {code for code in (bone, card, resting) if f"/samples/{code}" in page}

    assert seen(all="yes") == {bone, card, resting}
    assert seen() == {bone, card}
    assert seen(stage="stored") == {resting}
    assert seen(stream="reference") == {card}
    assert seen(kind="bone sample") == {bone, resting}
    assert seen(q=bone[:6].lower()) == {bone}
    assert seen(mine="yes") == {bone, card}
    assert seen(stage="destroyed") == set()


def test_a_whole_code_goes_to_its_page(enter: Enter, cast: Cast) -> None:
    (code,) = in_hands(enter)
    typed = f"{code[:4]}-{code[4:8]}-{code[8:]}"
    found = enter(cast.technician).get("/samples/", query_string={"q": typed})
    assert found.location == f"/samples/{code}"


def test_counts_click_through_to_what_they_count(enter: Enter, cast: Cast) -> None:
    in_hands(enter, 3)
    page = enter(cast.technician).get("/samples/").text
    assert 'In my hands <span class="n">3</span>' in page
    assert 'in use <span class="n">3</span>' in page
    assert "stage=in+use" in page


def test_a_page_of_the_list_takes_as_many_statements_as_a_line(
    enter: Enter, cast: Cast
) -> None:
    technician = enter(cast.technician)
    in_hands(enter, 1)
    technician.get("/")  # the state of the record is looked up once for all pages
    with counted(enter.database) as one:
        technician.get("/samples/?all=yes")
    in_hands(enter, 12)
    with counted(enter.database) as many:
        technician.get("/samples/?all=yes")
    assert len(many) == len(one)


def test_the_list_goes_on_where_the_page_ended(enter: Enter, cast: Cast) -> None:
    with enter.database.transaction() as session:
        codes = factories.in_the_laboratory(session, queries.PAGE + 2)
    technician = enter(cast.technician)
    page = technician.get("/samples/?stream=bone").text
    (address,) = {
        part.split('"')[0].replace("&amp;", "&")
        for part in page.split('rel="next" href="')[1:]
    }
    assert "stream=bone" in address
    rest = technician.get(address).text
    shown = {c for c in codes if f"/samples/{c}" in page}
    later = {c for c in codes if f"/samples/{c}" in rest}
    assert len(shown) == queries.PAGE
    assert later == set(codes) - shown


def test_the_page_of_a_sample_tells_its_facts_and_no_identity(
    enter: Enter, cast: Cast
) -> None:
    (code,), box = stored(enter)
    page = enter(cast.technician).get(f"/samples/{code}").text
    assert "bone sample" in page.lower()
    assert "1000 mg" in page
    assert all(name in page for name in ("Room", "Freezer", "Box 1", "A1"))
    assert "closed to this role" in page
    assert "Who is behind this code" not in page
    assert box.positions[0] in page


def test_the_coordinator_alone_is_offered_a_look_behind_the_code(
    enter: Enter, cast: Cast
) -> None:
    (code,) = in_hands(enter)
    page = enter(cast.coordinator).get(f"/samples/{code}").text
    assert "Who is behind this code" in page
    for actor in (cast.technician, cast.manager, cast.analyst, cast.auditor):
        page = enter(actor).get(f"/samples/{code}").text
        assert "Who is behind this code" not in page, actor.name


def test_the_next_step_comes_from_the_workflow(enter: Enter, cast: Cast) -> None:
    (code,) = in_hands(enter)
    technician = enter(cast.technician)
    page = technician.get(f"/samples/{code}").text
    assert "Make something of it" in page
    assert "Store it" in page
    assert "Take it out" not in page
    (code,), _ = stored(enter)
    page = technician.get(f"/samples/{code}").text
    assert "Take it out" in page
    assert "Make something of it" not in page


def test_an_auditor_is_offered_nothing(enter: Enter, cast: Cast) -> None:
    (code,) = in_hands(enter)
    page = enter(cast.auditor).get(f"/samples/{code}").text
    assert "<h2>What else can be done</h2>" not in page
    assert 'id="next"' not in page


def test_a_sample_is_taken_out_and_stored_again(enter: Enter, cast: Cast) -> None:
    (code,), box = stored(enter)
    technician = enter(cast.technician)
    out = {"action": "take out", "purpose": "EXTRACTION"}
    assert technician.post(f"/samples/{code}/move", data=out).status_code == 302
    assert stage(enter, cast, code) == "in use"
    place = box.positions[1]
    typed = f"{place[:4]}-{place[4:8]}-{place[8:]}".lower()
    back = {"action": "store", "place": typed}
    technician.post(f"/samples/{code}/move", data=back)
    assert stage(enter, cast, code) == "stored"
    assert "A2" in technician.get(f"/samples/{code}").text


def test_a_field_that_the_page_does_not_offer_is_refused(
    enter: Enter, cast: Cast
) -> None:
    (code,), _ = stored(enter)
    step = {"action": "take out", "purpose": "EXTRACTION", "stage": "destroyed"}
    answer = enter(cast.technician).post(f"/samples/{code}/move", data=step)
    assert answer.status_code == 422
    assert stage(enter, cast, code) == "stored"


def test_powder_is_made_with_amounts_and_the_form_makes_it_once(
    enter: Enter, cast: Cast
) -> None:
    (code,) = in_hands(enter)
    technician = enter(cast.technician)
    made = {
        "kind": "powder",
        "taken": "250,5",
        "amount": "200",
        "unit": "mg",
        "method": "GROUND",
        "once": "f" * 32,
    }
    first = technician.post(f"/samples/{code}/derive", data=made)
    again = technician.post(f"/samples/{code}/derive", data=made)
    assert first.location == again.location
    page = technician.get(f"/samples/{code}").text
    assert "749.5 mg" in page
    child = first.location.rpartition("/")[2]
    assert child in page
    assert "200 mg" in technician.get(first.location).text


def test_more_than_there_is_cannot_be_taken(enter: Enter, cast: Cast) -> None:
    (code,) = in_hands(enter)
    made = {"kind": "powder", "taken": "1001", "amount": "1", "unit": "mg"}
    made |= {"method": "GROUND", "once": "f" * 32}
    answer = enter(cast.technician).post(f"/samples/{code}/derive", data=made)
    assert answer.status_code == 409
    assert "1000 mg are left" in answer.text.replace("1000.000000", "1000")


def test_what_was_never_weighed_is_measured_first(enter: Enter, cast: Cast) -> None:
    with enter.database.transaction() as session:
        (code,) = factories.in_hands(session, measure=Measure())
    technician = enter(cast.technician)
    page = technician.get(f"/samples/{code}").text
    assert "Say how much there is" in page
    assert "Make something of it" not in page
    weighed = {"amount": "1,84", "unit": "g"}
    technician.post(f"/samples/{code}/measure", data=weighed)
    page = technician.get(f"/samples/{code}").text
    assert "1.84 g" in page
    assert "Make something of it" in page


def test_an_amount_that_is_no_number_is_quoted(enter: Enter, cast: Cast) -> None:
    (code,) = in_hands(enter)
    wrong = {"amount": "some", "unit": "g"}
    answer = enter(cast.technician).post(f"/samples/{code}/measure", data=wrong)
    assert answer.status_code == 422
    assert "&#39;some&#39; is not an amount" in answer.text


def test_a_hand_over_takes_two_people(enter: Enter, cast: Cast) -> None:
    (code,) = in_hands(enter)
    giver, receiver = enter(cast.technician), enter(cast.technician2)
    page = receiver.get(f"/samples/{code}").text
    assert "Technician holds it." in page
    assert "Accept it into your hands" not in page
    offer = {"badge": badge(enter, cast.technician2)}
    giver.post(f"/samples/{code}/offer", data=offer)
    assert "Accept it into your hands" in receiver.get(f"/samples/{code}").text
    assert "offered to you" in receiver.get("/samples/?mine=yes").text
    receiver.post(f"/samples/{code}/accept")
    with enter.database.reading() as session:
        held = queries.item(session, cast.technician, code)
    assert held.holder_id == cast.technician2.user_id


def test_a_hold_closes_the_other_steps_until_it_ends(enter: Enter, cast: Cast) -> None:
    (code,) = in_hands(enter)
    technician, quality = enter(cast.technician), enter(cast.quality)
    technician.post(f"/samples/{code}/hold", data={"reason": "SWAP_SUSPECTED"})
    page = technician.get(f"/samples/{code}").text
    assert "Two items may be swapped" in page
    assert "Make something of it" not in page
    assert "End the hold" not in page
    listed = quality.get("/samples/holds").text
    assert code in listed
    with enter.database.reading() as session:
        sample = queries.named_sample(session, cast.technician, code)
        (hold,) = queries.holds_of(session, sample.id)
        number = hold.id
    ending = {"resolution": "EXPLAINED", "next": code}
    assert technician.post(f"/samples/holds/{number}", data=ending).status_code == 403
    ended = quality.post(f"/samples/holds/{number}", data=ending)
    assert ended.location == f"/samples/{code}"
    assert "Nothing is on hold." in quality.get("/samples/holds").text
    assert "Make something of it" in technician.get(f"/samples/{code}").text


def test_a_wrong_place_is_corrected_by_a_new_event(enter: Enter, cast: Cast) -> None:
    (code,), box = stored(enter)
    with enter.database.reading() as session:
        seq = queries.named_sample(session, cast.technician, code).ver
    told = {
        "event": str(seq),
        "what": "place",
        "right": box.positions[1],
        "reason": "MISSCANNED",
    }
    answer = enter(cast.technician).post(f"/samples/{code}/correct", data=told)
    assert answer.status_code == 302, answer.text
    with enter.database.reading() as session:
        assert queries.item(session, cast.technician, code).at == box.positions[1]


def test_what_is_for_good_asks_for_a_signature_and_a_witness(
    enter: Enter, cast: Cast
) -> None:
    (code,), _ = stored(enter)
    manager = enter(cast.manager)
    page = manager.get(f"/samples/{code}").text
    assert 'data-opens="sign-consume"' in page
    step = {
        "authority": "court order 12/2026",
        "witness": badge(enter, cast.technician),
        "password": "wrong",
    }
    assert manager.post(f"/samples/{code}/consume", data=step).status_code == 403
    assert stage(enter, cast, code) == "stored"
    done = manager.post(f"/samples/{code}/consume", data={**step, "password": PASSWORD})
    assert done.status_code == 302, done.text
    assert stage(enter, cast, code) == "consumed"


def test_destruction_takes_an_order_and_two_witnesses(enter: Enter, cast: Cast) -> None:
    (code,), _ = stored(enter)
    manager = enter(cast.manager)
    manager.post(
        f"/samples/{code}/move", data={"action": "order destruction", "order": "O-1"}
    )
    step = {
        "order": "O-1",
        "witness": badge(enter, cast.technician),
        "second_witness": badge(enter, cast.technician2),
        "password": PASSWORD,
    }
    assert "sign-destroy" in manager.get(f"/samples/{code}").text
    manager.post(f"/samples/{code}/destroy", data=step)
    assert stage(enter, cast, code) == "destroyed"


def test_a_bag_without_a_code_has_a_page_by_its_number(
    enter: Enter, cast: Cast
) -> None:
    with enter.database.transaction() as session:
        sent = factories.a_consignment(session, 1)
        factories.received(session, sent)
    page = enter(cast.technician).get(f"/samples/{sent.bags[0]}").text
    assert sent.bags[0] in page
    assert "received" in page


def test_a_photograph_is_shown_to_those_who_see_the_sample(
    enter: Enter, cast: Cast
) -> None:
    (code,) = in_hands(enter)
    drawn = BytesIO()
    Image.new("RGB", (8, 6), "gray").save(drawn, "PNG")
    digest = enter.laboratory.store.keep(drawn.getvalue())
    with enter.database.transaction() as session:
        receiving.attach_photograph(session, cast.technician, code, digest, "image/png")
    address = f"/samples/{code}/photographs/{digest}"
    technician = enter(cast.technician)
    assert address in technician.get(f"/samples/{code}").text
    picture = technician.get(address)
    assert picture.data == drawn.getvalue()
    assert picture.mimetype == "image/png"
    assert picture.headers["Content-Disposition"] == "inline"
    assert enter(cast.foreign_technician).get(address).status_code == 404
    (other,) = in_hands(enter)
    elsewhere = f"/samples/{other}/photographs/{digest}"
    assert technician.get(elsewhere).status_code == 404


def test_consent_is_told_as_yes_or_no_alone(enter: Enter, cast: Cast) -> None:
    (bone,), (card,) = in_hands(enter), in_hands(enter, stream=Stream.REFERENCE)
    technician = enter(cast.technician)
    assert "<dd>not needed</dd>" in technician.get(f"/samples/{bone}").text
    assert "<dd>yes</dd>" in technician.get(f"/samples/{card}").text


def test_another_laboratory_sees_and_moves_nothing(enter: Enter, cast: Cast) -> None:
    (code,), box = stored(enter)
    with enter.database.transaction() as session:
        freezing.hold(session, cast.technician, code, "CONTAMINATION")
    foreign = enter(cast.foreign_technician)
    assert code not in foreign.get("/samples/").text
    assert code not in foreign.get("/samples/holds").text
    assert foreign.get(f"/samples/{code}").status_code == 404
    step = {"action": "store", "place": box.positions[1]}
    assert foreign.post(f"/samples/{code}/move", data=step).status_code == 404


def test_a_weight_is_typed_with_a_reason_and_the_page_tells_what_is_left(
    enter: Enter, cast: Cast
) -> None:
    (code,) = in_hands(enter)
    technician = enter(cast.technician)
    page = technician.get(f"/samples/{code}").text
    assert "1000 mg are left: enough for 5 more extractions of 200 mg." in page
    told = {"value": "950", "unit": "mg", "reason": "NO_BALANCE", "balance": "B77"}
    there = f"/samples/{code}/weigh"
    page = technician.post(there, data=told, follow_redirects=True).text
    assert "950 mg: the item itself. It is on record." in page
    assert "950 mg are left: enough for 4 more extractions of 200 mg." in page
    assert "No balance at hand" in page
    refused = technician.post(there, data={})
    assert "No stable weight came from the bench" in refused.text
