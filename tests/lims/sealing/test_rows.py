"""Names and calls stand sealed in their rows, and a page of them opens in one go."""

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from lims.boxes import DoesNotOpen, is_box
from lims.cases.tables import Donor, MissingPerson
from lims.db import Database
from lims.results.tables import Injection
from lims.review.tables import Comparison
from lims.sealing import keys
from tests.cast import Cast
from tests.factories import a_donor, a_missing_person
from tests.injections import GENOTYPE, an_injection
from tests.statements import counted

CAST = Cast()


def _some_donors(session: Session, count: int) -> None:
    missed = a_missing_person(session, "Who Is Missed")
    for number in range(count):
        a_donor(session, missed, f"Who Gives {number}")


def test_a_row_holds_no_name_and_no_allele_in_clear(session: Session) -> None:
    _some_donors(session, 1)
    an_injection(session)
    session.flush()
    for table in ("donor", "missing_person", "injection"):
        found = session.execute(text(f"SELECT * FROM {table}")).mappings().one()
        assert is_box(bytes(found["sealed"]))
        shown = repr(dict(found) | {"sealed": bytes(found["sealed"])})
        assert [one for one in ("Who Gives", "Who Is", "17.3") if one in shown] == []


def test_what_was_sealed_is_read_as_it_was_written(database: Database) -> None:
    with database.transaction() as session:
        _some_donors(session, 1)
        an_injection(session)
    with database.reading() as session:
        donor = session.scalars(select(Donor)).one()
        assert (donor.name, donor.sex, donor.birth_year) == (
            "Who Gives 0",
            "female",
            None,
        )
        missed = session.scalars(select(MissingPerson)).one()
        assert (missed.name, missed.fathers_name) == ("Who Is Missed", "")
        calls = session.scalars(select(Injection)).one().calls
        assert [one for one, _ in calls["SE33"]] == GENOTYPE["SE33"]


def test_a_page_of_rows_takes_as_many_statements_as_one_row(
    database: Database,
) -> None:
    with database.transaction() as session:
        _some_donors(session, 40)
    sent = []
    for few in (2, 40):
        with database.reading() as session, counted(database) as found:
            rows = session.scalars(select(Donor).limit(few)).all()
            assert all(one.name for one in rows)
        sent.append(len(found))
    assert sent == [2, 2], "the rows, and the keys of all of them"


def test_a_changed_secret_leaves_the_others_as_they_were(database: Database) -> None:
    with database.transaction() as session:
        _some_donors(session, 1)
    with database.sessions() as session:
        donor = session.scalars(select(Donor)).one()
        before = donor.kept
        donor.name = "Renamed"
        assert donor.sex == "female"
        session.flush()
        session.expire_all()
        assert donor.kept != before
        assert (donor.name, donor.sex) == ("Renamed", "female")


def test_a_box_that_is_moved_to_another_row_does_not_open(session: Session) -> None:
    _some_donors(session, 2)
    one, other = session.scalars(select(Donor).order_by(Donor.id))
    moved = update(Donor).where(Donor.id == other.id).values(kept=one.kept)
    session.execute(moved)
    session.expire_all()
    assert one.name == "Who Gives 0"
    with pytest.raises(DoesNotOpen):
        assert other.name


def test_of_who_was_erased_nothing_opens_and_nothing_is_kept(
    session: Session,
) -> None:
    _some_donors(session, 1)
    donor = session.scalars(select(Donor)).one()
    assert donor.name
    keys.destroy(session, [donor.uid])
    session.expire_all()
    assert (donor.name, donor.sex, donor.birth_year) == ("", "unknown", None)
    donor.name = "Again"
    session.flush()
    session.expire_all()
    assert donor.kept is None
    assert donor.name == ""


def test_a_row_that_left_its_piece_of_work_tells_nothing(database: Database) -> None:
    with database.transaction() as session:
        _some_donors(session, 1)
    with database.reading() as session:
        donor = session.scalars(select(Donor)).one()
        session.expunge_all()
    with pytest.raises(DoesNotOpen, match="piece of work"):
        assert donor.name


def test_an_empty_row_has_the_values_of_nobody_each_its_own() -> None:
    one, other = Comparison(), Comparison()
    one.differences["TH01"] = [["6"], ["7"]]
    assert other.differences == {}
    assert Comparison().settled is None
