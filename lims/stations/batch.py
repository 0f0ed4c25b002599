"""What a bench sends in one request, understood, and whether it follows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
import json
from typing import Any

from instruments.obeyed import CameTo, Outcome
from instruments.outbox import Reading, broken_at
from lims.errors import BadInput, RuleBroken

MOST = 1000
"""Readings in one batch; a bench sends a hundred."""
LONGEST = 100_000
"""Characters of one reading."""
WIDTHS = {"uid": 32, "device": 64, "kind": 16, "text": LONGEST}
"""Characters of what stands in a reading, as wide as the columns."""
ODDITIES = (KeyError, TypeError, ValueError, OverflowError, AttributeError)
MOST_DEVICES = 50
ODD = "This is no batch of a bench: {}. Does the bench run the server's version?"


@dataclass(frozen=True)
class Told:
    """One reading with what stands in its body."""

    reading: Reading
    uid: str
    device: str
    kind: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Batch:
    readings: tuple[Told, ...]
    sent_at: datetime
    """The bench's clock, when it sent them."""
    outcomes: tuple[Outcome, ...] = ()
    """What commands came to."""
    devices: Mapping[str, str] = field(default_factory=dict)
    """What hangs at the bench: from the device's name to its kind."""


def understood(content: Any) -> Batch:
    """The JSON of a request. Raises BadInput."""
    try:
        found = content["readings"]
        if not isinstance(found, list) or len(found) > MOST:
            raise BadInput(ODD.format(f"it is no list of at most {MOST} readings"))
        return Batch(
            tuple(told(one["body"], one["hash"]) for one in found),
            _moment(content["at"]),
            tuple(_outcome(one) for one in content.get("outcomes", ())[:MOST]),
            _devices(content.get("devices", {})),
        )
    except ODDITIES as error:
        raise BadInput(ODD.format("a part of it lacks or is odd")) from error


def require_follows(
    fresh: Sequence[Reading], last: tuple[int, str], station: str
) -> None:
    """The readings follow the last one that is kept: its number and its hash."""
    seq, before = last
    if not broken_at(fresh, seq, before):
        return
    first = fresh[0].seq
    if first > seq + 1:
        raise RuleBroken(
            f"The bench '{station}' has brought the readings up to {seq}; now came "
            f"{first}, and those between are missing. Nothing was stored. Is this the "
            "disk that the bench had before?"
        )
    raise other_chain(station, seq + 1)


def other_chain(station: str, seq: int) -> RuleBroken:
    return RuleBroken(
        f"Reading {seq} does not follow what the bench '{station}' has brought before. "
        "Nothing was stored. If the bench has a new disk or an older state of one, "
        "revoke it and add it under a new name."
    )


def skew_ms(server: datetime, bench: datetime) -> int:
    """Milliseconds by which the server's clock is ahead of the bench's."""
    return round((server - bench).total_seconds() * 1000)


def told(body: Any, digest: Any) -> Told:
    """One reading. Raises KeyError, TypeError, ValueError or OverflowError."""
    body, digest = _text(body, LONGEST), _text(digest, 64)
    said = json.loads(body)
    if type(said["seq"]) is not int or not 0 < said["seq"] < 2**53:
        raise ValueError(said["seq"])
    parts = {name: _text(said[name], width) for name, width in WIDTHS.items()}
    return Told(Reading(said["seq"], body, digest), **parts, at=_moment(said["at"]))


def _outcome(given: Any) -> Outcome:
    came_to = CameTo(given["came_to"])
    return Outcome(_text(given["uid"], 32), came_to, _text(given["told"], LONGEST))


def _devices(given: Any) -> dict[str, str]:
    """The first ones by name, each as wide as in a reading."""
    known = sorted(given.items())[:MOST_DEVICES]
    return {_text(name, 64): _text(kind, 16) for name, kind in known}


def _text(given: Any, longest: int) -> str:
    """Text that every database holds; what none can hold becomes a mark."""
    if not isinstance(given, str) or len(given) > longest:
        raise ValueError(longest)
    return given.replace("\0", "\ufffd").encode(errors="replace").decode()


def _moment(given: Any) -> datetime:
    moment = datetime.fromisoformat(given)
    if moment.tzinfo is None:
        raise ValueError(given)
    return moment.astimezone(UTC)
