"""Whoever looks into the identity zone is on record, for lists and for one person."""

import json
from typing import Any

import pytest

from lims.access import Actor
from lims.audit.queries import events_of
from tests.cast import Cast
from tests.lims.web.conftest import Enter
from tests.objects import family, remains

ZONE = ("cases", "families")
NOBODY = {"cases.incidents": "the register of incidents names no person"}
"""Pages of the zone that show nobody, with the reason."""


def looks(enter: Enter, actor: Actor) -> list[dict[str, Any]]:
    with enter.database.reading() as session:
        told = [json.loads(one.body) for one in events_of(session, [actor.uid])]
    return [one["facts"] for one in told if one["tag"] == "identity:seen"]


def test_every_page_of_the_identity_zone_leaves_an_event(
    enter: Enter, cast: Cast
) -> None:
    values: dict[str, Any] = {**remains(enter.laboratory), **family(enter.laboratory)}
    client, walked = enter(cast.coordinator), []
    for rule in enter.app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] not in ZONE or "GET" not in rule.methods:  # type: ignore[operator]
            continue
        if rule.endpoint in NOBODY:
            continue
        asked = {name: values[name] for name in rule.arguments}
        with enter.app.test_request_context():
            address = enter.app.url_for(rule.endpoint, **asked)
        before = len(looks(enter, cast.coordinator))
        answer = client.get(address, query_string={"missing": values["code"]})
        assert answer.status_code == 200, rule
        found = looks(enter, cast.coordinator)[before:]
        assert [one["page"] for one in found] == [rule.endpoint]
        assert found[0]["seen"]
        walked.append(rule.endpoint)
    assert len(walked) >= 6


def test_what_a_sender_is_offered_to_declare_is_looked_at_too(
    enter: Enter, cast: Cast
) -> None:
    remains(enter.laboratory)
    page = "/consignments/new?stream=bone"
    assert enter(cast.mortuary).get(page).status_code == 200
    (told,) = looks(enter, cast.mortuary)
    assert told["page"] == "consignments.new"


@pytest.mark.parametrize(
    "address", ["/families/", "/families/donors", "/cases/remains"]
)
def test_a_page_that_shows_nobody_leaves_none(
    enter: Enter, cast: Cast, address: str
) -> None:
    family(enter.laboratory)
    remains(enter.laboratory)
    assert enter(cast.foreign_coordinator).get(address).status_code == 200
    assert looks(enter, cast.foreign_coordinator) == []


def test_an_event_of_a_look_names_nobody(enter: Enter, cast: Cast) -> None:
    made = family(enter.laboratory)
    enter(cast.coordinator).get(f"/families/missing/{made['code']}")
    with enter.database.reading() as session:
        bodies = [
            one.body.decode() for one in events_of(session, [cast.coordinator.uid])
        ]
    assert not any(str(made["name"]) in body for body in bodies)
