"""The keys that wrap the subjects' keys are their owner's alone."""

from pathlib import Path
import stat

import pytest

from lims.boxes import DoesNotOpen, Key, new_secret
from lims.keyring import KeyRing, UnsafeKeys

SUBJECT = Key("0123456789abcdef" * 2, 1, new_secret())


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_first_key_is_made_at_first_use_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    wrapped = KeyRing(folder).wrap(SUBJECT)
    (file,) = folder.iterdir()
    assert (_mode(folder), _mode(file)) == (0o700, 0o600)
    again = KeyRing(folder).unwrapped(SUBJECT.subject, 1, wrapped)
    assert again == SUBJECT
    assert SUBJECT.secret not in wrapped


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "keys"
    KeyRing(folder).wrap(SUBJECT)
    (file,) = folder.iterdir()
    file.chmod(mode)
    with pytest.raises(UnsafeKeys, match="0600"):
        KeyRing(folder).wrap(SUBJECT)


def test_a_folder_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    KeyRing(folder).wrap(SUBJECT)
    folder.chmod(0o750)
    with pytest.raises(UnsafeKeys, match="0700"):
        KeyRing(folder).wrap(SUBJECT)


def test_a_wrapped_key_of_another_subject_or_organisation_does_not_open(
    tmp_path: Path,
) -> None:
    ring = KeyRing(tmp_path / "keys")
    wrapped = ring.wrap(SUBJECT)
    for subject, organisation in [("f" * 32, 1), (SUBJECT.subject, 2)]:
        with pytest.raises(DoesNotOpen):
            ring.unwrapped(subject, organisation, wrapped)


def test_a_new_key_wraps_and_the_old_one_unwraps_until_it_is_destroyed(
    tmp_path: Path,
) -> None:
    ring = KeyRing(tmp_path / "keys")
    old, wrapped = ring.current, ring.wrap(SUBJECT)
    new = ring.add()
    assert ring.current == new
    assert ring.unwrapped(SUBJECT.subject, 1, wrapped) == SUBJECT
    ring.destroy(old)
    with pytest.raises(DoesNotOpen, match="keys' backup"):
        ring.unwrapped(SUBJECT.subject, 1, wrapped)
    with pytest.raises(UnsafeKeys):
        ring.destroy(new)


def test_a_laboratory_without_a_folder_for_keys_seals_nothing() -> None:
    with pytest.raises(UnsafeKeys, match="subject_keys"):
        KeyRing(None).wrap(SUBJECT)
