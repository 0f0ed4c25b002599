"""The pages of the identity zone: who may open them, and what they put on record."""

from sqlalchemy import select

from lims.audit.tables import Event
from lims.audit.tags import Tag
from lims.cases import operations as cases
from lims.cases import queries
from lims.samples import queries as samples
from tests import factories
from tests.cast import Cast
from tests.lims.web.conftest import Enter

EVENT = {
    "code": "2015.MMP00047",
    "kind": "shipwreck",
    "happened_on": "2015-04-18",
    "place": "Central Mediterranean",
    "dead": "",
    "missing": "193",
    "survivors": "28",
}
BODY = {
    "incident": "2015.MMP00047",
    "series": "it-med15",
    "kind": "body",
    "mortuary_tag": "Tag Of The Mortuary 12",
}


def linked(enter: Enter, cast: Cast) -> str:
    """The code of a bone whose remains have a mortuary's tag."""
    with enter.database.transaction() as session:
        tag = factories.a_body(session, factories.an_incident(session), "M-Planted-1")
        cases.declare(
            session, cast.mortuary, {"B-1": factories.an_element(session, tag)}
        )
        (code,) = samples.unused_codes(session, 1)
        cases.link(session, cast.coordinator, {"B-1": code})
        return code


def test_who_works_at_the_bench_is_not_let_in(enter: Enter, cast: Cast) -> None:
    bench = (cast.technician, cast.analyst, cast.manager, cast.auditor, cast.trainee)
    for actor in bench:
        client = enter(actor)
        for address in ("/cases/", "/cases/remains", "/families/", "/families/donors"):
            assert client.get(address).status_code == 403, (actor.name, address)


def test_the_mortuary_enters_incident_remains_and_elements(
    enter: Enter, cast: Cast
) -> None:
    mortuary = enter(cast.mortuary)
    assert "No incident is on record yet." in mortuary.get("/cases/").text
    assert mortuary.post("/cases/", data=EVENT).status_code == 302
    assert "Central Mediterranean" in mortuary.get("/cases/").text
    made = mortuary.post("/cases/remains", data=BODY)
    assert made.location == "/cases/remains/IT-MED15-B-0001"
    page = mortuary.get(made.location).text
    assert "Tag Of The Mortuary 12" in page
    mortuary.post(made.location, data={"name": "Femur", "side": "L"})
    page = mortuary.get(made.location).text
    assert "Femur" in page
    assert "left" in page


def test_a_side_that_the_bone_has_not_is_refused(enter: Enter, cast: Cast) -> None:
    mortuary = enter(cast.mortuary)
    mortuary.post("/cases/", data=EVENT)
    made = mortuary.post("/cases/remains", data=BODY)
    wrong = mortuary.post(made.location, data={"name": "Mandible", "side": "L"})
    assert wrong.status_code == 422
    assert "is not a side of" in wrong.text


def test_another_mortuary_sees_none_of_it(enter: Enter, cast: Cast) -> None:
    own = enter(cast.mortuary)
    own.post("/cases/", data=EVENT)
    made = own.post("/cases/remains", data=BODY)
    other = enter(cast.foreign_mortuary)
    assert "Tag Of The Mortuary" not in other.get("/cases/remains").text
    assert other.get(made.location).status_code == 404
    step = {"name": "Femur", "side": "L"}
    assert other.post(made.location, data=step).status_code == 404


def test_a_count_that_is_no_number_is_quoted(enter: Enter, cast: Cast) -> None:
    wrong = enter(cast.mortuary).post("/cases/", data={**EVENT, "dead": "many"})
    assert wrong.status_code == 422
    assert "&#39;many&#39; is no whole number" in wrong.text


def test_the_coordinator_looks_behind_a_code_and_that_is_an_event(
    enter: Enter, cast: Cast
) -> None:
    code = linked(enter, cast)
    page = enter(cast.coordinator).post("/cases/behind", data={"code": code}).text
    assert "M-Planted-1" in page
    assert "That you looked is on record" in page
    with enter.database.reading() as session:
        seen = select(Event).where(Event.tag == Tag.CODE_SEEN)
        (event,) = session.scalars(seen)
        assert event.actor_uid == cast.coordinator.uid


def test_nobody_else_looks_behind_a_code(enter: Enter, cast: Cast) -> None:
    code = linked(enter, cast)
    others = (cast.mortuary, cast.collector, cast.technician, cast.manager)
    for actor in others:
        answer = enter(actor).post("/cases/behind", data={"code": code})
        assert answer.status_code == 403, actor.name
        assert "M-Planted-1" not in answer.text
    foreign = enter(cast.foreign_coordinator)
    answer = foreign.post("/cases/behind", data={"code": code})
    assert answer.status_code == 404
    assert "M-Planted-1" not in answer.text


def test_a_list_longer_than_a_page_goes_on(enter: Enter, cast: Cast) -> None:
    with enter.database.transaction() as session:
        incident = factories.an_incident(session)
        for number in range(queries.PAGE + 1):
            factories.a_body(session, incident, f"M-{number:03d}")
    mortuary = enter(cast.mortuary)
    page = mortuary.get("/cases/remains").text
    assert "M-049" in page
    assert "M-050" not in page
    assert f"after={queries.PAGE}" in page
    assert "M-050" in mortuary.get(f"/cases/remains?after={queries.PAGE}").text
