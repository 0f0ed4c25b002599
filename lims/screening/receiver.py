"""Read what is in the drop folder, keep it, and put receipts into the other one."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rfc8785

from lims.errors import BadInput
from lims.handoff.package import RECEIPT, check, digest
from lims.handoff.transports import drop_folder

ENGINE = {"name": "Nomen receiver", "version": "1"}


def answer_all(packages: Path, receipts: Path) -> int:
    """Answer every package that waits; the number of them."""
    answered = 0
    for path, body in drop_folder.waiting(packages):
        for state, reason in _verdicts(body):
            name = f"{path.stem}.{state}.json"
            drop_folder.put(receipts, name, _receipt(path.stem, body, state, reason))
        drop_folder.set_aside(path, "taken")
        answered += 1
    return answered


def _verdicts(body: bytes) -> list[tuple[str, str]]:
    """Arrival is answered first, and loading apart from it."""
    try:
        check(body)
    except BadInput as error:
        return [("rejected", str(error)[:300])]
    return [("received", ""), ("loaded", "")]


def _receipt(package: str, body: bytes, state: str, reason: str) -> bytes:
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    message: dict[str, Any] = {
        "specversion": "1.0",
        "type": RECEIPT.format(state=state),
        "id": f"{package}-{state}",
        "package": package,
        "digest": digest(body),
        "engine": ENGINE,
        "time": now,
    }
    if reason:
        message["reason"] = reason
    return rfc8785.dumps(message)
