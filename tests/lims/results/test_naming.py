"""An original is named by a salted commitment, and known again by a keyed hash."""

from hashlib import sha256

import pytest
from sqlalchemy import select

from lims.audit.tables import Event, Opening
from lims.keyring import MARKING, KeyRing, UnsafeKeys
from lims.results import naming
from lims.results.intake import Fate
from lims.results.tables import Import
from lims.sealing import keys
from tests.exports import written
from tests.lims.erasure.a_case import Case
from tests.lims.erasure.conftest import case
from tests.scenes import events

__all__ = ["case"]


def digest_of(case: Case) -> str:
    return sha256(written(case.scene.table)).hexdigest()


def test_no_event_and_no_row_tells_the_hash_of_a_file(case: Case) -> None:
    digest = digest_of(case)
    with case.database.reading() as session:
        row = session.scalars(select(Import)).one()
        bodies = list(session.scalars(select(Event.body)))
        assert naming.digest(session, row) == digest, "while nothing was erased"
        assert digest not in {row.mark, row.commitment}
        assert not any(digest.encode() in one for one in bodies)
        told = [one for one in bodies if (row.commitment or "-").encode() in one]
        assert len(told) > 2, "what was read of the file names it, too"


def test_after_an_erasure_nothing_opens_it_and_the_file_is_known_again(
    case: Case,
) -> None:
    with case.database.reading() as session:
        row = session.scalars(select(Import)).one()
        uid, named = row.uid, row.called
        subject = session.get_one(Opening, named).subject_uid
    case.erase()
    with case.database.reading() as session:
        assert session.get(Opening, named) is None
        assert keys.known(session, [subject]) == {subject: None}
        row = session.scalars(select(Import)).one()
        assert naming.digest(session, row) == ""
    receipt = case.scene.give(case.scene.table)
    assert (receipt.fate, receipt.uid) == (Fate.REPEATED, uid)
    told = events(case.database, uid)[-1]["facts"]
    assert told == {"original": {"commitment": named}}


def test_a_file_of_before_is_known_again_and_named_as_it_was(case: Case) -> None:
    digest = digest_of(case)
    with case.database.sessions.begin() as session:
        row = session.scalars(select(Import)).one()
        row.mark, row.commitment = digest, None
        session.info["recorded"] = True
        session.flush()
        session.info.pop("owing", None)
    receipt = case.scene.give(case.scene.table)
    assert receipt.fate is Fate.REPEATED
    assert events(case.database, receipt.uid)[-1]["facts"] == {"sha256": digest}
    case.erase()
    with case.database.reading() as session:
        row = session.scalars(select(Import)).one()
        assert naming.digest(session, row) == digest, "docs/auditor.md says so"


def test_the_key_of_the_marks_is_made_once_and_kept(case: Case) -> None:
    folder = case.database.ring.folder
    first, second = KeyRing(folder), KeyRing(folder)
    assert first.mark("a") == second.mark("a") == case.database.ring.mark("a")
    assert first.mark("a") != first.mark("b")
    assert sorted(one.name for one in folder.glob("originals*")) == [MARKING]
    (folder / MARKING).chmod(0o640)
    with pytest.raises(UnsafeKeys, match="0600"):
        KeyRing(folder).mark("a")
