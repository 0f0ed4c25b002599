"""Photographs, files of instruments and what is left of them, under a forger."""

from dataclasses import replace
from hashlib import sha256
import json
from pathlib import Path

import pytest

from lims.evidence import verify
from lims.evidence.bundle import pack
from tests.lims.evidence import bundles
from tests.lims.evidence.test_forgery import Inside, broken

PHOTOGRAPH, ORIGINAL, COPY = (
    f"originals/{sha256(one).hexdigest()}"
    for one in (bundles.PHOTOGRAPH, bundles.ORIGINAL, bundles.COPY)
)
NAMED, NAMED_COPY = (f"originals/{one}" for one in (bundles.NAME, bundles.COPY_NAME))
PART = f"originals/{bundles.CUT}.parts/2"


def test_what_lies_in_a_bundle_is_counted_and_what_does_not_is_told(
    tmp_path: Path,
) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(bundles.whole())
    report = verify.examine(path, verify.Trust())
    assert (
        "The files that events name are here byte for byte (photograph: 1, file of an "
        "instrument: 2, redacted copy: 2)."
    ) in report["proven"]
    assert "2 parts of files of which others were erased are here" in str(
        report["proven"]
    )
    what = "file of an instrument"
    assert report["left_out"] == [
        f"{what} '{bundles.CUT[:16]}...': A part is erased.",
        f"{what} '{bundles.BEFORE[:16]}...': It was replaced by a redacted copy.",
        f"{what} '{bundles.GONE_NAME[:16]}...': It was replaced, too.",
    ]


@pytest.mark.parametrize(
    ("name", "event", "kind"),
    [
        (PHOTOGRAPH, "events/0006.json", "photograph"),
        (ORIGINAL, "events/0007.json", "file of an instrument"),
        (COPY, "events/0009.json", "redacted copy"),
        (NAMED, "events/0010.json", "file of an instrument"),
        (NAMED_COPY, "events/0011.json", "redacted copy"),
    ],
)
def test_a_file_taken_out_is_missed_at_the_event_that_names_it(
    tmp_path: Path, name: str, event: str, kind: str
) -> None:
    def take(inside: Inside) -> None:
        del inside[name]

    found = broken(bundles.forged(take), tmp_path)
    assert f"It names a {kind}," in found[event]
    assert "taken out of the bundle" in found[event]


@pytest.mark.parametrize("name", [PHOTOGRAPH, ORIGINAL, COPY, NAMED, NAMED_COPY])
def test_a_file_of_other_bytes_is_named(tmp_path: Path, name: str) -> None:
    def change(inside: Inside) -> None:
        inside[name] += b"."

    found = broken(bundles.forged(change), tmp_path)
    assert found[name] == "It is not the original: its SHA-256 is another."


@pytest.mark.parametrize("name", [NAMED, NAMED_COPY])
def test_a_file_whose_name_nothing_opens_is_not_believed(
    tmp_path: Path, name: str
) -> None:
    """Without its opening a commitment fits any bytes."""

    def close(inside: Inside) -> None:
        digest = sha256(inside[name]).hexdigest()
        told = json.loads(inside["openings.json"])
        left = [one for one in told if one["value"] != digest]
        assert len(left) == len(told) - 1
        inside["openings.json"] = verify.canonical(left)

    found = broken(bundles.forged(close), tmp_path)
    assert found[name] == "It is not the original: its SHA-256 is another."


def test_an_opening_of_another_field_names_no_file(tmp_path: Path) -> None:
    """A sealed value that happens to be a hash does not stand for a file."""
    content = bundles.stamped()
    salt, name = bundles.SALT, bundles.NAME
    other = next(one for one in content.openings if one.field == "segment 0")
    more = [one for one in content.openings if one.field != "original"]
    files = {**content.originals, name: b"any"}
    packed = pack(replace(content, openings=[*more, other], originals=files))
    assert salt == other.salt
    assert f"originals/{name}" in broken(packed, tmp_path)


def test_a_bundle_of_before_tells_what_is_left_out_by_its_hash(tmp_path: Path) -> None:
    def older(inside: Inside) -> None:
        about = json.loads(inside["bundle.json"])
        listed = about["left_out"]
        about["left_out"] = [
            {"sha256": one["file"], "why": one["why"]} for one in listed
        ]
        inside["bundle.json"] = verify.canonical(about)

    assert not broken(bundles.forged(older), tmp_path)


def test_who_takes_a_file_out_and_gives_a_reason_is_shown_with_the_reason(
    tmp_path: Path,
) -> None:
    """No proof tells why a file is not here: the reader is told that it is not."""

    def take(inside: Inside) -> None:
        about = json.loads(inside["bundle.json"])
        why = {"file": PHOTOGRAPH.split("/")[1], "why": "It was lost."}
        about["left_out"] = [*about["left_out"], why]
        inside["bundle.json"] = verify.canonical(about)
        del inside[PHOTOGRAPH]

    packed = bundles.forged(take)
    assert not broken(packed, tmp_path)
    report = verify.examine(tmp_path / "b.zip", verify.Trust())
    assert "photograph" in report["left_out"][0]
    assert "It was lost." in report["left_out"][0]
    assert "It was lost." in "\n".join(verify.sentences(report))


@pytest.mark.parametrize("sha", ["0" * 64, ORIGINAL.split("/")[1]])
def test_a_reason_for_a_file_that_is_here_or_that_nothing_names_is_refused(
    tmp_path: Path, sha: str
) -> None:
    content = bundles.stamped()
    more = replace(content, left_out=[*content.left_out, (sha, "It was lost.")])
    found = broken(pack(more), tmp_path)
    assert "It says why files are not here" in found["bundle.json"]


def test_a_changed_part_is_named(tmp_path: Path) -> None:
    def change(inside: Inside) -> None:
        inside[PART] = inside[PART].replace(b"Kofi", b"Yaw")

    found = broken(bundles.forged(change), tmp_path)
    assert found[PART] == "It is not the part that an event has sealed."


def test_parts_that_changed_places_are_named(tmp_path: Path) -> None:
    other = PART[:-1] + "0"

    def swap(inside: Inside) -> None:
        inside[PART], inside[other] = inside[other], inside[PART]

    assert {PART, other} <= set(broken(bundles.forged(swap), tmp_path))


def test_a_part_of_another_file_is_named(tmp_path: Path) -> None:
    elsewhere = f"originals/{bundles.BEFORE}.parts/2"

    def move(inside: Inside) -> None:
        inside[elsewhere] = inside.pop(PART)

    assert elsewhere in broken(bundles.forged(move), tmp_path)


def test_a_part_whose_opening_was_rewritten_is_named(tmp_path: Path) -> None:
    """The forger writes the hash of his own part into the openings, too."""

    def change(inside: Inside) -> None:
        old = sha256(inside[PART]).hexdigest().encode()
        inside[PART] = inside[PART].replace(b"Kofi", b"Yaw")
        new = sha256(inside[PART]).hexdigest().encode()
        inside["openings.json"] = inside["openings.json"].replace(old, new)

    found = broken(bundles.forged(change), tmp_path)
    assert "is not the one that 'events/0008.json' has sealed" in str(found)
    assert PART in found
