"""Read the drop folder, keep or forget what it tells, and answer in the other."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rfc8785

from lims.errors import BadInput
from lims.handoff.package import RECEIPT, check, digest
from lims.handoff.recall import check as check_recall
from lims.handoff.transports import drop_folder

ENGINE = {"name": "Nomen receiver", "version": "1"}


def answer_all(packages: Path, receipts: Path) -> int:
    """Answer every message that waits, recalls first; the number of them."""
    answered = 0
    for path, body in list(drop_folder.waiting(packages)):
        if (recalled := _recalled(body)) is not None:
            _forget(packages, recalled)
            _answer(receipts, path.stem, body, [("recalled", "")])
            drop_folder.set_aside(path, "taken")
            answered += 1
    for path, body in drop_folder.waiting(packages):
        verdicts = _verdicts(packages, path.stem, body)
        _answer(receipts, path.stem, body, verdicts)
        if _is_forgotten(packages, path.stem):
            path.unlink()
        else:
            drop_folder.set_aside(path, "taken")
        answered += 1
    return answered


def _recalled(body: bytes) -> str | None:
    """The package that a message tells to forget; None where it is no recall."""
    try:
        told = check_recall(body)
    except BadInput:
        return None
    package: str = told["data"]["package"]
    return package


def _forget(packages: Path, package: str) -> None:
    """Drop every copy, and remember that this package is not to come back."""
    taken = packages / "taken"
    taken.mkdir(exist_ok=True)
    (taken / f"{package}.recalled").touch()
    for folder in (packages, taken):
        drop_folder.take_back(folder, f"{package}.json")


def _is_forgotten(packages: Path, package: str) -> bool:
    return (packages / "taken" / f"{package}.recalled").exists()


def _verdicts(packages: Path, package: str, body: bytes) -> list[tuple[str, str]]:
    """Arrival is answered first, and loading apart from it."""
    if _is_forgotten(packages, package):
        return [("rejected", "This package was recalled. Nothing of it is kept.")]
    try:
        check(body)
    except BadInput as error:
        return [("rejected", str(error)[:300])]
    return [("received", ""), ("loaded", "")]


def _answer(
    receipts: Path, message: str, body: bytes, verdicts: list[tuple[str, str]]
) -> None:
    for state, reason in verdicts:
        name = f"{message}.{state}.json"
        drop_folder.put(receipts, name, _receipt(message, body, state, reason))


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
