"""Gaps in custody: where nobody and no place answers for an item (rule B4)."""

from datetime import UTC, datetime
import json

import pytest

from lims.custody.line import Gap, Link, gaps, link_of
from lims.custody.stages import Stage

LOST = "After '%(action)s' nobody held it, and no place did."
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def line(*moves: tuple[str, str, str, Stage]) -> list[Link]:
    return [
        Link("u1", seq, NOON, "a", "t", action, "", after, came_from, went_to)
        for seq, (action, came_from, went_to, after) in enumerate(moves, 1)
    ]


WHOLE = (
    ("pack", "", "B1", Stage.PACKED),
    ("release", "B1", "C1", Stage.IN_TRANSIT),
    ("receive", "C1", "B2", Stage.RECEIVED),
    ("store", "B2", "X1", Stage.STORED),
)


def test_a_whole_line_has_no_gap() -> None:
    assert gaps(line(*WHOLE)) == []


def test_nothing_is_missing_where_nothing_happened() -> None:
    assert gaps([]) == []


@pytest.mark.parametrize("left_out", [1, 2])
def test_a_move_that_is_left_out_shows_between_its_neighbours(left_out: int) -> None:
    links = line(*WHOLE)
    del links[left_out]
    (gap,) = gaps(links)
    assert (gap.after, gap.before) == (links[left_out - 1].seq, links[left_out].seq)
    assert links[left_out].came_from in gap.why


def test_what_was_lost_and_found_has_a_gap_between() -> None:
    found = gaps(
        line(
            *WHOLE,
            ("lost", "X1", "", Stage.LOST),
            ("found", "", "X2", Stage.IN_USE),
        )
    )
    assert found == [Gap("u1", 5, 6, LOST, {"action": "lost"})]
    assert found[0].why == "After 'lost' nobody held it, and no place did."


def test_what_is_lost_still_has_a_gap_until_now() -> None:
    (gap,) = gaps(line(*WHOLE, ("lost", "X1", "", Stage.LOST)))
    assert (gap.after, gap.before) == (5, None)


def test_what_is_destroyed_is_nowhere_and_that_is_no_gap() -> None:
    assert gaps(line(*WHOLE, ("destroy", "X1", "", Stage.DESTROYED))) == []


def test_an_event_of_something_else_is_no_custody() -> None:
    body = json.dumps({"actor": "a", "facts": {"reason": "X"}}).encode()
    assert link_of("u1", 1, NOON, "hold:opened", body) is None


def test_an_events_body_tells_from_where_to_where() -> None:
    facts = {"action": "store", "before": "in use", "after": "stored"}
    told = {"actor": "a7", "facts": {**facts, "from": "B1", "to": "X1"}}
    link = link_of("u1", 3, NOON, "custody:moved", json.dumps(told).encode())
    assert link is not None
    assert (link.actor, link.came_from, link.went_to) == ("a7", "B1", "X1")
    assert (link.action, link.before, link.after) == ("store", "in use", "stored")
