"""Of files that wait, were voided or name the donor, what is of the erased goes, too.

Whatever a file is, and wherever it came to rest, it is searched; and no file is opened
that its tokens rule out.
"""

from dataclasses import replace
from hashlib import sha256
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import laboratory
from config.settings import load
from instruments.redaction import names_any
from lims import jobs
from lims.access import SYSTEM
from lims.audit.chain import canonical
from lims.audit.queries import all_faults
from lims.audit.tables import Opening
from lims.batches.causes import Cause
from lims.codes import Kind, draw
from lims.erasure import late
from lims.erasure.replaying import Replayed, replay
from lims.results import audited, mentions, operations, originals
from lims.results.cutting import cut
from lims.results.intake import Fate
from lims.results.tables import Import, OriginalPart
from lims.samples.tables import Sample
from lims.sealing import keys
from tests.exports import written
from tests.instruments.workbooks_made import cells, workbook
from tests.lims.erasure.a_case import NAME, Case
from tests.lims.erasure.test_afterwards import analysed_again
from tests.scenes import events

STRANGER = "P2RD90AB"


def row_of(session: Session, uid: str) -> Import:
    return session.scalars(select(Import).where(Import.uid == uid)).one()


def left_of(case: Case, uid: str) -> tuple[bytes, list[originals.Gap]]:
    with case.database.reading() as session:
        return originals.shown(session, case.scene.gate.store, row_of(session, uid))


def waiting(case: Case, content: bytes, name: str = "notes.txt") -> str:
    receipt = case.scene.give(content, name)
    assert receipt.fate in {Fate.INCIDENT, Fate.QUARANTINED}
    return receipt.uid


def spelled(code: str) -> str:
    return f"{code[:4]}-{code[4:8]}-{code[8:]}".lower()


UNCUT = {
    "text": lambda named: f"a note on {named}\n".encode(),
    "utf-16": lambda named: f"a note on {named}\n".encode("utf-16"),
    "XML": lambda named: f"<run><sample id='{named}'/></run>".encode(),
    "xls": lambda named: (
        b"\xd0\xcf\x11\xe0\0\0\0\0" + f"note {named} note".encode("utf-16-le")
    ),
}


@pytest.mark.parametrize("kind", UNCUT)
def test_a_file_that_is_not_cut_goes_whole_where_it_names_a_sample(
    case: Case, kind: str
) -> None:
    mine = waiting(case, UNCUT[kind](spelled(case.code)), "mine.xls")
    other_content = UNCUT[kind](STRANGER)
    other = waiting(case, other_content, "other.xls")
    case.erase()
    left, (gap,) = left_of(case, mine)
    assert left.startswith(b"erased on ")
    assert left_of(case, other) == (other_content, [])
    told = events(case.database, mine)
    assert "import:redacted" in [one["tag"] for one in told]
    assert gap.event
    with case.database.reading() as session:
        assert keys.known(session, [mine]) == {mine: None}
        assert all_faults(session) == {}


@pytest.mark.parametrize("voided", [False, True])
def test_of_a_text_that_waits_or_was_voided_the_lines_of_the_sample_go(
    case: Case,
    voided: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    content = written(analysed_again(case))
    uid = waiting(case, content, "again.txt")
    if voided:
        with case.database.transaction() as session:
            operations.withdraw(session, case.scene.actor, uid, Cause.CONTAMINATION)
    case.erase()
    left, gaps = left_of(case, uid)
    lines, worn = content.splitlines(), codes_of(case)
    kept = {one for one in lines if not any(code in one for code in worn)}
    assert len(kept) < len(lines)
    assert kept <= set(left.splitlines())
    assert not any(code in left for code in worn)
    with case.database.reading() as session:
        assert keys.known(session, [uid]) == {uid: None}, "older backups open none"
        row, store = row_of(session, uid), case.scene.gate.store
        assert audited.altered(session, store, row) == ""
        standing = originals.standing(session, store, row)
        assert len(standing) > len(gaps) > 0
        for one in standing:
            opening = session.get_one(Opening, one.commitment)
            assert opening.value == canonical(sha256(one.content).hexdigest())
        assert all_faults(session) == {}
    told = next(one for one in events(case.database, uid)[::-1] if "gone" in str(one))
    assert told["facts"]["gone"] == [one.segment for one in gaps]
    assert not any(code.decode() in str(told) for code in worn)


def codes_of(case: Case) -> set[bytes]:
    """Of the donor's sample and all that was made of it."""
    with case.database.reading() as session:
        own = select(Sample.id).where(Sample.code == case.code)
        made = Sample.source_id == session.scalars(own).one()
        found = session.scalars(select(Sample.code).where(made)).all()
    return {case.code.encode(), *(one.encode() for one in found if one)}


def test_lines_of_a_loaded_file_that_are_nobodys_and_name_the_sample_go(
    case: Case,
) -> None:
    """What was read of controls is under the file's own key, and stays."""
    content = f"a note on {case.code}\nLADDER\t11\n{STRANGER}\t12\n".encode()
    pieces = cut(content, {2: "LADDER", 3: STRANGER})
    store, subject = case.scene.gate.store, "f" * 32
    with case.database.transaction() as session:
        row = session.scalars(select(Import)).one()
        uid = row.uid
        kept = originals.keep(store, pieces, case.database.ring.token)
        originals.enter(session, case.scene.actor, row, kept, {STRANGER: subject})
    case.erase()
    left, (gap,) = left_of(case, uid)
    assert gap.lines == ((1, 1),)
    assert left.splitlines()[1:] == content.splitlines()[1:]
    with case.database.reading() as session:
        found = keys.known(session, [uid, subject])
        assert None not in found.values()
        assert len(originals.standing(session, store, row_of(session, uid))) == 2
        assert all_faults(session) == {}


@pytest.mark.parametrize("name", [NAME, "DIOP Awa, Planted", "awa_planted_diop"])
def test_the_donors_own_name_is_looked_for_in_workbooks(case: Case, name: str) -> None:
    rows: list[Any] = [
        ["Well", "Sample Name", "Quantity"],
        ["A1", name, 0.4711],
        ["B1", STRANGER, 1.25],
        ["C1", "Awa", 2.5],
    ]
    uid = waiting(case, workbook({"Q": rows}), "run.xlsx")
    case.erase()
    left, (gap,) = left_of(case, uid)
    assert gap.redacted
    told = set(cells(left)["Q"].values())
    assert {STRANGER, "Awa"} <= told
    assert not {name, "0.4711"} & told


def test_no_file_is_opened_that_its_tokens_rule_out(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = [["Well", "Sample Name", "Ct"], ["A1", draw(Kind.SAMPLE), "21"]]
    uids = [
        waiting(case, workbook({"Q": [*table, ["B1", f"{n}", "22"]]}), f"{n}.xlsx")
        for n in range(3)
    ]
    mine = waiting(case, workbook({"Q": [*table, ["B1", case.code, "22"]]}), "m.xlsx")
    opened: list[int] = []
    real = originals.piece

    def piece(session: Session, store: Any, part: OriginalPart) -> bytes:
        opened.append(part.import_id)
        return real(session, store, part)

    monkeypatch.setattr(originals, "piece", piece)
    case.erase()
    with case.database.reading() as session:
        assert {row_of(session, mine).id} <= set(opened)
        assert not {row_of(session, uid).id for uid in uids} & set(opened)


def test_what_was_kept_before_there_were_tokens_is_opened(case: Case) -> None:
    content = written(analysed_again(case))
    uid = waiting(case, content, "again.txt")
    with case.database.sessions.begin() as session:
        session.execute(update(OriginalPart).values(sought=None))
        session.info["recorded"] = True
    case.erase()
    left, gaps = left_of(case, uid)
    assert not any(code in left for code in codes_of(case))
    assert gaps


def test_a_replay_searches_as_the_erasure_did(case: Case) -> None:
    waiting(case, UNCUT["text"](case.code))
    case.erase()
    assert replay(case.database, case.scene.gate.store) == Replayed()


def test_a_file_that_comes_after_the_erasure_is_searched_once(case: Case) -> None:
    case.erase()
    store = case.scene.gate.store
    seen = late.search(case.database, store)
    content = UNCUT["text"](spelled(case.code))
    mine = waiting(case, content, f"{case.code}.txt")
    other = waiting(case, UNCUT["text"](STRANGER), "other.txt")
    newest = late.search(case.database, store, seen)
    assert newest > seen
    left, _ = left_of(case, mine)
    assert left.startswith(b"erased on ")
    assert left_of(case, other) == (UNCUT["text"](STRANGER), [])
    told = [one["tag"] for one in events(case.database, mine)]
    assert told[-2:] == ["import:redacted", "import:emptied"]
    assert late.search(case.database, store, newest) == newest
    assert len(events(case.database, mine)) == len(told)
    with case.database.reading() as session:
        assert row_of(session, mine).name == "erased.txt"
        assert all_faults(session) == {}


def test_the_worker_searches_what_came_late(case: Case) -> None:
    case.erase()
    uid = waiting(case, UNCUT["text"](case.code))
    settings = replace(load(environment={}), database_url="sqlite://")
    store = case.scene.gate.store
    lab = replace(laboratory(settings), database=case.database, store=store)
    assert jobs.late_files()(lab, SYSTEM) == 0
    assert left_of(case, uid)[1]


def keyed(word: str) -> bytes:
    return sha256(word.encode()).digest()[: mentions.TOKEN]


APART = st.text(" -_.\t\0/", max_size=2)
AROUND = st.text("ab 1S-\n", max_size=8)


@given(before=AROUND, after=AROUND, data=st.data())
def test_no_token_rules_out_what_a_search_would_find(
    before: str, after: str, data: st.DataObject
) -> None:
    code = "S7K2M9QXAV"
    assert mentions.sought({code}, (), keyed).codes
    apart = "".join(letter + data.draw(APART) for letter in code)
    content = f"{before}{apart}{after}".encode()
    looked = mentions.sought({code, f"{code}_1.fsa"}, (), keyed)
    assert not looked.anywhere
    if names_any(mentions.texts(content), {code}):
        assert looked.may_be_in(mentions.tokens(content, keyed))


def test_a_name_that_is_no_code_and_no_persons_is_looked_for_everywhere() -> None:
    looked = mentions.sought({"S7K2M9QXAV", "plate 7"}, (), keyed)
    assert looked.anywhere
    assert looked.may_be_in(mentions.tokens(b"nothing", keyed))


def test_tokens_of_a_key_that_was_lost_rule_nothing_out() -> None:
    def other(word: str) -> bytes:
        return keyed(f"another key: {word}")

    content = f"a note on {STRANGER}".encode()
    looked = mentions.sought({"S7K2M9QXAV"}, (), keyed)
    assert not looked.may_be_in(mentions.tokens(content, keyed))
    assert looked.may_be_in(mentions.tokens(content, other))


@pytest.mark.parametrize(
    ("name", "count"), [("", 0), ("Awa", 0), ("Awa Diop", 2), ("A B C D E F", 0)]
)
def test_a_single_word_is_many_persons_name(name: str, count: int) -> None:
    assert len(mentions.spellings(name)) == count


def test_what_is_too_much_to_look_through_is_opened_always(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = workbook({"Q": [["Sample", "Well", "Ct"]]})
    assert mentions.tokens(content, keyed)
    for limit in ("LARGEST", "MOST"):
        with monkeypatch.context() as lower:
            lower.setattr(mentions, limit, 3)
            assert mentions.tokens(content, keyed) == mentions.ALWAYS
