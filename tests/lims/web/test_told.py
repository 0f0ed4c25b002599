"""Every kind of event has words; nothing is shown as a bare tag."""

from datetime import UTC, datetime
import json

import pytest

from lims.audit.queries import Event
from lims.audit.tags import Tag
from lims.audit.words import TITLES
from lims.desk.custody_line import Mark, Sign
from lims.web.languages import pretended
from lims.web.told import SIGNS, tell, why
from tests.cast import Cast
from tests.lims.web.conftest import Enter


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


@pytest.mark.parametrize("sign", Sign)
def test_each_sign_of_the_custody_line_has_a_word(sign: Sign) -> None:
    assert str(SIGNS[sign])


def test_a_mark_is_told_in_the_reader_s_language(enter: Enter, cast: Cast) -> None:
    """The text, the step in it and the sign go through the catalogue, the rest not."""
    app = enter(cast.auditor).application
    mark = Mark(Sign.UNDER_HOLD, "'%(action)s' was done.", {"action": "take out"})
    with app.test_request_context(headers={"Cookie": "language=en-XA"}):
        told, sign = why(mark), str(SIGNS[mark.sign])
    assert pretended("Taken out") in told
    assert told.startswith("[")
    assert sign == pretended("moved under a hold")
    with app.test_request_context():
        assert why(mark) == "'Taken out' was done."
        assert why(Mark(Sign.HOLD_OPENED, "50 % left")) == "50 % left"
