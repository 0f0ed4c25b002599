"""Names planted in the cases come out nowhere in the laboratory."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.audit.tables import Event
from lims.cases import operations as cases
from lims.cases.operations import Subject
from lims.cases.words import Scope
from lims.custody import manifests, queries
from lims.custody.operations import derive, move
from lims.errors import LimsError, RuleBroken
from lims.samples import queries as samples
from lims.samples.tables import Stream
from tests.cast import Cast
from tests.factories import (
    a_box,
    a_consignment,
    a_donor,
    a_missing_person,
    accession,
    received,
)
from tests.lims.custody.test_moves import powder

OUT = {"purpose": "EXTRACTION"}


def a_reference(session: Session, cast: Cast) -> tuple[str, Subject]:
    """A stored reference of a donor whose name is planted."""
    donor = a_donor(
        session, a_missing_person(session, "Amina Planted"), "Fatou Planted"
    )
    sent = a_consignment(session, 1, Stream.REFERENCE)
    cases.declare(session, cast.collector, {sent.bags[0]: donor})
    received(session, sent)
    (code,) = accession(session, sent).values()
    place = {"place": a_box(session, Stream.REFERENCE).positions[0]}
    move(session, cast.technician, code, "store", place)
    return code, donor


def test_no_event_and_no_page_of_the_lab_zone_names_anybody(
    session: Session, cast: Cast
) -> None:
    code, donor = a_reference(session, cast)
    move(session, cast.technician, code, "take out", OUT)
    bodies = b"\n".join(session.scalars(select(Event.body)))
    shipments = manifests.consignments(session, cast.technician)
    shown = [
        *shipments,
        *manifests.manifest(session, cast.technician, shipments[0].code),
        queries.item(session, cast.technician, code),
        *queries.custody_line(session, [samples.sample(session, cast.analyst, code)]),
    ]
    for planted in ("Planted", "Fatou", donor.donor):
        assert planted.encode() not in bodies
        assert planted not in repr(shown)


def test_the_manifest_ties_no_bag_to_its_code(session: Session, cast: Cast) -> None:
    code, _ = a_reference(session, cast)
    (shipment,) = manifests.consignments(session, cast.technician)
    for actor in (cast.technician, cast.collector):
        assert code not in repr(manifests.manifest(session, actor, shipment.code))


def test_a_refusal_for_lack_of_consent_says_so_and_no_more(
    session: Session, cast: Cast
) -> None:
    code, donor = a_reference(session, cast)
    cases.withdraw_consent(session, cast.collector, donor.donor)
    with pytest.raises(RuleBroken, match="no active consent") as refused:
        move(session, cast.technician, code, "take out", OUT)
    assert "Planted" not in str(refused.value)
    assert donor.donor not in str(refused.value)


def test_opening_is_open_again_when_the_donor_consents_anew(
    session: Session, cast: Cast
) -> None:
    code, donor = a_reference(session, cast)
    cases.withdraw_consent(session, cast.collector, donor.donor)
    scopes = [Scope.DNA_IDENTIFICATION]
    cases.give_consent(session, cast.collector, donor.donor, "CF-1 v3", scopes)
    move(session, cast.technician, code, "take out", OUT)


def test_no_refusal_of_the_bench_repeats_what_was_typed_as_a_name(
    session: Session, cast: Cast
) -> None:
    code, _ = a_reference(session, cast)
    for stated in ({"purpose": "for Fatou Planted"}, {"purpose": "FATOU PLANTED"}):
        with pytest.raises(LimsError) as refused:
            move(session, cast.technician, code, "take out", stated)
        assert "planted" not in str(refused.value).casefold()
    with pytest.raises(LimsError) as stored_child:
        derive(session, cast.technician, code, powder())
    assert "Planted" not in str(stored_child.value)
