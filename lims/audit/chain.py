"""The chain's arithmetic: canonical bytes, leaf hash, commitments. Pure.

Canonical bytes by RFC 8785; the leaf hash by RFC 6962 (SHA-256 over a zero byte and
the bytes), so that the same number serves the item's chain and the Merkle log.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
import hmac
import json
from typing import Any, cast

import rfc8785

from lims.db import GENESIS

FORM = 1
"""The version of the body's form; it stands in each body."""


@dataclass(frozen=True)
class Link:
    """One event as the chain sees it."""

    item: str
    seq: int
    prev: str
    leaf: str
    body: bytes


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds, as text: one way to write a time."""
    text = moment.astimezone(UTC).isoformat(timespec="microseconds")
    return text.replace("+00:00", "Z")


def link(
    *,
    kind: str,
    item: str,
    after: tuple[int, str],
    at: datetime,
    actor: str,
    tag: str,
    facts: Mapping[str, Any],
) -> Link:
    """The next event of an item's chain; `after` is the item's (version, head hash)."""
    seq, prev = after[0] + 1, after[1]
    body = canonical(
        {
            "form": FORM,
            "kind": kind,
            "item": item,
            "seq": seq,
            "prev": prev,
            "at": stamp(at),
            "actor": actor,
            "tag": tag,
            "facts": facts,
        }
    )
    return Link(item, seq, prev, leaf(body), body)


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes. Floats are refused: amounts and alleles are text."""
    return rfc8785.dumps(_plain(value))


def leaf(body: bytes) -> str:
    return sha256(b"\x00" + body).hexdigest()


def commitment(salt: bytes, field: str, value: Any) -> str:
    """What an event tells of a hidden value: HMAC-SHA256(salt, [field, value])."""
    return hmac.digest(salt, canonical([field, value]), "sha256").hex()


def faults(links: Iterable[Link]) -> list[str]:
    """What is wrong with one item's chain, in words; empty when it is whole."""
    wrong, seq, prev = [], 0, GENESIS
    for one in links:
        seq += 1
        told = cast("dict[str, Any]", json.loads(one.body))
        if leaf(one.body) != one.leaf:
            wrong.append(f"The bytes of event {one.seq} do not give its hash.")
        if (told["item"], told["seq"], told["prev"]) != (one.item, one.seq, one.prev):
            wrong.append(f"Event {one.seq} stands in a place that it does not name.")
        if one.seq != seq or one.prev != prev:
            wrong.append(f"Before event {one.seq} of the item something is missing.")
            seq = one.seq
        prev = one.leaf
    return wrong


def _plain(value: Any) -> Any:
    match value:
        case float():
            raise TypeError(
                f"{value!r} is a float; the record holds text or whole numbers."
            )
        case bool() | int() | str() | None:
            return value if not isinstance(value, str) else str(value)
        case Decimal():
            return format(value, "f")
        case datetime():
            return stamp(value)
        case Mapping():
            return {str(name): _plain(inner) for name, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            inner = [_plain(one) for one in value]
            return sorted(inner) if isinstance(value, set | frozenset) else inner
    return str(value)
