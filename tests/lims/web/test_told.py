"""Every kind of event has words; nothing is shown as a bare tag."""

from datetime import UTC, datetime
import json

from lims.audit.queries import Event
from lims.audit.tags import Tag
from lims.audit.words import TITLES
from lims.web.told import tell


def test_every_kind_of_event_has_a_title() -> None:
    assert set(TITLES) == set(Tag)


def _event(tag: Tag, **facts: object) -> Event:
    body = json.dumps({"facts": facts}).encode()
    return Event(
        item_kind="sample", item_uid="0" * 32, item_seq=4, prev="", leaf="",
        at=datetime(2026, 11, 23, 9, 14, tzinfo=UTC), actor_uid="a" * 32, tag=tag,
        body=body,
    )  # fmt: skip


def test_a_custody_step_is_told_by_its_own_name_and_way() -> None:
    told = tell(
        _event(
            Tag.CUSTODY_MOVED, **{"action": "store", "from": "B1", "to": "X1", "n": 1}
        ),
        {"a" * 32: ("Anna Verdi", "B00000000A")},
    )
    assert str(told.title) == "Stored"
    assert told.way == ("B1", "X1")
    assert told.facts == (("n", "1"),)
    assert told.actor == "Anna Verdi (B00000000A)"


def test_a_seal_that_is_as_announced_is_told_once() -> None:
    told = tell(_event(Tag.BAG_RECEIVED, seal="CY-1", seal_found="CY-1"), {})
    assert told.facts == (("seal", "CY-1"),)


def test_what_is_sealed_is_shown_as_sealed() -> None:
    told = tell(_event(Tag.INJECTION_CALLED, calls={"commitment": "ab" * 32}), {})
    assert told.facts == (("calls", "sealed ababababab…"),)


def test_what_is_empty_within_a_fact_is_not_told() -> None:
    told = tell(_event(Tag.DESK_DRAWN, narrowed={"stream": "", "since": ""}, n=2), {})
    assert told.facts == (("n", "2"),)
    told = tell(_event(Tag.DESK_DRAWN, narrowed={"stream": "bone", "since": ""}), {})
    assert told.facts == (("narrowed", "stream: bone"),)
