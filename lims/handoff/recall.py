"""What tells the engine to forget a package: its id and a reason, and no allele. Pure.

A CloudEvent like the package, in the same canonical bytes. It tells no hash of what is
to be forgotten, since that would confirm a guess of it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import rfc8785

from lims.handoff.package import checked

RECALLED = "org.nomen.profile.recalled.v1"


class Reason(StrEnum):
    """Why the engine must forget; what the donor's ground was it is not told."""

    CONSENT = "consent withdrawn"
    ERASED = "erased"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class Message:
    id: str
    """Constant over every attempt: what the answer names."""
    laboratory: str
    at: datetime
    code: str
    version: int
    package: str
    """The id of the package that is to be forgotten."""
    reason: Reason
    replaced_by: int | None
    """The version that takes the place of this one."""


def render(message: Message) -> bytes:
    body = rfc8785.dumps(
        {
            "specversion": "1.0",
            "id": message.id,
            "source": f"urn:nomen:laboratory:{message.laboratory}",
            "type": RECALLED,
            "subject": message.code,
            "time": message.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "data": {
                "code": message.code,
                "version": message.version,
                "package": message.package,
                "reason": message.reason,
                "replaced_by": message.replaced_by,
            },
        }
    )
    check(body)
    return body


def check(body: bytes) -> dict[str, Any]:
    """The message, if it is as the published schema says; else BadInput says where."""
    return checked(body, "recall")
