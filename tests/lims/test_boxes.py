"""A value sealed under its subject's key opens in its own place, and nowhere else."""

from dataclasses import replace

import pytest

from lims import boxes
from lims.boxes import DoesNotOpen, Key, place

KEY = Key("0123456789abcdef" * 2, 1, boxes.new_secret())
DONOR = place("donor", "person", "a" * 32)


def test_a_box_opens_with_its_key_in_its_place() -> None:
    box = boxes.seal(KEY, DONOR, b"Awa Diop")
    assert boxes.opened(KEY, DONOR, box) == b"Awa Diop"
    assert boxes.subject_of(box) == KEY.subject
    assert b"Awa" not in box


@pytest.mark.parametrize(
    "where",
    [
        place("donor", "person", "b" * 32),
        place("donor", "sex", "a" * 32),
        place("missing_person", "person", "a" * 32),
    ],
    ids=["another row", "another column", "another table"],
)
def test_a_box_put_elsewhere_does_not_open(where: bytes) -> None:
    box = boxes.seal(KEY, DONOR, b"Awa Diop")
    with pytest.raises(DoesNotOpen):
        boxes.opened(KEY, where, box)


@pytest.mark.parametrize(
    "other",
    [
        replace(KEY, organisation=2),
        replace(KEY, secret=boxes.new_secret()),
    ],
    ids=["another organisation", "another key"],
)
def test_a_box_of_another_key_does_not_open(other: Key) -> None:
    box = boxes.seal(KEY, DONOR, b"Awa Diop")
    with pytest.raises(DoesNotOpen):
        boxes.opened(other, DONOR, box)


def test_each_bit_of_a_box_is_guarded() -> None:
    box = boxes.seal(KEY, DONOR, b"9.3")
    for bit in range(len(box) * 8):
        bent = bytearray(box)
        bent[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DoesNotOpen):
            boxes.opened(KEY, DONOR, bytes(bent))


def test_no_nonce_serves_twice() -> None:
    start = 3 + len(KEY.subject)
    drawn = {
        boxes.seal(KEY, DONOR, b"9.3")[start : start + boxes.NONCE]
        for _ in range(50_000)
    }
    assert len(drawn) == 50_000


def test_a_key_does_not_tell_its_secret() -> None:
    assert repr(KEY.secret) not in repr(KEY)
