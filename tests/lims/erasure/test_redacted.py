"""A workbook that waits names an erased sample: a redacted copy takes its place."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path
import shutil
import zipfile

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lims.audit.chain import canonical, commitment
from lims.audit.queries import all_faults
from lims.audit.record import watch
from lims.audit.tables import Event, Opening
from lims.db import Database
from lims.erasure.replaying import Replayed, replay
from lims.errors import NotFound
from lims.results import audited, originals, redacting
from lims.results.cutting import Piece
from lims.results.intake import Fate
from lims.results.tables import Import, OriginalPart
from lims.sealing import keys
from tests.instruments.uas_made import archive, run_of
from tests.instruments.workbooks_made import Row, cells, workbook
from tests.lims.erasure.a_case import Case
from tests.scenes import events

STRANGER = "P2RD90AB"


def a_workbook(case: Case) -> bytes:
    shown = f"{case.code[:4]}-{case.code[4:]}".lower()
    rows: list[Row] = [
        ["Well", "Sample Name", "Quantity"],
        ["A1", f"{shown}_1", 0.4711],
        ["B1", STRANGER, 1.25],
    ]
    return workbook({"Quantities": rows}, {"docProps/core.xml": f"<p>{shown}</p>"})


def given(case: Case, content: bytes, name: str = "run.xlsx") -> str:
    receipt = case.scene.give(content, name)
    assert receipt.fate is Fate.INCIDENT
    return receipt.uid


def row_of(session: Session, uid: str) -> Import:
    return session.scalars(select(Import).where(Import.uid == uid)).one()


def left_of(case: Case, uid: str) -> tuple[bytes, list[originals.Gap]]:
    with case.database.reading() as session:
        return originals.shown(session, case.scene.gate.store, row_of(session, uid))


def test_the_copy_lacks_the_sample_and_keeps_all_others(case: Case) -> None:
    content = a_workbook(case)
    uid = given(case, content)
    case.erase()
    left, (gap,) = left_of(case, uid)
    before = cells(content)["Quantities"]
    stays = {place: told for place, told in before.items() if not place.endswith("2")}
    assert cells(left) == {"Quantities": stays}
    assert gap.redacted
    assert gap.lines == ()


def test_of_a_sequencers_run_the_report_of_the_erased_goes(case: Case) -> None:
    run = archive(run_of(case.code, STRANGER))
    receipt = case.scene.give(run, "run.zip")
    assert receipt.fate is Fate.QUARANTINED
    case.erase()
    left, (gap,) = left_of(case, receipt.uid)
    assert gap.redacted
    with zipfile.ZipFile(BytesIO(left)) as found:
        assert found.namelist() == [f"run 7/{STRANGER} report.xlsx"]


def test_its_making_is_an_event_that_commits_to_both_and_tells_no_name(
    case: Case,
) -> None:
    content = a_workbook(case)
    uid = given(case, content)
    case.erase()
    left, (gap,) = left_of(case, uid)
    told = events(case.database, uid)[-1]
    facts = told["facts"]
    assert told["tag"] == "import:redacted"
    assert facts["original"] == {"commitment": facts["replaced"]}
    for one in (content, left):
        assert sha256(one).hexdigest() not in str(told)
    assert case.code not in str(told)
    ((number, lines, committed),) = facts["segments"]
    assert facts["redacted"] == {"commitment": committed}
    assert (number, lines) == (0, [])
    with case.database.reading() as session:
        opening = session.get_one(Opening, committed)
        digest = sha256(left).hexdigest()
        made = commitment(opening.salt, originals.field(0), digest)
        assert (made, opening.value) == (committed, canonical(digest))
        head = session.scalars(select(Event.leaf).where(Event.leaf == gap.event))
        assert head.one_or_none(), "the gap names the event"


def test_the_proof_of_all_that_was_verifies_as_before(case: Case) -> None:
    uid = given(case, a_workbook(case))
    with case.database.reading() as session:
        before = list(session.scalars(select(Event.body).order_by(Event.id)))
    case.erase()
    with case.database.reading() as session:
        bodies = list(session.scalars(select(Event.body).order_by(Event.id)))
        assert bodies[: len(before)] == before
        assert all_faults(session) == {}
        row, store = row_of(session, uid), case.scene.gate.store
        assert audited.altered(session, store, row) == ""


def test_what_opened_the_original_is_destroyed(case: Case) -> None:
    uid = given(case, a_workbook(case))
    with case.database.reading() as session:
        (first,) = originals.parts_of(session, row_of(session, uid))
        subject, committed = first.subject, first.commitment
    case.erase()
    with case.database.reading() as session:
        store = case.scene.gate.store
        old, new = originals.parts_of(session, row_of(session, uid))
        if old.erased_at is None:
            old, new = new, old
        assert (old.subject, old.sealed_key) == (subject, None)
        assert keys.known(session, [subject]) == {subject: None}
        assert session.get(Opening, committed) is None
        assert new.sealed_key
        assert new.subject != subject
        lying = b"".join(store.parts(new.original))
        assert STRANGER.encode() not in lying, "the copy is encrypted"
        with pytest.raises(NotFound, match="redacted copy") as told:
            originals.content(session, store, row_of(session, uid))
        assert str(old.erased_by) in str(told.value), "as a bundle tells it"


def test_a_workbook_that_was_loaded_goes_under_a_key_that_seals_nothing_else(
    case: Case,
) -> None:
    """What was read of controls is under the import's own key, and stays."""
    store = case.scene.gate.store
    with case.database.transaction() as session:
        row = session.scalars(select(Import)).one()
        uid, state = row.uid, row.state
        kept = originals.keep(
            store, [Piece("", (), a_workbook(case))], case.database.ring.token
        )
        originals.enter(session, case.scene.actor, row, kept, {})
        (first,) = originals.parts_of(session, row)
        subject = first.subject
    assert state == "loaded"
    case.erase()
    _, (gap,) = left_of(case, uid)
    assert gap.redacted
    with case.database.reading() as session:
        found = keys.known(session, [uid, subject])
        assert found[subject] is None
        assert found[uid] is not None
        assert all_faults(session) == {}


def test_a_workbook_that_names_others_alone_is_not_touched(case: Case) -> None:
    content = workbook({"Q": [["Sample Name", "Well", "Ct"], [STRANGER, "A1", "21"]]})
    uid = given(case, content)
    case.erase()
    assert left_of(case, uid) == (content, [])


def test_a_workbook_that_cannot_be_read_goes_whole_where_it_shows_the_name(
    case: Case,
) -> None:
    broken = b"PK\x03\x04 xl/workbook.xml "
    mine = given(case, broken + case.code.encode())
    other = given(case, broken + STRANGER.encode())
    case.erase()
    left, (gap,) = left_of(case, mine)
    assert left.startswith(b"erased on ")
    assert not gap.redacted
    assert left_of(case, other) == (broken + STRANGER.encode(), [])


def test_a_second_erasure_redacts_the_copy_again(case: Case) -> None:
    other = "Q8ZZ11TT"
    rows: list[Row] = [["Sample Name", "Well", "Ct"], [case.code, "A1", "21"]]
    rows += [[other, "B1", "22"], [STRANGER, "C1", "23"]]
    uid = given(case, workbook({"Q": rows}))
    case.erase()
    with case.database.transaction() as session:
        row = row_of(session, uid)
        done = redacting.files(
            session, case.scene.actor, case.scene.gate.store,
            [row.organisation_id], frozenset({other}),
        )  # fmt: skip
        assert done == 1
    left, found = left_of(case, uid)
    assert list(cells(left)["Q"].values()) == [*rows[0], *rows[3]]
    assert [one.redacted for one in found] == [True, True]
    first, second = [one["facts"] for one in events(case.database, uid)[-2:]]
    assert second["replaced"] == first["redacted"]["commitment"]
    assert second["original"] == first["original"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_restored_database_redacts_again(case: Case, tmp_path: Path) -> None:
    uid = given(case, a_workbook(case))
    case.database.forget()
    copy = tmp_path / "restored.db"
    shutil.copy(str(case.database.url.database), copy)
    case.erase()
    restored = Database(f"sqlite:///{copy}", case.database.ring.folder)
    watch(restored.sessions)
    store = case.scene.gate.store
    assert replay(restored, store) == Replayed(1)
    with restored.reading() as session:
        left, (gap,) = originals.shown(session, store, row_of(session, uid))
        assert gap.redacted
        assert "0.4711" not in cells(left)["Quantities"].values()
        assert session.scalars(
            select(OriginalPart).where(OriginalPart.erased_at.is_(None))
        ).first()
    restored.close()
