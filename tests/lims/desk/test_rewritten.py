"""Rows that somebody rewrote in the database, their chains left alone, no guard gone.

No trigger forbids it, since no version rises; what the events told finds it.
"""

from pathlib import Path

import pytest
from sqlalchemy import text

from lims.audit.remedies import remedy
from lims.audit.retold import row_faults
from lims.audit.tags import Tag
from lims.audit.verification import verify
from lims.db import Base
from lims.desk.asked import Asked
from lims.desk.evidence import QUERIES
from lims.keyring import KeyRing
from lims.laboratory import Laboratory
from tests.lims.desk.broken import told

REWRITTEN = {
    "sample.amount": "UPDATE sample SET amount = amount + 1 WHERE amount IS NOT NULL",
    "sample.code": "UPDATE sample SET code = 'S000000000' WHERE code = "
    "(SELECT max(code) FROM sample)",
    "sample.kind": "UPDATE sample SET kind = 'powder' WHERE kind = 'extract'",
    "sample.parent_id": "UPDATE sample SET parent_id = (SELECT max(id) FROM sample "
    "WHERE parent_id IS NULL) WHERE parent_id IS NOT NULL",
    "sample.stream": "UPDATE sample SET stream = 'reference'",
    "place.code": "UPDATE place SET code = 'X000000000' WHERE id = "
    "(SELECT min(id) FROM place)",
    "plate.kit": "UPDATE plate SET kit = 'another'",
    "plate.stage": "UPDATE plate SET stage = 'planned'",
    "profile.quality": "UPDATE profile SET quality = 'partial' "
    "WHERE quality IS NOT NULL",
    "profile.state": "UPDATE profile SET state = 'active'",
    "profile.version": "UPDATE profile SET version = version + 5",
    "package.number": "UPDATE package SET number = 'H' || number",
    "desk_finding.closed_at": "UPDATE desk_finding SET closed_at = '2026-01-01'",
    "desk_finding.due_on": "UPDATE desk_finding SET due_on = '2099-01-01'",
    "desk_finding.grade": "UPDATE desk_finding SET grade = 'observation'",
    "desk_finding.text": "UPDATE desk_finding SET text = 'All was well.'",
    "evidence_bundle.manifest": "UPDATE evidence_bundle SET manifest = 'other'",
    "evidence_bundle.sha256": "UPDATE evidence_bundle SET sha256 = 'other'",
    "consent.scopes": "UPDATE consent SET scopes = '[\"research\"]'",
    "consent.withdrawn_at": "UPDATE consent SET withdrawn_at = '2026-01-01'",
    "code_link.donor_id": "UPDATE code_link SET donor_id = "
    "(SELECT max(d.id) FROM donor d WHERE d.id <> code_link.donor_id) "
    "WHERE donor_id IS NOT NULL",
    "holding.at": "UPDATE holding SET at = 'X000000000'",
    "holding.stage": "UPDATE holding SET stage = 'lost'",
    "element.name": "UPDATE element SET name = 'HUMERUS'",
    "question.kind": "UPDATE question SET kind = 'other'",
}
"""Column to what is done to it."""


def test_what_nobody_rewrote_is_as_it_was_told(lab: Laboratory) -> None:
    with lab.database.reading() as session:
        assert list(row_faults(session)) == []


def test_a_row_that_was_rewritten_is_found_and_named(lab: Laboratory) -> None:
    missed = []
    for column, statement in REWRITTEN.items():
        with lab.database.sessions() as session:
            session.execute(text(statement))
            told = [one.sentence for one in row_faults(session)]
            if not any(f"Its {column} is" in sentence for sentence in told):
                missed.append(column)
            assert verify(session).whole, f"{column}: no chain tells"
            session.rollback()
    assert missed == []


def test_the_desk_says_that_such_a_record_is_not_whole(lab: Laboratory) -> None:
    with lab.database.sessions() as session:
        session.execute(text(REWRITTEN["sample.amount"]))
        found = QUERIES[54](Asked(session, lab.store))
        assert any("sample.amount" in why for _, _, why in found.evidence)
        session.rollback()


def test_what_was_erased_cannot_be_compared_and_is_no_fault(lab: Laboratory) -> None:
    with lab.database.sessions() as session:
        session.execute(text("DELETE FROM audit_opening"))
        session.execute(text(REWRITTEN["desk_finding.text"]))
        told(Tag.SUBJECT_ERASED, basis="consent withdrawn")(session)
        assert list(row_faults(session)) == []
        session.rollback()


def test_an_opening_that_is_taken_away_before_any_erasure_is_missed(
    lab: Laboratory,
) -> None:
    """To hide whose code it is now, or what a finding said."""
    with lab.database.sessions() as session:
        session.execute(text("DELETE FROM audit_opening WHERE field = 'subject'"))
        session.execute(text(REWRITTEN["code_link.donor_id"]))
        found = [one.sentence for one in row_faults(session)]
        assert any("opened its code_link.donor_id is gone" in one for one in found)
        session.rollback()


def test_without_the_keys_it_is_said_once_and_the_rest_is_compared(
    lab: Laboratory, tmp_path: Path
) -> None:
    with lab.database.sessions() as session:
        session.info["ring"] = KeyRing(tmp_path / "another")
        session.info.pop("subject keys", None)
        session.execute(text(REWRITTEN["plate.kit"]))
        found = list(row_faults(session))
        assert [one.where for one in found].count("subject keys") == 1
        assert any("Its plate.kit is" in one.sentence for one in found)
        assert "Restore the folder" in remedy("subject keys")
        session.rollback()


@pytest.mark.parametrize("column", REWRITTEN)
def test_each_of_these_columns_says_what_tells_of_it(column: str) -> None:
    table, _dot, name = column.partition(".")
    info = Base.metadata.tables[table].columns[name].info
    assert {"told", "told_by"} & set(info)
