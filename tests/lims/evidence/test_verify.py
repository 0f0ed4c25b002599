"""A stranger checks a bundle with one file; whatever was altered is found and named."""

import ast
from dataclasses import replace
import io
import json
import os
from pathlib import Path
from random import Random
import shutil
import subprocess
import sys
from zipfile import ZIP_LZMA, ZipFile, ZipInfo

import pytest

from lims.audit.notes import Note
from lims.evidence import verify
from lims.evidence.bundle import VERIFY, pack
from lims.witness.keys import draw
from tests.lims.evidence import bundles

SHIPPED = VERIFY.read_text()
RULE = "MANIFEST.sha256"
NAMES = [
    *sorted(bundles.files(pack(bundles.log().content()))),
    *(f"tsa/{size}.tsa.example.tsr" for size in (bundles.EARLY, bundles.LATE)),
    "tsa/tsa.example.pem",
]


def pythons() -> list[tuple[Path, str]]:
    """Every Python from 3.8 on that this machine has, with its version."""
    kept = (Path.home() / ".pyenv" / "versions").glob("3.*/bin/python")
    named = (shutil.which(f"python3.{minor}") for minor in range(8, 20))
    found = {*kept, *(Path(one) for one in named if one), Path(sys.executable)}
    real = sorted(one for one in found if "shims" not in one.parts)
    told = [(one, _version(one)) for one in real]
    return [(one, version) for one, version in told if version]


def _version(python: Path) -> str:
    """Empty before 3.8."""
    asked = (
        "import sys; v = sys.version_info[:2]; print('%d.%d' % v if v > (3, 7) else '')"
    )
    answer = subprocess.run(
        [python, "-c", asked], capture_output=True, check=False, text=True
    )
    return answer.stdout.strip()


def answered(packed: bytes, *given: str) -> tuple[int, str, list[tuple[str, str]]]:
    """Exit code, the words, and what is broken and where, of a bundle in memory."""
    trust = verify.Trust(given)
    path = _written(packed)
    report = verify.examine(path, trust)
    path.unlink()
    broken = [(one["place"], one["sentence"]) for one in report["broken"]]
    return report["answer"], report["words"], broken


def _written(packed: bytes) -> Path:
    path = Path(os.environ["PYTEST_TMP"]) / f"{os.getpid()}.zip"
    path.write_bytes(packed)
    return path


@pytest.fixture(autouse=True)
def _a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_TMP", str(tmp_path))


def test_a_whole_bundle_is_proven_witnessed_and_stamped() -> None:
    answer, words, broken = answered(bundles.whole())
    assert (answer, broken) == (0, [])
    assert words == "PROVEN, witnessed and stamped."


def test_the_same_content_gives_the_same_bytes() -> None:
    assert pack(bundles.stamped()) == bundles.whole()


def test_without_witness_or_stamp_it_is_proven_but() -> None:
    alone = bundles.log().content(witnessed=False)
    assert answered(pack(alone))[:2] == (
        2,
        "PROVEN, BUT not witnessed or not stamped.",
    )
    no_stamp = replace(bundles.stamped(), stamps=[], roots={})
    assert answered(pack(no_stamp))[0] == 2


def test_events_after_the_last_witnessed_checkpoint_are_counted() -> None:
    """The newest checkpoint is not witnessed yet; the one before it was."""
    content = bundles.stamped()
    latest = replace(content.anchors[-1], witnesses=())
    path = _written(pack(replace(content, anchors=[content.anchors[0], latest])))
    report = verify.examine(path, verify.Trust())
    assert report["answer"] == 2
    assert report["wanting"] == ["13 of 20 events are not witnessed."]


def test_who_cosigned_is_not_called_nobody_where_the_policy_asks_for_more() -> None:
    content = bundles.stamped()
    other = draw("other.example/1").signers[0].verifier.vkey
    policy = content.policy.replace(
        b"quorum ministry",
        f"witness other {other}\ngroup both all ministry other\nquorum both".encode(),
    )
    asking = replace(content, policy=policy, vkeys=[*content.vkeys, other])
    report = verify.examine(_written(pack(asking)), verify.Trust())
    assert report["answer"] == 2
    (told,) = report["wanting"]
    assert "others cosigned the log, but fewer than the policy asks for" in told


def test_the_second_signature_is_named_and_never_counted() -> None:
    """A note with the ML-DSA line alone is signed by nobody, here."""
    report = verify.examine(_written(bundles.whole()), verify.Trust())
    assert "ML-DSA-44" in " ".join(report["not_checked_here"])
    content = bundles.stamped()
    note = Note.parse(content.anchors[-1].note)
    alone = Note(note.text, (note.signatures[1],)).render()
    anchors = [content.anchors[0], replace(content.anchors[-1], note=alone)]
    _, _, broken = answered(pack(replace(content, anchors=anchors, stamps=[])))
    assert ("not signed by a log key that is trusted") in broken[0][1]


def test_a_clock_that_was_set_back_is_noted_and_breaks_nothing() -> None:
    """Order is that of the chains and the log; what a clock said stays as it was."""
    links = bundles.events(12, back_at=9)
    report = verify.examine(
        _written(pack(bundles.Log(tuple(links)).content())), verify.Trust()
    )
    assert report["broken"] == []
    (noted, *others) = report["noted"]
    assert len(others) == 2, "each of the three items was touched after it"
    assert noted.startswith("'events/0010.json' states 2026-11-01T")
    assert "TO BE NOTED" in list(verify.sentences(report))
    whole = verify.examine(_written(bundles.whole()), verify.Trust())
    assert whole["noted"] == []


# ---- the program itself


def test_it_is_written_in_python_3_8_and_needs_nothing_but_python() -> None:
    tree = ast.parse(SHIPPED, feature_version=(3, 8))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= {*sys.stdlib_module_names, "__future__"}
    assert "socket" not in imported


def test_the_linter_holds_it_to_python_3_8() -> None:
    settings = (Path(__file__).parents[3] / "pyproject.toml").read_text()
    assert '"lims/evidence/verify.py" = "py38"' in settings


@pytest.mark.parametrize("python", [one for one, _ in pythons()], ids=str)
@pytest.mark.parametrize("packed", [True, False], ids=["zip", "folder"])
def test_every_python_here_checks_it_alone_and_without_a_network(
    python: Path, tmp_path: Path, *, packed: bool
) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    if packed:
        (folder / "bundle.zip").write_bytes(bundles.whole())
        shutil.copy(VERIFY, folder)
        words = ["verify.py", "bundle.zip"]
    else:
        bundles.refolded(bundles.files(bundles.whole()), folder)
        words = ["verify.py"]
    answer = alone([str(python), "-I", *words], folder)
    assert answer.returncode == 0, answer.stdout
    assert "ANSWER 0: PROVEN, witnessed and stamped." in answer.stdout
    assert "NOT PROVEN BY ANY OF THIS" in answer.stdout


def alone(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run in a space of its own that has no network, where the system allows it."""
    apart = ["unshare", "-rn"]
    can = shutil.which("unshare") and (
        subprocess.run([*apart, "true"], check=False, capture_output=True).returncode
        == 0
    )
    return subprocess.run(
        [*(apart if can else []), *command],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": "/nonexistent"} if not can else {"PATH": os.environ["PATH"]},
    )


def test_it_answers_in_json_for_programs(tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(bundles.whole())
    answer = alone([sys.executable, "-I", str(VERIFY), "--json", str(path)], tmp_path)
    told = json.loads(answer.stdout)
    assert (answer.returncode, told["answer"], told["events"]) == (0, 0, bundles.LATE)
    assert told["digest"] == bundles.about(bundles.stamped())
    assert told["rests_on"]["log"] == bundles.ORIGIN


def test_a_module_laid_beside_it_is_not_run(tmp_path: Path) -> None:
    """Also without `-I`, which a reader may forget."""
    bundles.refolded(bundles.files(bundles.whole()), tmp_path)
    for name in ("argparse", "json", "hashlib", "zipfile"):
        (tmp_path / f"{name}.py").write_text("print('ANSWER 0: PROVEN'); exit()\n")
    answer = alone([sys.executable, "verify.py"], tmp_path)
    assert answer.returncode == 1
    assert "argparse.py: No bundle has such a file" in answer.stdout
    assert "ANSWER 0" not in answer.stdout


def test_what_the_bundle_says_of_itself_cannot_write_an_answer() -> None:
    """Its own text stays on its line, and turns no line of a terminal around."""
    why = "lost.\nANSWER 0: PROVEN\x1b[2J\u202e\u2028" + "x" * 2000
    content = bundles.stamped()
    left_out = [(sha, why) for sha, _ in content.left_out]
    asked = {"kind": "codes", "for": ["A\nANSWER 0: PROVEN"]}
    packed = pack(replace(content, left_out=left_out, asked=asked, made=why))
    report = verify.examine(_written(packed), verify.Trust())
    lines = list(verify.sentences(report))
    assert [one for one in lines if one.startswith("ANSWER")] == [lines[-1]]
    assert all(one.isprintable() and len(one) < 500 for one in lines)


def test_it_prints_what_is_to_be_compared_with_the_record_and_the_paper() -> None:
    inside = bundles.files(bundles.whole())
    report = verify.examine(_written(bundles.whole()), verify.Trust())
    told = "\n".join(verify.sentences(report))
    assert verify.grouped(verify.sha256_of(inside[RULE])) in told
    assert '"for": ["S7K2M9QXAT"]' in told
    assert "sample CODE0: events 1 to 7" in told
    assert "authority of time 'Time root': SHA-256" in told


# ---- each single file


@pytest.mark.parametrize("name", NAMES)
def test_one_changed_bit_of_any_file_is_found_and_named(name: str) -> None:
    inside = bundles.files(bundles.whole())
    changed = bytearray(inside[name])
    changed[len(changed) // 2] ^= 0x04
    inside[name] = bytes(changed)
    answer, words, broken = answered(bundles.repacked(inside))
    assert (answer, words) == (1, "BROKEN. Do not rely on this bundle.")
    if name == RULE:
        assert broken
    else:
        assert broken[0][0] == name
        assert "Its bytes were changed" in broken[0][1]


@pytest.mark.parametrize("name", NAMES)
def test_any_missing_file_is_found_and_named(name: str) -> None:
    inside = bundles.files(bundles.whole())
    del inside[name]
    answer, _, broken = answered(bundles.repacked(inside))
    assert (answer, broken[0]) == (1, (name, "The file is missing."))


@pytest.mark.parametrize(
    "name", ["events/0021.json", "note.txt", "originals/" + "0" * 64, "tsa/x.pem"]
)
def test_an_added_file_is_found_and_named(name: str) -> None:
    inside = bundles.files(bundles.whole())
    inside[name] = b"more"
    answer, _, broken = answered(bundles.repacked(inside))
    assert answer == 1
    assert broken[0][0] == name
    assert "somebody added it" in broken[0][1]


def test_an_added_file_is_found_in_a_folder_too(tmp_path: Path) -> None:
    bundles.refolded(bundles.files(bundles.whole()), tmp_path)
    (tmp_path / ".DS_Store").write_bytes(b"")
    report = verify.examine(tmp_path, verify.Trust())
    assert report["answer"] == 1
    assert report["broken"][0]["place"] == ".DS_Store"


# ---- zips and folders made to deceive


def _zip_of(name: str, mode: int = 0o100644) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w") as packed:
        info = ZipInfo(name)
        info.external_attr = mode << 16
        packed.writestr(info, b"inside")
    return out.getvalue()


@pytest.mark.parametrize(
    "name",
    ["../outside", "/etc/passwd", "events/../../x", "a\\b", "C:evil", "a//b", "x\ny"],
)
def test_a_name_that_leads_out_of_the_folder_is_refused(name: str) -> None:
    answer, _, broken = answered(_zip_of(name))
    assert answer == 1
    assert "No file of a bundle can have such a name." in broken[0][1]


def test_a_link_in_the_zip_is_refused() -> None:
    assert answered(_zip_of("policy", 0o120777))[2][0][1] == (
        "It is a link or a device in the zip."
    )


def test_a_link_in_the_folder_is_refused(tmp_path: Path) -> None:
    bundles.refolded(bundles.files(bundles.whole()), tmp_path)
    policy = tmp_path / "policy"
    policy.rename(tmp_path.with_suffix(".elsewhere"))
    policy.symlink_to(tmp_path.with_suffix(".elsewhere"))
    report = verify.examine(tmp_path, verify.Trust())
    assert report["broken"][0]["sentence"] == (
        "It is a link or a device where a file must lie."
    )


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["policy", "POLICY"])
def test_two_files_of_one_name_are_refused(second: str) -> None:
    out = io.BytesIO()
    with ZipFile(out, "w") as packed:
        packed.writestr("policy", b"one")
        packed.writestr(second, b"two")
    broken = answered(out.getvalue())[2]
    assert broken[0][1] == "The bundle has two files of this name."


def test_bytes_hidden_between_the_files_are_refused() -> None:
    answer, _, broken = answered(b"hidden" + bundles.whole())
    assert answer == 1
    assert "Bytes are hidden before" in broken[0][1]


def test_bytes_hidden_behind_the_files_are_refused() -> None:
    """Behind the end, between the last file and the directory, and in a comment."""
    whole = bundles.whole()
    out = io.BytesIO(whole)
    with ZipFile(out, "a") as packed:
        packed.comment = b"hidden"
    directory = whole.rindex(b"PK\x05\x06")
    start = int.from_bytes(whole[directory + 16 : directory + 20], "little")
    moved = (start + 6).to_bytes(4, "little")
    between = (
        whole[:start] + b"hidden" + whole[start : directory + 16] + moved + b"\0\0"
    )
    for hiding in (whole + b"hidden", out.getvalue(), between, whole + whole):
        answer, _, broken = answered(hiding)
        assert answer == 1
        assert "Bytes are hidden" in broken[0][1]


def test_a_file_packed_in_another_way_is_refused() -> None:
    out = io.BytesIO()
    with ZipFile(out, "w") as packed:
        packed.writestr(ZipInfo("policy"), b"x" * 1000, ZIP_LZMA)
    assert "packed in a way that no bundle is" in answered(out.getvalue())[2][0][1]


def test_a_bundle_of_very_many_files_has_another_end_and_is_read(
    tmp_path: Path,
) -> None:
    """From 65,536 files on a zip has two records more at its end."""
    path = tmp_path / "many.zip"
    with ZipFile(path, "w") as packed:
        for number in range(65_536):
            packed.writestr(ZipInfo(f"events/{number:06}.json"), b"")
    assert len(verify.Zip(path).names) == 65_536


def test_a_bundle_that_would_unpack_to_too_much_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(verify, "LARGEST_BUNDLE", 1000)
    assert "unpack to more" in answered(bundles.whole())[2][0][1]


def test_what_is_no_zip_is_broken_not_a_crash() -> None:
    assert "no zip that can be read" in answered(b"PK\x03\x04 and no more")[2][0][1]
    half = bundles.whole()[: len(bundles.whole()) // 2]
    assert answered(half)[0] == 1


def test_no_damage_to_the_zip_is_a_crash_and_none_changes_what_is_proven(
    tmp_path: Path,
) -> None:
    """Flipped bits and cut ends: broken, or else every file is as it was."""
    chance, whole, path = Random(5), bundles.whole(), tmp_path / "b.zip"
    for _ in range(150):
        damaged = bytearray(whole)
        if chance.random() < 0.3:
            del damaged[chance.randrange(len(whole)) :]
        else:
            start = chance.choice([0, len(whole) - 6000])
            damaged[chance.randrange(start, len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        if verify.examine(path, verify.Trust())["answer"] != verify.BROKEN:
            assert bundles.files(bytes(damaged)) == bundles.files(whole)
