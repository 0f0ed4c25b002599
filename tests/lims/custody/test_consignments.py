"""A consignment: announced, released, received bag by bag, accepted."""

from datetime import timedelta
import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lims import clock
from lims.audit.queries import chain_faults, events_of
from lims.audit.tables import Event
from lims.custody import (
    line,
    manifests,
    operations_accession,
    operations_consignments,
    operations_holds,
    operations_receiving,
    queries,
)
from lims.custody.operations_consignments import BagLine
from lims.custody.receiving import Arrival, Discrepancy
from lims.custody.stages import Stage
from lims.custody.tables import BagState, ConsignmentStage
from lims.db import Database
from lims.errors import BadInput, NotFound, NotPermitted, RuleBroken
from lims.samples.tables import Stream
from tests.cast import Cast
from tests.factories import (
    CONDITIONS,
    Sent,
    a_consignment,
    accession,
    an_announcement,
    arrivals,
    declared,
    received,
)
from tests.statements import counted

D = Discrepancy


def scan(
    session: Session, cast: Cast, sent: Sent, arrival: Arrival
) -> operations_receiving.Received:
    return operations_receiving.receive(
        session, cast.technician, sent.code, arrival, "courier", CONDITIONS
    )


def states(session: Session, cast: Cast, sent: Sent) -> list[BagState]:
    return [
        one.state for one in manifests.manifest(session, cast.technician, sent.code)
    ]


def told(session: Session, cast: Cast, bag: str) -> list[str]:
    row = queries.named_sample(session, cast.technician, bag)
    return [event.tag for event in events_of(session, [row.uid])]


def test_one_scan_receives_one_bag(session: Session, cast: Cast) -> None:
    sent = a_consignment(session, 2)
    done = scan(session, cast, sent, arrivals(sent)[0])
    assert (done.state, done.found, done.already) == (BagState.RECEIVED, (), False)
    assert states(session, cast, sent) == [BagState.RECEIVED, BagState.EXPECTED]
    item = queries.item(session, cast.technician, sent.bags[0])
    assert (item.stage, item.holder_id) == (Stage.RECEIVED, cast.technician.user_id)


def test_the_seal_number_finds_the_bag_as_well(session: Session, cast: Cast) -> None:
    sent = a_consignment(session, 1)
    seal = f"{sent.bags[0]}-S"
    assert scan(session, cast, sent, Arrival(seal, seal, "INTACT")).bag == sent.bags[0]


def test_the_line_leads_from_the_sender_over_the_courier_into_the_receivers_hands(
    session: Session, cast: Cast
) -> None:
    sent = a_consignment(session, 1)
    received(session, sent)
    row = queries.named_sample(session, cast.technician, sent.bags[0])
    found = queries.custody_line(session, [row])
    mortuary = queries.badge_of(session, cast.mortuary)
    technician = queries.badge_of(session, cast.technician)
    assert [(one.action, one.came_from, one.went_to) for one in found] == [
        ("pack", "", mortuary),
        ("release", mortuary, sent.code),
        ("receive", sent.code, technician),
    ]
    assert line.gaps(found) == []
    assert chain_faults(session, [row.uid]) == {}


@pytest.mark.parametrize(
    ("seal", "condition", "found"),
    [
        ("OTHER-9", "INTACT", (D.SEAL_DIFFERS,)),
        ("", "INTACT", (D.SEAL_MISSING,)),
        (None, "SEAL_BROKEN", (D.CONDITION,)),
    ],
)
def test_what_differs_is_told_and_held(
    session: Session,
    cast: Cast,
    seal: str | None,
    condition: str,
    found: tuple[Discrepancy, ...],
) -> None:
    sent = a_consignment(session, 2)
    bag = sent.bags[0]
    seen = f"{bag}-S" if seal is None else seal
    done = scan(session, cast, sent, Arrival(bag, seen, condition))
    assert (done.state, done.found) == (BagState.HELD, found)
    assert told(session, cast, bag)[-3:] == [
        "bag:received",
        "bag:discrepant",
        "hold:opened",
    ]
    assert queries.item(session, cast.technician, bag).holds == ("DISCREPANCY",)
    ready = manifests.ready_for_accession(session, cast.coordinator, sent.code)
    assert bag not in ready


def test_a_held_bag_gets_its_code_once_the_manager_has_looked(
    session: Session, cast: Cast
) -> None:
    sent = a_consignment(session, 1)
    declared(session, sent, Stream.BONE)
    scan(session, cast, sent, Arrival(sent.bags[0], "", "INTACT"))
    row = queries.named_sample(session, cast.technician, sent.bags[0])
    with pytest.raises(RuleBroken, match="held"):
        operations_accession.accessioned(session, cast.coordinator, [row.id])
    ((hold, _),) = queries.open_holds(session, cast.manager)
    operations_holds.release_hold(session, cast.manager, hold.id, "CLEARED")
    assert set(accession(session, sent)) == set(sent.bags)


def test_the_same_scan_again_does_nothing_twice(session: Session, cast: Cast) -> None:
    sent = a_consignment(session, 1)
    first = scan(session, cast, sent, Arrival(sent.bags[0], "", "INTACT"))
    before = told(session, cast, sent.bags[0])
    again = scan(session, cast, sent, Arrival(sent.bags[0], "", "INTACT"))
    assert (again.already, again.found) == (True, first.found)
    assert told(session, cast, sent.bags[0]) == before
    assert len(queries.open_holds(session, cast.manager)) == 1


def test_a_bag_is_not_received_again_with_another_seal(
    session: Session, cast: Cast
) -> None:
    sent = a_consignment(session, 1)
    received(session, sent)
    with pytest.raises(RuleBroken, match="received with the seal"):
        scan(session, cast, sent, Arrival(sent.bags[0], "OTHER-9", "INTACT"))


def test_a_bag_that_nobody_announced_is_kept_told_and_held(
    session: Session, cast: Cast
) -> None:
    sent = a_consignment(session, 1)
    done = scan(session, cast, sent, Arrival("STRAY-77", "SEAL-78", "INTACT"))
    assert (done.state, done.found) == (BagState.UNANNOUNCED, (D.UNANNOUNCED,))
    assert states(session, cast, sent) == [BagState.EXPECTED, BagState.UNANNOUNCED]
    item = queries.item(session, cast.technician, "STRAY-77")
    assert (item.stage, item.holds) == (Stage.RECEIVED, ("DISCREPANCY",))
    again = scan(session, cast, sent, Arrival("STRAY-77", "SEAL-78", "INTACT"))
    assert again.already


def test_a_bag_of_another_manifest_is_set_aside(session: Session, cast: Cast) -> None:
    one, other = a_consignment(session, 1), a_consignment(session, 1)
    with pytest.raises(RuleBroken, match="another manifest"):
        scan(session, cast, one, Arrival(other.bags[0], "SEAL-1", "INTACT"))


def test_what_did_not_come_is_missing_and_held_at_the_close(
    session: Session, cast: Cast
) -> None:
    sent = a_consignment(session, 3)
    scan(session, cast, sent, arrivals(sent)[0])
    missing = operations_receiving.close(session, cast.technician, sent.code)
    assert missing == list(sent.bags[1:])
    assert states(session, cast, sent)[1:] == [BagState.MISSING] * 2
    assert queries.item(session, cast.manager, sent.bags[1]).holds == ("DISCREPANCY",)
    assert operations_receiving.close(session, cast.technician, sent.code) == missing
    assert told(session, cast, sent.bags[1]).count("bag:discrepant") == 1
    row = manifests.consignment(session, cast.technician, sent.code)
    assert row.stage == ConsignmentStage.RECEIVED


def test_a_missing_bag_that_comes_after_all_is_received(
    session: Session, cast: Cast
) -> None:
    sent = a_consignment(session, 2)
    scan(session, cast, sent, arrivals(sent)[0])
    operations_receiving.close(session, cast.technician, sent.code)
    done = scan(session, cast, sent, arrivals(sent)[1])
    assert done.state == BagState.RECEIVED
    item = queries.item(session, cast.technician, sent.bags[1])
    assert (item.stage, item.holds) == (Stage.RECEIVED, ("DISCREPANCY",))


def test_nothing_is_accepted_before_the_first_bag(session: Session, cast: Cast) -> None:
    sent = a_consignment(session, 1)
    with pytest.raises(RuleBroken, match="No bag"):
        operations_receiving.close(session, cast.technician, sent.code)


def test_the_consignments_own_chain_tells_its_way(session: Session, cast: Cast) -> None:
    sent = a_consignment(session, 1)
    received(session, sent)
    operations_receiving.close(session, cast.technician, sent.code)
    row = manifests.consignment(session, cast.technician, sent.code)
    assert [event.tag for event in events_of(session, [row.uid])] == [
        "consignment:announced",
        "consignment:released",
        "consignment:opened",
        "consignment:accepted",
    ]
    assert chain_faults(session, [row.uid]) == {}


def test_what_was_not_released_is_not_received(session: Session, cast: Cast) -> None:
    sent = an_announcement(session, 1)
    with pytest.raises(RuleBroken, match="has not released"):
        scan(session, cast, sent, arrivals(sent)[0])


def test_a_consignment_is_released_once_and_by_its_sender(
    session: Session, cast: Cast
) -> None:
    sent = an_announcement(session, 1)
    due = clock.now() + timedelta(days=1)
    with pytest.raises(NotFound):
        operations_consignments.release(
            session, cast.foreign_mortuary, sent.code, "courier", due
        )
    with pytest.raises(RuleBroken, match="state: courier"):
        operations_consignments.release(session, cast.mortuary, sent.code, " ", due)


def test_a_released_consignment_is_not_released_again(
    session: Session, cast: Cast
) -> None:
    sent = a_consignment(session, 1)
    due = clock.now() + timedelta(days=1)
    with pytest.raises(RuleBroken, match="in transit already"):
        operations_consignments.release(
            session, cast.mortuary, sent.code, "courier", due
        )


def test_it_cannot_have_been_due_before_it_left(session: Session, cast: Cast) -> None:
    sent = an_announcement(session, 1)
    with pytest.raises(BadInput, match="in the future"):
        operations_consignments.release(
            session, cast.mortuary, sent.code, "courier", clock.now()
        )


def test_what_is_late_is_overdue(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_consignment(session, 1)
    (shipment,) = manifests.consignments(session, cast.technician)
    assert not shipment.overdue
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert shipment.overdue


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], "1 to 1000 bags"),
        ([BagLine("CY-1", "S-1"), BagLine("CY-1", "S-2")], "bag 'CY-1' stands twice"),
        ([BagLine("CY-1", "S-1"), BagLine("CY-2", "S-1")], "seal 'S-1' stands twice"),
        ([BagLine("Fatou", "S-1")], "not a number"),
    ],
    ids=["none", "bag twice", "seal twice", "a name"],
)
def test_a_manifest_that_cannot_be_right_is_refused(
    session: Session, cast: Cast, lines: list[BagLine], why: str
) -> None:
    with pytest.raises(BadInput, match=why):
        operations_consignments.announce(
            session, cast.mortuary, "LAB", Stream.BONE, lines
        )


def test_a_bag_number_is_used_once(session: Session, cast: Cast) -> None:
    sent = an_announcement(session, 1)
    with pytest.raises(RuleBroken, match="was used before"):
        operations_consignments.announce(
            session,
            cast.foreign_mortuary,
            "LAB2",
            Stream.BONE,
            [BagLine(sent.bags[0], "S-1")],
        )


def test_only_a_laboratory_receives(session: Session, cast: Cast) -> None:
    with pytest.raises(BadInput, match="'MORT2' is not a laboratory"):
        operations_consignments.announce(
            session, cast.mortuary, "MORT2", Stream.BONE, [BagLine("CY-1", "S-1")]
        )


def test_sender_and_receiver_see_a_consignment_and_nobody_else(
    session: Session, cast: Cast
) -> None:
    sent = a_consignment(session, 1)
    for actor in (cast.mortuary, cast.technician, cast.auditor):
        (shipment,) = manifests.consignments(session, actor)
        assert (shipment.code, shipment.sender, shipment.receiver, shipment.bags) == (
            sent.code,
            "MORT",
            "LAB",
            1,
        )
    for stranger in (cast.foreign_technician, cast.foreign_mortuary, cast.collector):
        assert manifests.consignments(session, stranger) == []
        with pytest.raises(NotFound, match="No consignment"):
            manifests.manifest(session, stranger, sent.code)


def test_the_sender_does_not_receive_its_own(session: Session, cast: Cast) -> None:
    sent = a_consignment(session, 1, receiver="LAB2")
    with pytest.raises(NotFound):
        scan(session, cast, sent, arrivals(sent)[0])
    with pytest.raises(NotPermitted):
        operations_receiving.receive(
            session, cast.mortuary, sent.code, arrivals(sent)[0], "courier", CONDITIONS
        )


def test_nobody_receives_from_themselves(session: Session, cast: Cast) -> None:
    sent = a_consignment(session, 1)
    with pytest.raises(RuleBroken, match="two people"):
        operations_receiving.receive(
            session,
            cast.technician,
            sent.code,
            arrivals(sent)[0],
            queries.badge_of(session, cast.technician),
            CONDITIONS,
        )


def test_nor_an_unannounced_bag_from_themselves(session: Session, cast: Cast) -> None:
    """Such a bag takes no step of the workflow: the door itself asks who gives it."""
    sent = a_consignment(session, 1)
    badge = queries.badge_of(session, cast.technician)
    with pytest.raises(RuleBroken, match="must be two people"):
        operations_receiving.receive(
            session,
            cast.technician,
            sent.code,
            Arrival("CY-9999", "CY-9999-S", "INTACT"),
            badge,
            CONDITIONS,
        )


def test_who_brought_it_is_sealed_in_the_record(session: Session, cast: Cast) -> None:
    sent = a_consignment(session, 1)
    operations_receiving.receive(
        session,
        cast.technician,
        sent.code,
        arrivals(sent)[0],
        "Planted the driver",
        CONDITIONS,
    )
    row = manifests.consignment(session, cast.technician, sent.code)
    assert row.giver == "Planted the driver"
    bodies = b"\n".join(session.scalars(select(Event.body)))
    assert b"Planted" not in bodies
    last = json.loads(events_of(session, [row.uid])[-1].body)
    assert set(last["facts"]["giver"]) == {"commitment"}


def test_a_reference_without_consent_waits_sealed(session: Session, cast: Cast) -> None:
    sent = a_consignment(session, 2, Stream.REFERENCE)
    declared(session, sent, Stream.REFERENCE, consents=False)
    received(session, sent)
    assert accession(session, sent) == {}
    item = queries.item(session, cast.technician, sent.bags[0])
    assert item.stage == Stage.WAITING_CONSENT
    assert accession(session, sent) == {}


def test_a_photograph_is_tied_to_its_bag_once(session: Session, cast: Cast) -> None:
    sent = a_consignment(session, 1)
    digest = "0" * 63 + "a"
    for _ in range(2):
        operations_receiving.attach_photograph(
            session, cast.technician, sent.bags[0], digest, "image/jpeg"
        )
    (line_,) = manifests.manifest(session, cast.technician, sent.code)
    assert line_.photographs == 1
    assert told(session, cast, sent.bags[0]).count("bag:photographed") == 1
    with pytest.raises(BadInput):
        operations_receiving.attach_photograph(
            session, cast.technician, sent.bags[0], "../secret", "image/jpeg"
        )


@pytest.mark.parametrize("who", ["coordinator", "analyst", "auditor", "mortuary"])
def test_who_may_not_receive_is_refused(session: Session, cast: Cast, who: str) -> None:
    with pytest.raises(NotPermitted):
        operations_receiving.close(session, getattr(cast, who), "C1")


def test_receiving_and_accessioning_take_as_many_statements_for_24_as_for_96(
    database: Database, cast: Cast
) -> None:
    counts = {}
    for number in (24, 96):
        with database.transaction() as session:
            with counted(database) as announcing:
                sent = a_consignment(session, number)
            declared(session, sent, Stream.BONE)
        with database.transaction() as session, counted(database) as receiving:
            received(session, sent)
        with database.transaction() as session, counted(database) as accessioning:
            accession(session, sent)
        counts[number] = [len(announcing), len(receiving), len(accessioning)]
    assert counts[24] == counts[96]
    assert max(counts[96]) <= 40
