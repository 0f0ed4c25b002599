"""The search finds what is on record, by an index each time, a page at a time."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from lims.audit.integrator import Integrator
from lims.audit.queries import Event
from lims.audit.tags import Tag
from lims.custody import operations as moves
from lims.custody import queries as custody
from lims.db import Database
from lims.desk import mentions, searching
from lims.desk.searching import Wanted, of_told, search
from lims.desk.tables import Mention
from lims.errors import NotFound, NotPermitted
from lims.samples.tables import Stream
from tests.cast import Cast, badge_of
from tests.factories import a_box, in_the_laboratory, stored


def test_a_code_finds_the_whole_chain_of_its_item(session: Session, cast: Cast) -> None:
    (code,) = in_the_laboratory(session)
    uid = custody.named_sample(session, cast.auditor, code).uid
    found = search(session, cast.auditor, Wanted(code=code))
    assert found.count == len(found.events) > 3
    assert {one.item_uid for one in found.events} == {uid}
    assert found.items == {uid: code}


def test_person_kind_and_time_narrow_together(session: Session, cast: Cast) -> None:
    in_the_laboratory(session, 2)
    everything = search(session, cast.auditor, Wanted(oldest_first=True))
    middle = everything.events[len(everything.events) // 2].at
    wanted = Wanted(
        actor=cast.technician.uid, tag=Tag.BAG_RECEIVED, since=middle - timedelta(1)
    )
    found = search(session, cast.auditor, wanted)
    assert {one.tag for one in found.events} == {"bag:received"}
    assert {one.actor_uid for one in found.events} == {cast.technician.uid}
    none = search(session, cast.auditor, Wanted(until=middle - timedelta(1)))
    assert none.count == 0


@pytest.mark.parametrize("oldest_first", [True, False])
def test_pages_follow_each_other_without_a_gap(
    session: Session,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    *,
    oldest_first: bool,
) -> None:
    in_the_laboratory(session, 2)
    wanted = Wanted(oldest_first=oldest_first)
    whole = search(session, cast.auditor, wanted)
    monkeypatch.setattr(searching, "PAGE", 7)
    found: list[Event] = []
    after = ""
    while True:
        page = search(session, cast.auditor, wanted, after)
        found += page.events
        after = page.after
        if not after:
            break
    assert page.count is None
    assert len(found) == whole.count
    assert [one.id for one in found[: len(whole.events)]] == [
        one.id for one in whole.events
    ]


def test_a_place_and_a_badge_find_the_events_that_name_them(
    database: Database, cast: Cast, tmp_path: Path
) -> None:
    with database.transaction() as session:
        codes, box = stored(session, 2)
    position, badge = box.positions[0], badge_of("technician")
    with database.transaction() as session:
        before = search(session, cast.auditor, Wanted(code=position))
        assert {one.tag for one in before.events} == {"place:registered"}
    Integrator(database, tmp_path / "keys", "test.example/log").round()
    with database.transaction() as session:
        while mentions.follow(session):
            continue
        found = search(session, cast.auditor, Wanted(code=position))
        assert [one.tag for one in found.events] == [
            "custody:moved",
            "place:registered",
        ]
        assert set(found.items.values()) == {codes[0]}
        assert len(search(session, cast.auditor, Wanted(code=badge)).events) > 2
        assert mentions.follow(session) == 0


@pytest.mark.parametrize("oldest_first", [True, False])
def test_pages_of_what_a_place_held_follow_each_other_without_a_gap(
    database: Database,
    cast: Cast,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    oldest_first: bool,
) -> None:
    """Its own event and those that name it: each once, in the order of time."""
    with database.transaction() as session:
        codes = in_the_laboratory(session, 5)
        box = a_box(session, Stream.BONE, 1, 2)
        for code in codes:
            stated = {"place": box.positions[0]}
            moves.move(session, cast.technician, code, "store", stated)
            out = {"purpose": "EXTRACTION"}
            moves.move(session, cast.technician, code, "take out", out)
    Integrator(database, tmp_path / "keys", "test.example/log").round()
    wanted = Wanted(code=box.positions[0], oldest_first=oldest_first)
    with database.transaction() as session:
        while mentions.follow(session):
            continue
        whole = search(session, cast.auditor, wanted)
        assert whole.count == len(whole.events) == 11
        monkeypatch.setattr(searching, "PAGE", 3)
        assert search(session, cast.auditor, wanted).count == 11
        found: list[Event] = []
        after = ""
        while after or not found:
            page = search(session, cast.auditor, wanted, after)
            found += page.events
            after = page.after
            if not after:
                break
        assert [one.id for one in found] == [one.id for one in whole.events]


def test_what_a_place_held_is_narrowed_by_person_kind_and_time(
    database: Database, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the person did little or much, the same is found."""
    with database.transaction() as session:
        _, box = stored(session, 2)
    Integrator(database, tmp_path / "keys", "test.example/log").round()
    here, place = box.positions[0], box.code

    def tags(session: Session, **narrower: Any) -> list[str]:
        found = search(session, cast.auditor, Wanted(code=here, **narrower))
        return sorted(one.tag for one in found.events)

    with database.transaction() as session:
        while mentions.follow(session):
            continue
        both = ["custody:moved", "place:registered"]
        assert tags(session) == both
        assert tags(session, actor=cast.technician.uid) == ["custody:moved"]
        assert tags(session, actor=cast.manager.uid) == ["place:registered"]
        assert tags(session, tag=Tag.CUSTODY_MOVED) == ["custody:moved"]
        monkeypatch.setattr(searching, "FEW", 0)
        assert tags(session, actor=cast.technician.uid) == ["custody:moved"]
        assert tags(session, tag=Tag.CUSTODY_MOVED) == ["custody:moved"]
        now = search(session, cast.auditor, Wanted()).events[0].at
        assert tags(session, until=now + timedelta(1)) == both
        assert tags(session, since=now + timedelta(1)) == []
        new = searching.newer(session, cast.auditor, Wanted(code=here), 0)
        assert sorted(one.tag for one in new) == both
        assert searching.newer(session, cast.auditor, Wanted(code=here), 10**9) == ()
        assert search(session, cast.auditor, Wanted(code=place)).count


def test_an_unknown_code_is_said_to_be_unknown(session: Session, cast: Cast) -> None:
    with pytest.raises(NotFound, match="wears or names 'CY-00'"):
        search(session, cast.auditor, Wanted(code="CY-00"))


def test_nobody_but_the_auditor_searches(session: Session, cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        search(session, cast.manager, Wanted())


def test_a_search_is_told_and_read_back_the_same(session: Session, cast: Cast) -> None:
    (code,) = in_the_laboratory(session)
    at = search(session, cast.auditor, Wanted(code=code)).events[0].at
    wanted = Wanted(code, cast.technician.uid, Tag.BAG_RECEIVED, at, at)
    assert of_told(wanted.told) == wanted
    assert of_told(Wanted().told) == Wanted()


FILTERS: dict[str, dict[str, Any]] = {
    "none": {},
    "person": {"actor": "a" * 32},
    "kind": {"tag": Tag.CUSTODY_MOVED},
    "time": {"since": True, "until": True},
    "person and time": {"actor": "a" * 32, "since": True},
    "kind, person and time": {"tag": Tag.CUSTODY_MOVED, "actor": "a", "until": True},
    "code": {"code": True},
    "code and person": {"code": True, "actor": "a" * 32},
    "code, kind and time": {"code": True, "tag": Tag.CUSTODY_MOVED, "since": True},
}


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("after", ["", "2026-11-24T12:00:00+00:00 7"])
@pytest.mark.parametrize("oldest_first", [False, True])
def test_every_search_goes_by_an_index(
    embedded: Database, cast: Cast, name: str, after: str, *, oldest_first: bool
) -> None:
    """The plan of the embedded database reads no table of events from end to end.

    What names a code is read in its order, and no further than the page: of it nothing
    is sorted. The few events of what wears the code may be, and the two pages together.
    """
    with embedded.transaction() as session:
        (code,) = in_the_laboratory(session)
        at = search(session, cast.auditor, Wanted()).events[0].at
        given: dict[str, Any] = {
            field: {"code": code, "since": at, "until": at}.get(field, value)
            for field, value in FILTERS[name].items()
        }
        wanted = Wanted(**given, oldest_first=oldest_first)
        branches = searching.narrowed(session, cast.auditor, wanted)
        steps = plan(session, searching.paged(branches, wanted, after, 50))
        scans = [one for one in steps if one.startswith("SCAN audit_event")]
        assert all("USING INDEX" in one or "USING COVERING" in one for one in scans)
        if name != "none" or after:
            assert not scans, steps
        assert not [one for one in steps if one.startswith("SCAN desk_mention")], steps
        for table, branch in branches:
            alone = searching.paged([(table, branch)], wanted, after, 50)
            if table is Mention or not wanted.code:
                assert "TEMP B-TREE" not in " ".join(plan(session, alone))


def plan(session: Session, statement: Any) -> list[str]:
    compiled = statement.compile(
        dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
    )
    told = session.execute(text(f"EXPLAIN QUERY PLAN {compiled}".replace(":", r"\:")))
    steps = [str(row[3]) for row in told]
    assert steps
    return steps
