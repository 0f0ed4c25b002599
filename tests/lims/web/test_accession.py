"""The coordinator's page: codes for received bags, in one transaction."""

from lims.cases import operations as cases
from lims.cases.queries import donors
from lims.cases.words import Scope
from lims.custody import operations_holds as freezing
from lims.custody import queries
from lims.samples.tables import Stream
from tests import factories
from tests.cast import Cast
from tests.factories import Sent
from tests.lims.web.conftest import Browser, Enter


def arrived(
    enter: Enter,
    count: int = 2,
    stream: Stream = Stream.BONE,
    *,
    declared: bool = True,
    consents: bool = True,
) -> Sent:
    with enter.database.transaction() as session:
        sent = factories.a_consignment(session, count, stream)
        if declared:
            factories.declared(session, sent, stream, consents=consents)
        factories.received(session, sent)
    return sent


def given(enter: Enter, cast: Cast, sent: Sent) -> dict[str, str]:
    """Bag to code, of those that have one."""
    with enter.database.reading() as session:
        rows = {
            bag: queries.named_sample(session, cast.coordinator, bag)
            for bag in sent.bags
        }
        return {bag: row.code for bag, row in rows.items() if row.code}


def give(client: Browser, sent: Sent, *bags: str) -> str:
    chosen = list(bags or sent.bags)
    answer = client.post(f"/accession/{sent.code}", data={"bag": chosen})
    assert answer.status_code == 302, answer.text
    return client.get(answer.location).text


def test_received_bags_wait_for_the_coordinator(enter: Enter, cast: Cast) -> None:
    coordinator = enter(cast.coordinator)
    assert "No bag waits for a code." in coordinator.get("/accession/").text
    sent = arrived(enter, 3)
    page = coordinator.get("/accession/").text
    assert f"/accession/{sent.code}" in page
    assert 'Accession <span class="n">3</span>' in page
    page = coordinator.get(f"/accession/{sent.code}").text
    assert "3 bags ready" in page


def test_codes_are_given_and_their_labels_offered(enter: Enter, cast: Cast) -> None:
    sent = arrived(enter, 3)
    coordinator = enter(cast.coordinator)
    page = give(coordinator, sent)
    assert "3 bags have their codes. Print the labels now." in page
    codes = given(enter, cast, sent)
    assert set(codes) == set(sent.bags)
    assert " ".join(sorted(codes.values())) in page
    told = {"codes": " ".join(codes.values()), "stock": "tube", "skip": "0"}
    assert coordinator.post("/labels/print", data=told).status_code == 200
    page = coordinator.get(f"/accession/{sent.code}").text
    assert "no label yet" not in page
    assert "Every bag that is here has its code." in page


def test_no_page_shows_a_bag_beside_its_code(enter: Enter, cast: Cast) -> None:
    sent = arrived(enter, 2)
    page = give(enter(cast.coordinator), sent, sent.bags[0])
    code = given(enter, cast, sent)[sent.bags[0]]
    assert code in page
    assert sent.bags[0] not in page
    assert sent.bags[1] in page


def test_neighbours_on_the_manifest_are_none_by_their_codes(
    enter: Enter, cast: Cast
) -> None:
    """Ten codes in the manifest's order by chance: once in 3.6 million."""
    sent = arrived(enter, 10)
    give(enter(cast.coordinator), sent)
    codes = list(given(enter, cast, sent).values())
    assert len(codes) == 10
    assert codes != sorted(codes)


def test_only_the_ticked_bags_get_codes(enter: Enter, cast: Cast) -> None:
    sent = arrived(enter, 3)
    give(enter(cast.coordinator), sent, sent.bags[1])
    assert set(given(enter, cast, sent)) == {sent.bags[1]}


def test_a_bag_on_hold_gets_none(enter: Enter, cast: Cast) -> None:
    sent = arrived(enter, 2)
    with enter.database.transaction() as session:
        freezing.hold(session, cast.technician, sent.bags[0], "CUSTODY_GAP")
    coordinator = enter(cast.coordinator)
    page = coordinator.get(f"/accession/{sent.code}").text
    assert f'value="{sent.bags[0]}"' not in page
    assert "1 bag ready" in page
    answer = coordinator.post(f"/accession/{sent.code}", data={"bag": list(sent.bags)})
    assert answer.status_code == 422
    assert given(enter, cast, sent) == {}


def test_a_reference_without_consent_stays_sealed_until_it_is_given(
    enter: Enter, cast: Cast
) -> None:
    sent = arrived(enter, 1, Stream.REFERENCE, consents=False)
    coordinator = enter(cast.coordinator)
    page = give(coordinator, sent)
    assert "1 bag stays sealed" in page
    assert given(enter, cast, sent) == {}
    assert "no consent at the last try" in page
    with enter.database.transaction() as session:
        (donor,) = donors(session, cast.collector)
        scopes = [Scope.DNA_IDENTIFICATION]
        cases.give_consent(session, cast.collector, donor.code, "CF-1 v2", scopes)
    give(coordinator, sent)
    assert set(given(enter, cast, sent)) == set(sent.bags)


def test_a_bag_that_nobody_declared_gets_none(enter: Enter, cast: Cast) -> None:
    sent = arrived(enter, 1, declared=False)
    page = give(enter(cast.coordinator), sent)
    assert "the sender has not said what is in it" in page
    assert given(enter, cast, sent) == {}


def test_the_same_form_twice_gives_no_second_code(enter: Enter, cast: Cast) -> None:
    sent = arrived(enter, 1)
    coordinator = enter(cast.coordinator)
    give(coordinator, sent)
    before = given(enter, cast, sent)
    again = coordinator.post(f"/accession/{sent.code}", data={"bag": sent.bags[0]})
    assert again.status_code == 422
    assert given(enter, cast, sent) == before


def test_nothing_is_ticked(enter: Enter, cast: Cast) -> None:
    sent = arrived(enter, 1)
    answer = enter(cast.coordinator).post(f"/accession/{sent.code}", data={})
    assert answer.status_code == 422
    assert "Tick the bags" in answer.text


def test_what_lost_its_consent_is_frozen_with_all_that_was_made_of_it(
    enter: Enter, cast: Cast
) -> None:
    sent = arrived(enter, 1, Stream.REFERENCE)
    coordinator = enter(cast.coordinator)
    give(coordinator, sent)
    (code,) = given(enter, cast, sent).values()
    answer = coordinator.post("/accession/freeze")
    assert "0 items are frozen" in coordinator.get(answer.location).text
    with enter.database.transaction() as session:
        (donor,) = donors(session, cast.collector)
        cases.withdraw_consent(session, cast.collector, donor.code)
    answer = coordinator.post("/accession/freeze")
    assert "1 item is frozen" in coordinator.get(answer.location).text
    with enter.database.reading() as session:
        assert queries.item(session, cast.technician, code).stage == "withdrawn"
    assert "<dd>no</dd>" in enter(cast.technician).get(f"/samples/{code}").text


def test_another_laboratory_gives_no_codes_here(enter: Enter, cast: Cast) -> None:
    sent = arrived(enter, 1)
    foreign = enter(cast.foreign_coordinator)
    assert sent.code not in foreign.get("/accession/").text
    assert foreign.get(f"/accession/{sent.code}").status_code == 404
    answer = foreign.post(f"/accession/{sent.code}", data={"bag": sent.bags[0]})
    assert answer.status_code == 404
    assert given(enter, cast, sent) == {}


def test_the_bench_has_no_part_in_it(enter: Enter, cast: Cast) -> None:
    sent = arrived(enter, 1)
    for actor in (cast.technician, cast.manager, cast.mortuary):
        client = enter(actor)
        assert client.get("/accession/").status_code == 403
        answer = client.post(f"/accession/{sent.code}", data={"bag": sent.bags[0]})
        assert answer.status_code == 403
