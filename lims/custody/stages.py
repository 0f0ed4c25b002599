"""The stages of custody of bone and reference samples, and the only steps between them.

Source: domain 7.1 and 7.2. Powder and extracts follow the workflow of the sample
they were made from and begin in the hands of whoever made them (`CHILD_START`).
A hold is a flag beside the stage: it freezes, it does not move.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from lims.errors import RuleBroken
from lims.workflow import Step, Workflow


class Stage(StrEnum):
    ANNOUNCED = "announced"
    PACKED = "packed"
    IN_TRANSIT = "in transit"
    RECEIVED = "received"
    WAITING_CONSENT = "waiting for consent"
    ACCESSIONED = "accessioned"
    STORED = "stored"
    IN_USE = "in use"
    PROCESSED = "processed"
    REFUSED = "refused"
    RETURN_PENDING = "return pending"
    RETURNING = "on the way back"
    RETURNED = "returned"
    CONSUMED = "consumed"
    DESTRUCTION_PENDING = "destruction pending"
    DESTROYED = "destroyed"
    LOST_ON_THE_WAY = "lost before accession"
    LOST = "lost"
    WITHDRAWN = "withdrawn"
    LOST_WITHDRAWN = "lost after withdrawal"


S = Stage
CHILD_START = S.IN_USE
FINAL = frozenset({S.RETURNED, S.CONSUMED, S.DESTROYED})

_UNOPENED = frozenset({S.PACKED, S.IN_TRANSIT, S.RECEIVED, S.REFUSED})
_IN_THE_HOUSE = frozenset(
    {
        S.ACCESSIONED,
        S.STORED,
        S.IN_USE,
        S.PROCESSED,
        S.RETURN_PENDING,
        S.DESTRUCTION_PENDING,
    }
)


def _staying(
    action: str, stages: Iterable[Stage], needs: tuple[str, ...]
) -> tuple[Step[Stage], ...]:
    """Steps that change the holder or the place, and leave the stage as it is."""
    return tuple(Step(action, frozenset({stage}), stage, needs) for stage in stages)


_BY_HAND = ("giver", "receiver")
_ARRIVAL = (
    Step("pack", frozenset({S.ANNOUNCED}), S.PACKED, ("seal",)),
    Step("release", frozenset({S.PACKED}), S.IN_TRANSIT, ("courier",)),
    Step(
        "receive",
        frozenset({S.IN_TRANSIT}),
        S.RECEIVED,
        ("giver", "receiver", "seal", "condition"),
    ),
    Step("accession", frozenset({S.RECEIVED}), S.ACCESSIONED),
    Step("refuse", frozenset({S.RECEIVED, S.ACCESSIONED}), S.REFUSED, ("reason",)),
)
_WORK = (
    Step(
        "store",
        frozenset({S.ACCESSIONED, S.IN_USE, S.PROCESSED}),
        S.STORED,
        ("place",),
    ),
    # What may not be opened yet still needs a place to stand.
    *_staying("store", (S.RECEIVED, S.REFUSED), ("place",)),
    Step("take out", frozenset({S.STORED}), S.IN_USE, ("purpose",)),
    Step("derive", frozenset({S.IN_USE, S.PROCESSED}), S.PROCESSED, ("method",)),
    *_staying(
        "hand over", (S.RECEIVED, S.ACCESSIONED, S.IN_USE, S.PROCESSED), _BY_HAND
    ),
)
_ENDS = (
    Step("consume", frozenset({S.STORED}), S.CONSUMED, ("authority", "witness")),
    Step("return", frozenset({S.REFUSED, S.STORED}), S.RETURN_PENDING, ("reason",)),
    Step("send back", frozenset({S.RETURN_PENDING}), S.RETURNING, ("seal", "courier")),
    Step("confirm return", frozenset({S.RETURNING}), S.RETURNED, _BY_HAND),
    Step("order destruction", frozenset({S.STORED}), S.DESTRUCTION_PENDING, ("order",)),
    Step(
        "keep",
        frozenset({S.RETURN_PENDING, S.DESTRUCTION_PENDING}),
        S.STORED,
        ("reason", "place"),
    ),
    Step(
        "destroy",
        frozenset({S.DESTRUCTION_PENDING}),
        S.DESTROYED,
        ("order", "witness", "second witness"),
    ),
)
_LOSSES = (
    Step("lost", _UNOPENED, S.LOST_ON_THE_WAY, ("reason",)),
    # Whatever turns up is received like any other bag, its seal compared.
    Step("found", frozenset({S.LOST_ON_THE_WAY}), S.IN_TRANSIT, ("place",)),
    Step("lost", _IN_THE_HOUSE | {S.RETURNING}, S.LOST, ("reason",)),
    Step("found", frozenset({S.LOST}), S.IN_USE, ("place",)),
)
BONE = Workflow(S.ANNOUNCED, (*_ARRIVAL, *_WORK, *_ENDS, *_LOSSES))

_CONSENT = (
    Step("wait for consent", frozenset({S.RECEIVED}), S.WAITING_CONSENT, ("reason",)),
    Step("accession", frozenset({S.WAITING_CONSENT}), S.ACCESSIONED, ("consent",)),
    Step("refuse", frozenset({S.WAITING_CONSENT}), S.REFUSED, ("reason",)),
    Step("lost", frozenset({S.WAITING_CONSENT}), S.LOST_ON_THE_WAY, ("reason",)),
    *_staying("store", (S.WAITING_CONSENT, S.WITHDRAWN), ("place",)),
    *_staying("hand over", (S.WAITING_CONSENT, S.WITHDRAWN), _BY_HAND),
    Step(
        "withdraw",
        frozenset(S)
        - FINAL
        - {S.WITHDRAWN, S.LOST, S.LOST_ON_THE_WAY, S.LOST_WITHDRAWN},
        S.WITHDRAWN,
        ("reason",),
    ),
    Step(
        "withdraw",
        frozenset({S.LOST, S.LOST_ON_THE_WAY}),
        S.LOST_WITHDRAWN,
        ("reason",),
    ),
    Step("lost", frozenset({S.WITHDRAWN}), S.LOST_WITHDRAWN, ("reason",)),
    Step("found", frozenset({S.LOST_WITHDRAWN}), S.WITHDRAWN, ("place",)),
    Step(
        "destroy",
        frozenset({S.WITHDRAWN}),
        S.DESTROYED,
        ("order", "witness", "second witness"),
    ),
)
REFERENCE = Workflow(S.ANNOUNCED, (*BONE.steps, *_CONSENT))

UNDER_HOLD = frozenset(
    {"store", "photograph", "lost", "found", "found elsewhere", "withdraw"}
)
"""A donor may withdraw at any time: that freezes further and thaws nothing."""

APART = {
    "hand over": ("giver", "receiver"),
    "receive": ("giver", "receiver"),
    "confirm return": ("giver", "receiver"),
    "consume": ("performer", "witness"),
    "destroy": ("performer", "witness", "second witness"),
}
"""Who must be different people, by action (domain part 8, separation rules)."""


def allowed_under_hold(action: str) -> bool:
    """A hold freezes everything but storage, photographs, and losing and finding."""
    return action in UNDER_HOLD


def require_different_people(action: str, stated: Mapping[str, object]) -> None:
    """RuleBroken where one person fills two of the parts that this action needs."""
    filled = [
        (part, stated[part]) for part in APART.get(action, ()) if stated.get(part)
    ]
    for place, (part, person) in enumerate(filled):
        for other, same in filled[place + 1 :]:
            if person == same:
                raise RuleBroken(
                    f"To {action}, {part} and {other} must be two people;"
                    f" '{person}' was named as both."
                )
