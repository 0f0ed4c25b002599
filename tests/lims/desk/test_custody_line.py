"""What an auditor's eye is led to on a custody line."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import pytest

from lims.audit.tags import Tag
from lims.custody.stages import Stage
from lims.desk.custody_line import Act, Row, Sign, rows

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def act(seq: int, tag: Tag = Tag.CUSTODY_MOVED, item: str = "u1", **facts: Any) -> Act:
    return Act(item, seq, NOON + seq * MINUTE, tag, "a", facts)


def move(seq: int, came_from: str, went_to: str, action: str = "store") -> Act:
    told = {"from": came_from, "to": went_to, "after": Stage.STORED, "action": action}
    return Act("u1", seq, NOON + seq * MINUTE, Tag.CUSTODY_MOVED, "a", told)


def line(*places: str) -> list[Act]:
    """An item that goes from the first of these to the last, one act each."""
    return [move(seq, places[seq - 1], places[seq]) for seq in range(1, len(places))]


def signs(found: list[Row]) -> list[Sign]:
    return [mark.sign for row in found for mark in row.marks]


PLACES = st.lists(st.sampled_from("ABCDEF"), min_size=2, max_size=12).map(
    lambda names: [f"{name}{number}" for number, name in enumerate(names)]
)


@given(PLACES)
def test_a_whole_line_has_no_mark_and_one_row_for_each_act(places: list[str]) -> None:
    found = rows(line(*places))
    assert signs(found) == []
    assert [row.act.seq for row in found] == list(range(1, len(places)))


@given(PLACES, st.data())
def test_an_act_that_is_left_out_shows_where_two_had_the_item(
    places: list[str], data: st.DataObject
) -> None:
    acts = line("first", "second", *places)
    gone = data.draw(st.integers(1, len(acts) - 2))
    found = rows([one for one in acts if one is not acts[gone]])
    assert signs(found) == [Sign.OVERLAP]
    (row,) = [row for row in found if row.faulty]
    assert row.act.seq == gone
    assert acts[gone + 1].facts["from"] in row.marks[0].why


@given(PLACES, st.data())
def test_the_time_in_which_nobody_had_it_is_a_gap(
    places: list[str], data: st.DataObject
) -> None:
    lost = data.draw(st.integers(1, len(places) - 1))
    ways = [*places[:lost], "", *places[lost:]]
    found = rows(line(*ways))
    assert signs(found) == [Sign.GAP]
    assert next(row for row in found if row.faulty).act.facts["to"] == ""


@given(st.lists(PLACES, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_lines_of_several_items_stand_in_the_order_of_time(
    lines: list[list[str]], chance: Any
) -> None:
    acts = [
        Act(f"u{number}", one.seq, one.at, one.tag, one.actor, one.facts)
        for number, places in enumerate(lines)
        for one in line(*places)
    ]
    chance.shuffle(acts)
    found = rows(acts)
    assert signs(found) == []
    times = [row.act.at for row in found]
    assert times == sorted(times)
    assert len(found) == len(acts)


@given(st.integers(-10_000, 10_000), st.integers(0, 500))
def test_an_entry_is_late_beyond_the_tolerance_and_not_within_it(
    minutes: int, allowed: int
) -> None:
    done = (NOON + MINUTE - minutes * MINUTE).isoformat()
    (row,) = rows([act(1, measured_at=done)], allowed * MINUTE)
    assert (signs([row]) == [Sign.LATE]) is (abs(minutes) > allowed)


@pytest.mark.parametrize("told", ["no time", "2026-03-01T12:00:00", None, 5])
def test_what_is_no_time_with_a_zone_marks_nothing(told: object) -> None:
    assert signs(rows([act(1, measured_at=told)])) == []


@pytest.mark.parametrize(
    ("tag", "facts", "sign"),
    [
        (Tag.HOLD_OPENED, {"reason": "SEAL_BROKEN"}, Sign.HOLD_OPENED),
        (Tag.HOLD_CLOSED, {"resolution": "SEEN"}, Sign.HOLD_CLOSED),
        (Tag.CUSTODY_CORRECTED, {"corrects": 3, "reason": "TYPO"}, Sign.CORRECTION),
        (Tag.SAMPLE_MEASURED, {"entry": "by hand"}, Sign.MANUAL),
    ],
)
def test_what_the_auditor_asks_about_is_marked(
    tag: Tag, facts: Mapping[str, Any], sign: Sign
) -> None:
    (row,) = rows([act(1, tag, **facts)])
    assert signs([row]) == [sign]
    assert not row.faulty


@pytest.mark.parametrize(
    ("action", "marked"), [("store", False), ("take out", True), ("offer", False)]
)
def test_a_move_under_an_open_hold_is_a_fault_unless_it_keeps_the_item_safe(
    action: str, *, marked: bool
) -> None:
    held = act(1, Tag.HOLD_OPENED, reason="R")
    moved = move(2, "X", "Y", action)
    assert (Sign.UNDER_HOLD in signs(rows([held, moved]))) is marked
    free = [held, act(2, Tag.HOLD_CLOSED, reason="R"), move(3, "X", "Y", action)]
    assert Sign.UNDER_HOLD not in signs(rows(free))


def test_a_clock_that_was_set_back_is_marked_and_changes_no_order() -> None:
    """Three hours back after the second act; the child's acts stand where they do."""
    acts = line("A", "B", "C", "D")
    back = [replace(one, at=one.at - timedelta(hours=3)) for one in acts[2:]]
    found = rows([*acts[:2], *back])
    assert [row.act.seq for row in found] == [1, 2, 3]
    (mark,) = found[2].marks
    assert mark.sign is Sign.CLOCK
    assert "stood 2 h 59 min before that of event 2" in mark.why
    assert found[2].faulty


@given(PLACES, st.data())
def test_no_clock_changes_the_order_of_an_item(
    places: list[str], data: st.DataObject
) -> None:
    minutes = st.integers(-10_000, 10_000)
    acts = [
        replace(one, at=one.at + data.draw(minutes) * MINUTE) for one in line(*places)
    ]
    found = rows(acts)
    assert [row.act.seq for row in found] == [one.seq for one in acts]
    back = [two.seq for one, two in pairwise(acts) if two.at < one.at]
    marked = [row.act.seq for row in found if Sign.CLOCK in signs([row])]
    assert marked == back


def scanned(minute: int, *, posted: int, seq: int, ends: tuple[str, str]) -> Act:
    """A scan at a bench without a network: its own clock's time, and when it came."""
    told = {
        "from": ends[0], "to": ends[1], "after": Stage.STORED, "action": "store",
        "device_time": (NOON + minute * MINUTE).isoformat(),
    }  # fmt: skip
    at = NOON + posted * MINUTE
    return Act("u1", seq, at, Tag.CUSTODY_MOVED, "a", told)


def test_scans_that_waited_for_the_network_are_late_and_in_their_order() -> None:
    """Three scans of an hour without a network, and one made when it was back."""
    acts = [
        scanned(0, posted=60, seq=1, ends=("A", "B")),
        scanned(10, posted=60, seq=2, ends=("B", "C")),
        scanned(55, posted=61, seq=3, ends=("C", "D")),
        scanned(62, posted=62, seq=4, ends=("D", "E")),
    ]
    found = rows(acts)
    assert [row.act.seq for row in found] == [1, 2, 3, 4]
    told = [[mark.why for mark in row.marks] for row in found]
    assert told == [
        ["Recorded 1 h 0 min after it was done."],
        ["Recorded 50 min after it was done."],
        [],
        [],
    ]


def test_a_scanner_whose_clock_runs_ahead_is_marked_each_time() -> None:
    acts = [
        scanned(95, posted=5, seq=1, ends=("A", "B")),
        scanned(98, posted=8, seq=2, ends=("B", "C")),
    ]
    found = rows(acts)
    assert signs(found) == [Sign.LATE, Sign.LATE]
    assert found[0].marks[0].why == "Said to be done 1 h 30 min later."


def test_a_late_scan_after_the_server_s_clock_was_set_back_has_both_marks() -> None:
    acts = [
        scanned(100, posted=100, seq=1, ends=("A", "B")),
        scanned(10, posted=40, seq=2, ends=("B", "C")),
        scanned(41, posted=41, seq=3, ends=("X", "D")),
    ]
    found = rows(acts)
    assert [row.act.seq for row in found] == [1, 2, 3]
    assert signs(found) == [Sign.LATE, Sign.OVERLAP, Sign.CLOCK]


def test_two_benches_that_were_offline_show_who_had_it_at_once() -> None:
    """Each took it from the shelf; the second to come is the one that does not fit."""
    acts = [
        scanned(0, posted=0, seq=1, ends=("", "X1")),
        scanned(20, posted=90, seq=2, ends=("X1", "B1")),
        scanned(15, posted=95, seq=3, ends=("X1", "B2")),
    ]
    found = rows(acts)
    assert signs(found) == [Sign.LATE, Sign.OVERLAP, Sign.LATE]
    assert "'B1', but came from 'X1'" in found[1].marks[1].why
