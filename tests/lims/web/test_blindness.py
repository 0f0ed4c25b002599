"""No page tells a bench who is behind a code: names are planted, pages are searched.

Every link of every page that a role can reach is followed, from the first page on.
"""

from collections.abc import Callable
import re

import pytest
from sqlalchemy.orm import Session

from lims.access import Role
from lims.cases import operations as cases
from lims.cases.operations import Person
from lims.cases.words import RemainsKind, Scope
from lims.custody import operations_holds as freezing
from lims.custody import queries as custody
from lims.printing import operations as printing
from lims.samples.tables import Stream
from tests import factories
from tests.cast import Cast
from tests.factories import ELEMENTS, RELATIONS, Sent
from tests.lims.web.conftest import Browser, Enter

PLANTED = ("Awaplanted", "Fatouplanted", "MORTTAG77", "GR-PLANT-B", "Plantedfemur")
BENCH = (
    Role.TECHNICIAN,
    Role.ANALYST,
    Role.REVIEWER,
    Role.MANAGER,
    Role.QUALITY,
    Role.AUDITOR,
)
MOST = 150
"""Pages that one walk looks at; a demonstration has fewer kinds than that."""


@pytest.fixture
def codes(enter: Enter, cast: Cast) -> list[str]:
    """A bone and a reference whose stories are planted in the identity zone."""
    with enter.database.transaction() as session:
        bone = factories.a_consignment(session, 1)
        card = factories.a_consignment(session, 1, Stream.REFERENCE)
        incident = factories.an_incident(session)
        remains = cases.register_remains(
            session, cast.mortuary, incident, "GR-PLANT", RemainsKind.BODY, "MORTTAG77"
        )
        elements = {**ELEMENTS, "Plantedfemur": ("L",)}
        element = cases.register_element(
            session, cast.mortuary, remains.tag, "Plantedfemur", "L", elements
        )
        missed = cases.register_missing_person(
            session, cast.collector, Person("Awaplanted")
        )
        donor = cases.register_donor(
            session,
            cast.collector,
            Person("Fatouplanted"),
            {missed.code: "MOTHER"},
            RELATIONS,
        )
        scopes = [Scope.DNA_IDENTIFICATION]
        cases.give_consent(session, cast.collector, donor.code, "CF-1", scopes)
        said = {
            bone.bags[0]: cases.Subject(element=element.uid),
            card.bags[0]: cases.Subject(donor=donor.code),
        }
        cases.declare(session, cast.mortuary, {bone.bags[0]: said[bone.bags[0]]})
        cases.declare(session, cast.collector, {card.bags[0]: said[card.bags[0]]})
        return [_coded(session, cast, sent) for sent in (bone, card)]


def _coded(session: Session, cast: Cast, sent: Sent) -> str:
    factories.received(session, sent)
    (code,) = factories.accession(session, sent).values()
    printing.print_labels(session, cast.technician, [code], "tube")
    freezing.hold(session, cast.technician, code, "CONTAMINATION")
    assert custody.item(session, cast.technician, code)
    return code


def walked(client: Browser) -> dict[str, str]:
    """Every page that can be reached by links, and its whole text."""
    seen: dict[str, str] = {}
    ahead = ["/"]
    while ahead and len(seen) < MOST:
        address = ahead.pop(0)
        if address in seen:
            continue
        answer = client.get(address)
        assert answer.status_code in {200, 302}, (address, answer.status_code)
        seen[address] = answer.text if answer.mimetype == "text/html" else ""
        found = re.findall(r'<a [^>]*href="(/[^"#]*)"', seen[address])
        ahead += [one.replace("&amp;", "&") for one in found]
    return seen


@pytest.mark.parametrize("role", BENCH)
def test_no_page_of_a_bench_tells_what_the_identity_zone_knows(
    codes: list[str], client_of: Callable[[Role], Browser], role: Role
) -> None:
    seen = walked(client_of(role))
    assert any(codes[0] in address for address in seen), sorted(seen)
    for address, page in seen.items():
        for name in PLANTED:
            assert name not in page, (role, address)


def test_the_walk_would_find_them(
    codes: list[str], client_of: Callable[[Role], Browser]
) -> None:
    """What is planted stands on the pages of those who own the case."""
    text = "".join(walked(client_of(Role.COORDINATOR)).values())
    assert all(name in text for name in PLANTED)


def test_a_refusal_tells_no_more_than_a_page(
    codes: list[str], enter: Enter, cast: Cast
) -> None:
    technician = enter(cast.technician)
    tried = [
        technician.post("/cases/behind", data={"code": codes[0]}),
        technician.get("/cases/remains"),
        technician.post(f"/samples/{codes[1]}/move", data={"action": "derive"}),
        technician.get("/samples/NOSUCHBAG1"),
    ]
    for answer in tried:
        assert answer.status_code >= 400
        assert not any(name in answer.text for name in PLANTED)
