"""`lims witness`: what a partner organisation types."""

from pathlib import Path

from click.testing import CliRunner, Result
import pytest

from lims.anchors.post import post
from lims.audit.notes import Kind, Signature, Verifier
from lims.cli.witness import command
from lims.witness.keys import read
from lims.witness.witness import KEY_FILE, MEMORY_FILE, at_home
from tests.lims.witness.a_log import ORIGIN, ALog
from tests.lims.witness.running import a_witness
from tests.lims.witness.test_witness import ask

LOG = ALog()
VKEY = LOG.signers[0].verifier.vkey


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(command, ["--folder", str(folder), *words])


def test_the_key_is_made_at_first_use_and_shown_again(tmp_path: Path) -> None:
    first = run(tmp_path / "w", "--name", "ministry.example/w1", "--show-key")
    keys = [Verifier.parse(line) for line in first.output.splitlines()]
    assert [one.kind for one in keys] == [Kind.COSIGNATURE, Kind.ML_DSA_44]
    assert {one.name for one in keys} == {"ministry.example/w1"}
    again = run(tmp_path / "w", "--name", "another", "--show-key")
    assert again.output == first.output
    assert {path.name for path in (tmp_path / "w").iterdir()} == {KEY_FILE, MEMORY_FILE}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "Name the log by --key"),
        (["--key", "nonsense"], "A key cannot be read"),
        (["--policy", "no.policy"], "cannot be read"),
        (["--name", "with space", "--show-key"], "no space and no plus"),
    ],
)
def test_what_cannot_be_done_is_said(
    tmp_path: Path, words: list[str], reason: str
) -> None:
    answer = run(tmp_path / "w", *words)
    assert answer.exit_code == 1
    assert reason in answer.output
    if "--name" in words:
        assert not (tmp_path / "w" / KEY_FILE).exists()


def test_a_key_without_its_memory_is_not_used(tmp_path: Path) -> None:
    run(tmp_path, "--show-key")
    (tmp_path / MEMORY_FILE).unlink()
    answer = run(tmp_path, "--key", VKEY)
    assert answer.exit_code == 1
    assert "its memory" in answer.output


def test_what_convicts_a_log_is_shown(tmp_path: Path) -> None:
    keys = [one.verifier for one in LOG.signers]
    witness = at_home(tmp_path, "ministry.example/w1", {ORIGIN: keys})
    other = ALog("a rewritten event")
    ask(witness, LOG.submission(0, 5))
    ask(witness, other.submission(5, 5))
    shown = run(tmp_path, "--show-forks").output
    assert LOG.note(5).decode() in shown
    assert other.note(5).decode() in shown


def test_a_witness_answers_at_its_address(tmp_path: Path) -> None:
    """In a process of its own; the next start goes on from what was remembered."""
    keys = [one.verifier for one in LOG.signers]
    for old, size in [(0, 5), (5, 9)]:
        with a_witness(tmp_path, keys) as (url, _):
            path = f"{url}/add-checkpoint"
            stale = post(path, LOG.submission(old + 1, size), "text/plain")
            answer = post(path, LOG.submission(old, size), "text/plain")
        assert (stale.status, stale.kind) == (409, "text/x.tlog.size")
        assert stale.body == f"{old}\n".encode()
        assert answer.status == 200
        lines = answer.body.decode().splitlines(keepends=True)
        text = LOG.checkpoint(size).text
        for vkey, line in zip(read(tmp_path / KEY_FILE).vkeys, lines, strict=True):
            assert Verifier.parse(vkey).check(text, Signature.parse(line).blob)
