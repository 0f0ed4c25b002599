"""The list of profiles for release says of each what stands against it."""

import pytest
from sqlalchemy import select

from lims.access import Actor
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.results.tables import Injection
from tests import objects
from tests.lims.web.conftest import Enter
from tests.objects import CAST, Maker

HELD = "held by a finding"


@pytest.mark.parametrize(
    ("make", "who"),
    [
        (objects.a_read_profile, CAST.reviewer),
        (objects.a_reviewed_profile, CAST.manager),
    ],
    ids=["for review", "for release"],
)
def test_a_profile_says_that_a_finding_holds_its_injection(
    enter: Enter, make: Maker, who: Actor
) -> None:
    make(enter.laboratory)
    assert HELD not in enter(who).get("/release/").text
    with enter.database.transaction() as session:
        injection = session.scalars(select(Injection)).one()
        injection.state = "held"
        record(session, CAST.technician, Tag.INJECTION_SUPERSEDED, injection)
    assert HELD in enter(who).get("/release/").text
