"""The embedded receiver answers as a stranger would: by the published schema alone."""

import json
from pathlib import Path

from lims.handoff.package import digest, read_receipt, render
from lims.handoff.transports import drop_folder
from lims.screening.receiver import answer_all
from tests.lims.handoff.test_package import PACKAGE


def _answers(folder: Path) -> list[tuple[str, str]]:
    read = [read_receipt(body) for _, body in drop_folder.waiting(folder)]
    return [(one["type"].split(".")[-2], one["digest"]) for one in read]


def test_a_good_package_is_received_and_then_loaded(tmp_path: Path) -> None:
    body = render(PACKAGE)
    drop_folder.put(tmp_path / "out", f"{PACKAGE.id}.json", body)
    assert answer_all(tmp_path / "out", tmp_path / "in") == 1
    assert sorted(_answers(tmp_path / "in")) == [
        ("loaded", digest(body)),
        ("received", digest(body)),
    ]


def test_a_package_that_breaks_the_schema_is_rejected_with_a_reason(
    tmp_path: Path,
) -> None:
    told = json.loads(render(PACKAGE))
    told["data"]["name"] = "Somebody"
    drop_folder.put(tmp_path / "out", f"{PACKAGE.id}.json", json.dumps(told).encode())
    answer_all(tmp_path / "out", tmp_path / "in")
    ((_, body),) = drop_folder.waiting(tmp_path / "in")
    receipt = read_receipt(body)
    assert receipt["type"] == "org.nomen.receipt.rejected.v1"
    assert "name" in receipt["reason"]


def test_a_package_is_answered_once(tmp_path: Path) -> None:
    drop_folder.put(tmp_path / "out", f"{PACKAGE.id}.json", render(PACKAGE))
    assert answer_all(tmp_path / "out", tmp_path / "in") == 1
    assert answer_all(tmp_path / "out", tmp_path / "in") == 0


def test_half_a_file_is_not_seen(tmp_path: Path) -> None:
    (tmp_path / ".x.json.part").write_bytes(b"{")
    assert list(drop_folder.waiting(tmp_path)) == []


def test_a_file_of_a_giant_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b" " * (drop_folder.LARGEST + 1))
    assert list(drop_folder.waiting(tmp_path)) == []
