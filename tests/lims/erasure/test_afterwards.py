"""What comes for somebody who was erased: refused, and nothing of it kept in clear."""

from collections.abc import Callable
from dataclasses import replace
from threading import Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.audit.queries import all_faults
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.cases import operations as cases
from lims.cases import operations_legal as orders
from lims.cases.operations import Subject
from lims.cases.tables import CodeLink, Donor
from lims.cases.words import Scope
from lims.codes import Kind, draw
from lims.erasure import operations
from lims.erasure.operations import Basis
from lims.errors import RuleBroken
from lims.results.intake import Fate
from lims.results.tables import Finding, Injection, OriginalPart
from lims.samples.tables import Sample, Stream
from lims.sealing import keys
from tests.cast import PASSWORD
from tests.exports import Row
from tests.factories import a_consignment, in_the_laboratory
from tests.lims.erasure.a_case import CAST, Case

BLOCKED = 0.3
"""Seconds after which what is not done waits for a lock."""


def test_a_late_export_is_read_without_the_rows_of_who_was_erased(case: Case) -> None:
    case.erase()
    receipt = case.scene.give(analysed_again(case), reason="NEW_SETTINGS")
    assert receipt.fate is Fate.LOADED
    with case.database.reading() as session:
        row = case.scene.row(session, receipt)
        source = session.scalars(select(Sample).where(Sample.code == case.code)).one()
        read = list(
            session.scalars(select(Injection).where(Injection.import_id == row.id))
        )
        assert read
        assert all(one.sample_id != source.id for one in read)
        wells = {one.position for one in case.scene.wells} - {
            one.position for one in case.scene.wells if _is_read(session, one.id, read)
        }
        (told,) = session.scalars(
            select(Finding).where(Finding.import_id == row.id, Finding.rule == "I1")
        )
        assert told.outcome == "warn"
        assert set(told.wells) == wells
        fates = {place: fate for _, fate, place in row.account}
        for well in wells:
            assert fates[f"{well}: erased"] == "refused"
        (part,) = session.scalars(
            select(OriginalPart).where(
                OriginalPart.import_id == row.id, OriginalPart.subject == source.uid
            )
        )
        assert part.sealed_key is None
        assert part.erased_at is not None
        assert all_faults(session) == {}
    with pytest.raises(RuleBroken, match="erased before"):
        case.erase()


def analysed_again(case: Case) -> list[Row]:
    """The same run with another height in a well that is not the erased one's."""
    *rest, last = case.scene.table
    found = [*rest, last]
    index = next(
        number
        for number, one in enumerate(found)
        if one.cells and one.name != case.code and one.cells[0][1].isdigit()
    )
    allele, height = found[index].cells[0]
    changed = ((allele, str(int(height) + 1)), *found[index].cells[1:])
    found[index] = replace(found[index], cells=changed)
    return found


def _is_read(session: Session, well: int, read: list[Injection]) -> bool:
    return any(one.well_id == well for one in read)


def test_what_came_to_the_samples_since_is_erased_by_another_erasure(
    case: Case,
) -> None:
    """A key that an older form of the program made anew does not shield its sample."""
    case.erase()
    with case.database.transaction() as session:
        sample = _one_more_sample(session, case)
        assert keys.of(session, [sample], CAST.technician.organisation_id)
    case.erase()
    with case.database.reading() as session:
        assert keys.known(session, [sample]) == {sample: None}


def _one_more_sample(session: Session, case: Case) -> str:
    """A sample whose code is the donor's, through a door that is closed now."""
    donor = session.scalars(select(Donor).where(Donor.code == case.donor)).one()
    (code,) = in_the_laboratory(session, 1, Stream.REFERENCE)
    link = session.scalars(select(CodeLink).where(CodeLink.code == code)).one()
    link.donor_id = donor.id
    record(session, CAST.coordinator, Tag.CODE_LINKED, link)
    return session.scalars(select(Sample.uid).where(Sample.code == code)).one()


def test_an_erased_donor_gives_no_consent_and_is_in_no_bag(case: Case) -> None:
    with case.database.transaction() as session:
        (bag,) = a_consignment(session, 1, Stream.REFERENCE).bags
        (next_bag,) = a_consignment(session, 1, Stream.REFERENCE).bags
        told = {bag: Subject(donor=case.donor)}
        cases.declare(session, CAST.collector, told)
    case.erase()
    with (
        case.database.transaction() as session,
        pytest.raises(RuleBroken, match="new donor"),
    ):
        _consent(session, case)
    with (
        case.database.transaction() as session,
        pytest.raises(RuleBroken, match="new donor"),
    ):
        cases.declare(session, CAST.collector, {next_bag: Subject(donor=case.donor)})
    with case.database.transaction() as session:
        code = draw(Kind.SAMPLE)
        done = cases.link(session, CAST.coordinator, {bag: code})
        assert (done.linked, done.waiting) == ((), (bag,))


def _consent(session: Session, case: Case) -> None:
    scopes = [Scope.DNA_IDENTIFICATION]
    cases.give_consent(session, CAST.collector, case.donor, "CF-1 v2", scopes)


def _hold_donor(session: Session, case: Case) -> None:
    orders.place_hold(session, CAST.quality, case.donor, "RG 12/2026")


@pytest.mark.parametrize("act", [_consent, _hold_donor])
def test_what_comes_while_somebody_is_erased_waits_and_is_refused(
    case: Case, act: Callable[[Session, Case], None]
) -> None:
    refused = []

    def come() -> None:
        try:
            with case.database.transaction() as session:
                act(session, case)
        except RuleBroken as error:
            refused.append(str(error))

    other = Thread(target=come)
    with case.database.transaction() as session:
        _erase(session, case)
        session.flush()
        other.start()
        other.join(BLOCKED)
        assert other.is_alive(), "it does not wait for the erasure"
    other.join(30)
    assert len(refused) == 1
    assert "was erased" in refused[0]


def test_an_erasure_waits_for_a_hold_on_whom_the_donor_misses(case: Case) -> None:
    refused = []

    def erase() -> None:
        try:
            case.erase()
        except RuleBroken as error:
            refused.append(str(error))

    other = Thread(target=erase)
    with case.database.transaction() as session:
        orders.place_hold(session, CAST.quality, case.missing, "RG 12/2026")
        other.start()
        other.join(BLOCKED)
        assert other.is_alive(), "it does not wait for the hold"
    other.join(30)
    assert len(refused) == 1
    assert "RG 12/2026" in refused[0]


def _erase(session: Session, case: Case) -> None:
    operations.erase(
        session,
        CAST.coordinator,
        case.donor,
        Basis.CONSENT,
        PASSWORD,
        case.scene.gate.store,
    )
