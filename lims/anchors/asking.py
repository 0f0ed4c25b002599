"""Ask one witness to cosign one checkpoint (c2sp.org/tlog-witness, the log's side)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lims import clock
from lims.anchors.policy import Door
from lims.anchors.post import Answer, NoAnswer, post
from lims.audit.notes import DASH, BadNote, Checkpoint, Note, Signature, Verifier
from lims.witness.messages import (
    PATH,
    SIZE_TYPE,
    BadMessage,
    Submission,
    parse_size,
)

OK, FORBIDDEN, NOT_FOUND, CONFLICT, UNPROCESSABLE = 200, 403, 404, 409, 422
TRIES = 3
AHEAD = timedelta(minutes=10)
"""So much may a witness's clock be before ours."""
MOST_LINES = 32

Prove = Callable[[int], Sequence[bytes]]
"""A consistency proof from the size given to the checkpoint's."""

REASONS = {
    FORBIDDEN: (
        "does not trust the key that this log signs with. Send it the keys of "
        "`lims log show`"
    ),
    NOT_FOUND: (
        "does not know this log. Send it the log's name and the keys of `lims log show`"
    ),
    UNPROCESSABLE: (
        "says that this log does not go on from what it cosigned before. Run `lims "
        "verify`; if it finds nothing, compare both checkpoints with the witness"
    ),
}

CONTRADICTS = ("has cosigned", "says that this log does not go on")
"""How a sentence begins, after the witness's name, that is no mere silence."""


def contradicts(sentence: str) -> bool:
    """Whether a witness remembers another or a longer history than this log shows."""
    return any(f"' {beginning} " in sentence for beginning in CONTRADICTS)


class NotCosigned(Exception):
    """The witness did not cosign; the text is one sentence that can be shown."""


@dataclass(frozen=True)
class Cosigned:
    key: Verifier
    line: str
    at: datetime


def ask(door: Door, note: Note, old: int, prove: Prove) -> list[Cosigned]:
    """Cosignatures of all the witness's keys; NotCosigned otherwise.

    `old` is the size that the witness is thought to remember. It tells its own where
    that is another, and is asked again from there.
    """
    size = Checkpoint.parse(note.text).size
    for _ in range(TRIES):
        proof = tuple(prove(old)) if 0 < old < size else ()
        answer = _post(door, Submission(old, proof, note.render()).render())
        if answer.status == OK:
            return _checked(door, note.text, answer.body)
        if answer.status != CONFLICT:
            raise NotCosigned(_refusal(door, answer))
        old = _other_size(door, answer, old, size)
    raise NotCosigned(f"'{door.name}' names another size at each request.")


def _post(door: Door, body: bytes) -> Answer:
    try:
        return post(door.url.rstrip("/") + PATH, body, "text/plain; charset=utf-8")
    except NoAnswer as error:
        raise NotCosigned(str(error)) from error


def _other_size(door: Door, answer: Answer, old: int, size: int) -> int:
    """The size to ask from, by what the witness remembers."""
    try:
        told = parse_size(answer.body)
    except BadMessage as error:
        raise NotCosigned(f"'{door.name}' answered '409' without a size.") from error
    if answer.kind != SIZE_TYPE:
        raise NotCosigned(f"'{door.name}' answered '409' as '{answer.kind[:60]}'.")
    if told > size:
        raise NotCosigned(
            f"'{door.name}' has cosigned {told} events of this log, which has {size}: "
            "events were lost after that. Restore a newer backup, or see `lims log "
            "restart`."
        )
    if told == old:
        raise NotCosigned(
            f"'{door.name}' has cosigned another history of {told} events. Find out "
            "who rewrote the record, or who signs with a copy of this log's keys."
        )
    return told


def _refusal(door: Door, answer: Answer) -> str:
    if answer.status in REASONS:
        return f"'{door.name}' {REASONS[answer.status]}."
    return f"'{door.name}' answered with the HTTP status '{answer.status}'."


def _checked(door: Door, text: str, body: bytes) -> list[Cosigned]:
    """Lines of keys that we do not know are passed over, as the protocol wants."""
    found: dict[Verifier, Cosigned] = {}
    try:
        lines = body.decode().splitlines(keepends=True)[:MOST_LINES]
        for line in (Signature.parse(one) for one in lines if one.startswith(DASH)):
            for key in door.keys:
                if (line.name, line.key_id) == (key.name, key.key_id):
                    found[key] = Cosigned(key, line.line, _time(key, text, line.blob))
    except (BadNote, UnicodeDecodeError) as error:
        raise NotCosigned(
            f"'{door.name}' answered with a line that does not hold: {error}"
        ) from error
    for key in door.keys:
        if key not in found:
            raise NotCosigned(
                f"'{door.name}' did not cosign with the key number "
                f"'{key.key_id.hex()}', which the policy names."
            )
    return list(found.values())


def _time(key: Verifier, text: str, blob: bytes) -> datetime:
    """When the witness says that it cosigned; raises BadNote where it did not."""
    now = clock.now()
    second = key.check(text, blob)
    if not second:
        raise BadNote("It states no time.")
    if second > (now + AHEAD).timestamp():
        raise BadNote("Its clock is ahead of ours by more than ten minutes.")
    return datetime.fromtimestamp(second, UTC)
