"""What tells the engine to forget: codes and a reason, as the published schema says."""

from dataclasses import replace
from datetime import UTC, datetime
import json

import pytest

from lims.errors import BadInput
from lims.handoff.recall import Message, Reason, check, render

MESSAGE = Message(
    id="0" * 31 + "2",
    laboratory="LAB",
    at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
    code="S7K2M9QXA4",
    version=1,
    package="0" * 31 + "1",
    reason=Reason.ERASED,
    replaced_by=None,
)


def test_it_names_the_package_and_why_and_nothing_of_what_was_in_it() -> None:
    told = json.loads(render(MESSAGE))
    assert told["type"] == "org.nomen.profile.recalled.v1"
    assert told["data"] == {
        "code": "S7K2M9QXA4",
        "version": 1,
        "package": MESSAGE.package,
        "reason": "erased",
        "replaced_by": None,
    }


def test_the_bytes_are_canonical_and_the_same_each_time() -> None:
    body = render(MESSAGE)
    plain = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"))
    assert body == render(MESSAGE) == plain.encode()


@pytest.mark.parametrize(
    "added", [{"name": "Somebody"}, {"loci": []}, {"digest": "0" * 64}]
)
def test_a_field_that_is_not_listed_cannot_leave(added: dict[str, object]) -> None:
    told = json.loads(render(MESSAGE))
    told["data"] |= added
    with pytest.raises(BadInput, match="recall breaks the schema"):
        check(json.dumps(told).encode())


def test_a_code_of_another_form_is_not_rendered() -> None:
    with pytest.raises(BadInput, match="breaks the schema"):
        render(replace(MESSAGE, code="GR-PYL23-B-0042"))
