"""A witness cosigns what goes on from what it remembers, and nothing else."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
import re
from threading import Barrier
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
import pytest

from lims.audit.notes import Checkpoint, Kind, Note, Signature, Signer, Verifier
from lims.witness import keys
from lims.witness.memory import Forgotten, Memory
from lims.witness.messages import MOST_BYTES, Submission
from lims.witness.service import door
from lims.witness.witness import KEY_FILE, MEMORY_FILE, Witness, at_home
from tests.lims.witness.a_log import ORIGIN, ALog

NAME = "ministry.example/w1"


@pytest.fixture
def log() -> ALog:
    return ALog()


@pytest.fixture
def witness(tmp_path: Path, log: ALog) -> Witness:
    return at_home(tmp_path, NAME, {ORIGIN: [one.verifier for one in log.signers]})


def ask(
    witness: Witness, body: bytes, method: str = "POST", path: str = "/add-checkpoint"
) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of the witness's answer."""
    told: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        told.append((int(status[:3]), dict(headers)))

    request = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    answer: Iterable[bytes] = door(witness)(request, start)
    return *told[0], b"".join(answer).decode()


def again(witness: Witness) -> Witness:
    """The same folder after a restart."""
    return at_home(witness.memory.path.parent, "other", witness.logs)


def test_a_first_checkpoint_is_cosigned_by_both_keys(
    witness: Witness, log: ALog
) -> None:
    status, _, body = ask(witness, log.submission(0, 5))
    assert status == 200
    text = log.checkpoint(5).text
    lines = [Signature.parse(one) for one in body.splitlines(keepends=True)]
    vkeys = keys.read(witness.memory.path.with_name(KEY_FILE)).vkeys
    assert [one.kind for one in map(Verifier.parse, vkeys)] == [
        Kind.COSIGNATURE,
        Kind.ML_DSA_44,
    ]
    for vkey, line in zip(vkeys, lines, strict=True):
        key = Verifier.parse(vkey)
        assert (line.name, line.key_id) == (NAME, key.key_id)
        assert key.check(text, line.blob)


def test_each_next_checkpoint_needs_its_proof(witness: Witness, log: ALog) -> None:
    for old, size in [(0, 1), (1, 2), (2, 7), (7, 8), (8, 300)]:
        assert ask(witness, log.submission(old, size))[0] == 200
        assert witness.memory.last(ORIGIN).size == size


def test_the_same_checkpoint_is_cosigned_again(witness: Witness, log: ALog) -> None:
    ask(witness, log.submission(0, 5))
    assert ask(witness, log.submission(5, 5))[0] == 200


def test_another_old_size_is_told_the_remembered_one(
    witness: Witness, log: ALog
) -> None:
    ask(witness, log.submission(0, 5))
    for old in (0, 4, 6):
        status, headers, body = ask(again(witness), log.submission(old, 9))
        assert (status, body) == (409, "5\n")
        assert headers["Content-Type"] == "text/x.tlog.size"
    assert witness.memory.last(ORIGIN).size == 5


def test_an_older_checkpoint_is_never_cosigned_after_a_newer(
    witness: Witness, log: ALog
) -> None:
    ask(witness, log.submission(0, 9))
    assert ask(witness, log.submission(0, 5))[0] == 409
    assert ask(witness, log.submission(5, 5))[0] == 409
    assert ask(witness, log.submission(9, 5))[0] == 400


def test_another_history_is_refused_by_its_proof(witness: Witness, log: ALog) -> None:
    ask(witness, log.submission(0, 5))
    other = ALog("a rewritten event")
    assert ask(witness, other.submission(5, 9))[0] == 422
    assert ask(again(witness), other.submission(5, 9))[0] == 422
    assert ask(witness, log.submission(5, 9))[0] == 200


def test_two_trees_of_one_size_convict_the_log(witness: Witness, log: ALog) -> None:
    ask(witness, log.submission(0, 5))
    other = ALog("a rewritten event")
    status, headers, body = ask(witness, other.submission(5, 5))
    assert (status, body, headers["Content-Type"]) == (409, "5\n", "text/x.tlog.size")
    ask(witness, other.submission(5, 5))
    notes = {note for _, _, note in witness.memory.forks()}
    assert notes == {log.note(5), other.note(5)}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda proof: proof[:-1],
        lambda proof: (*proof, proof[0]),
        lambda proof: (bytes(32), *proof[1:]),
        lambda proof: proof[::-1],
        lambda _: (),
    ],
    ids=["short", "long", "other", "turned", "none"],
)
def test_a_spoilt_proof_is_refused(witness: Witness, log: ALog, spoil: Any) -> None:
    ask(witness, log.submission(0, 5))
    whole = Submission.parse(log.submission(5, 9))
    spoilt = Submission(5, spoil(whole.proof), whole.note)
    assert ask(witness, spoilt.render())[0] == 422


def test_a_proof_from_nothing_is_refused(witness: Witness, log: ALog) -> None:
    spoilt = Submission(0, (bytes(32),), log.note(5))
    assert ask(witness, spoilt.render())[0] == 422


def test_the_empty_tree_has_one_root(witness: Witness, log: ALog) -> None:
    assert ask(witness, log.submission(0, 0))[0] == 200
    text = Checkpoint(ORIGIN, 0, bytes(32)).text
    note = Note(text, tuple(one.sign(text) for one in log.signers)).render()
    assert ask(witness, Submission(0, (), note).render())[0] == 422
    assert ask(witness, log.submission(0, 5))[0] == 200


def test_an_unknown_log_is_not_found(witness: Witness, log: ALog) -> None:
    stranger = Witness(witness.signers, witness.memory, {})
    assert ask(stranger, log.submission(0, 5))[0] == 404


def test_a_signature_by_nobody_known_is_forbidden(witness: Witness) -> None:
    assert ask(witness, ALog(seed=b"9").submission(0, 5))[0] == 403


def test_one_false_line_of_a_known_key_spoils_the_note(
    witness: Witness, log: ALog
) -> None:
    note = Note.parse(log.note(5))
    good, bad = note.signatures
    bent = Signature(bad.name, bad.key_id, bad.blob[:-1] + bytes([bad.blob[-1] ^ 1]))
    spoilt = Note(note.text, (good, bent)).render()
    assert ask(witness, Submission(0, (), spoilt).render())[0] == 403


def test_lines_of_unknown_keys_are_passed_over(witness: Witness, log: ALog) -> None:
    note = Note.parse(log.note(5))
    stranger = Signer.of(
        ORIGIN, Kind.ED25519, Ed25519PrivateKey.from_private_bytes(b"7" * 32)
    )
    more = Note(note.text, (stranger.sign(note.text), *note.signatures)).render()
    assert ask(witness, Submission(0, (), more).render())[0] == 200


def test_a_log_changes_its_key(witness: Witness, log: ALog) -> None:
    """While the witness trusts both, each signs; then the old key is worth nothing."""
    ask(witness, log.submission(0, 5))
    new = ALog(seed=b"2")
    both = [one.verifier for one in (*log.signers, *new.signers)]
    during = Witness(witness.signers, witness.memory, {ORIGIN: both})
    assert ask(during, log.submission(5, 7))[0] == 200
    assert ask(during, new.submission(7, 9))[0] == 200
    after = Witness(
        witness.signers,
        witness.memory,
        {ORIGIN: [one.verifier for one in new.signers]},
    )
    assert ask(after, log.submission(9, 12))[0] == 403
    assert ask(after, new.submission(9, 12))[0] == 200


@pytest.mark.parametrize(
    "body", [b"", b"\n\n", b"old 0\n\n", b"old 0\n\nno note", b"old 0\n\na\n\nb\n"]
)
def test_what_is_no_request_is_refused(witness: Witness, body: bytes) -> None:
    assert ask(witness, body)[0] == 400


def test_a_huge_request_is_refused(witness: Witness, log: ALog) -> None:
    body = log.submission(0, 5) + bytes(MOST_BYTES)
    assert ask(witness, body)[0] == 413


def test_there_is_one_door_only(witness: Witness, log: ALog) -> None:
    body = log.submission(0, 5)
    assert ask(witness, body, method="GET")[0] == 405
    assert ask(witness, body, path="/")[0] == 404
    assert ask(witness, body, path="/add-checkpoint/")[0] == 404


def test_logs_are_remembered_apart(tmp_path: Path, log: ALog) -> None:
    """Two logs with other names never meet in the memory."""
    memory = Memory(tmp_path / "cosigned.db")
    memory.begin()
    memory.advance(log.checkpoint(5), b"", lambda _: None)
    assert memory.last("other.example/record").size == 0


def test_of_many_at_once_no_two_histories_are_cosigned(
    witness: Witness, log: ALog
) -> None:
    """Sixteen ask at the same moment, half of them with a forged history."""
    ask(witness, log.submission(0, 3))
    forged = ALog("a rewritten event")
    requests = [
        one.submission(3, size) for size in range(4, 12) for one in (log, forged)
    ]
    together = Barrier(len(requests))

    def submit(body: bytes) -> int:
        together.wait()
        return ask(witness, body)[0]

    with ThreadPoolExecutor(len(requests)) as pool:
        told = list(pool.map(submit, requests))
    assert told.count(200) == 1
    assert set(told) <= {200, 409, 422}
    assert all(status != 200 for status in told[1::2])


def test_of_two_forks_at_once_one_is_cosigned(witness: Witness) -> None:
    """Nothing is remembered yet, so each is good; whoever is first wins."""
    logs = [ALog(f"history {n}") for n in range(8)]
    together = Barrier(len(logs))

    def submit(one: ALog) -> int:
        body = one.submission(0, 5)
        together.wait()
        return ask(witness, body)[0]

    with ThreadPoolExecutor(len(logs)) as pool:
        told = list(pool.map(submit, logs))
    assert sorted(told) == [200, *[409] * 7]


def test_the_key_is_made_once_and_read_by_its_owner_only(witness: Witness) -> None:
    path = witness.memory.path.with_name(KEY_FILE)
    assert path.stat().st_mode & 0o777 == 0o600
    assert again(witness).signers[0].verifier == witness.signers[0].verifier
    path.chmod(0o640)
    with pytest.raises(keys.BadKey, match="0640"):
        again(witness)


@pytest.mark.parametrize(
    "text", ["", "lims witness key 1\nname\n", "x\nn\nAA==\nAA==\n"]
)
def test_a_spoilt_key_file_is_refused(witness: Witness, text: str) -> None:
    witness.memory.path.with_name(KEY_FILE).write_text(text)
    with pytest.raises(keys.BadKey, match="not readable"):
        again(witness)


def test_a_witness_never_goes_on_without_its_memory(
    witness: Witness, log: ALog
) -> None:
    ask(witness, log.submission(0, 5))
    witness.memory.path.unlink()
    with pytest.raises(Forgotten, match=re.escape(MEMORY_FILE)):
        again(witness)


def test_a_memory_from_a_backup_asks_for_the_longer_proof(
    witness: Witness, log: ALog
) -> None:
    """An older memory knows less, so the log must prove more; it cannot go back."""
    ask(witness, log.submission(0, 5))
    kept = witness.memory.path.read_bytes()
    ask(witness, log.submission(5, 9))
    witness.memory.path.write_bytes(kept)
    assert ask(again(witness), log.submission(9, 12))[2] == "5\n"
    assert ask(again(witness), ALog("a rewritten event").submission(5, 12))[0] == 422
    assert ask(again(witness), log.submission(5, 12))[0] == 200
