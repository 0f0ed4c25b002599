"""The commands of VERIFY.md, typed as they stand there, agree with `verify.py`."""

from pathlib import Path
import re
import subprocess

import pytest

from lims.evidence.bundle import GUIDE
from tests.lims.evidence import bundles
from tests.programs import program

COMMANDS = re.findall(r"^\n((?: {4}.+\n)+)", GUIDE.read_text(), re.MULTILINE)


def typed(*words: str) -> str:
    """The block of commands with these words in it, for the bundle of the tests."""
    (block,) = (one for one in COMMANDS if all(word in one for word in words))
    told: str = block.replace("SIZE", str(bundles.LATE)).replace(
        "tsa/20.NAME.tsr -CAfile tsa/roots.pem",
        "tsa/20.tsa.example.tsr -CAfile tsa/tsa.example.pem",
    )
    return told


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return bundles.refolded(bundles.files(bundles.whole()), tmp_path)


def run(block: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program("bash"), "-c", block],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )


def test_sha256sum_agrees_with_the_list(folder: Path) -> None:
    program("sha256sum")
    assert run(typed("sha256sum"), folder).returncode == 0
    (folder / "policy").write_bytes(b"quorum none\n")
    assert run(typed("sha256sum"), folder).returncode == 1


def test_openssl_verifies_the_log_s_signature(folder: Path) -> None:
    program("openssl")
    block = typed("pkeyutl")
    assert "Signature Verified Successfully" in run(block, folder).stdout
    note = folder / f"checkpoints/{bundles.LATE}.note"
    note.write_bytes(note.read_bytes().replace(b"\n20\n", b"\n21\n"))
    assert "Signature Verified Successfully" not in run(block, folder).stdout


def test_openssl_verifies_the_timestamp(folder: Path) -> None:
    program("openssl")
    block = typed("ts -verify")
    assert "Verification: OK" in run(block, folder).stdout
    note = folder / f"checkpoints/{bundles.LATE}.note"
    note.write_bytes(note.read_bytes() + b"\n")
    assert "Verification: OK" not in run(block, folder).stdout
