"""A stranger's computer: this one file, no network, and each file altered in turn."""

from pathlib import Path
import shutil

import pytest

from lims.evidence.bundle import VERIFY
from tests.lims.evidence import bundles
from tests.lims.evidence.test_verify import NAMES, RULE, alone, pythons

ENDS = sorted(pythons(), key=lambda one: tuple(map(int, one[1].split("."))))


@pytest.mark.parametrize("python", [ENDS[0], ENDS[-1]], ids=str)
def test_each_altered_file_is_refused_by_name_and_with_the_right_sentence(
    python: tuple[Path, str], tmp_path: Path
) -> None:
    """The oldest Python here and the newest; the network is off."""
    shutil.copy(VERIFY, tmp_path)
    command = [str(python[0]), "-I", "verify.py", "bundle.zip"]
    whole = bundles.files(bundles.whole())
    assert set(NAMES) == set(whole)
    for name in NAMES:
        inside = dict(whole)
        inside[name] = whole[name][:-1] + bytes([whole[name][-1] ^ 1])
        (tmp_path / "bundle.zip").write_bytes(bundles.repacked(inside))
        answer = alone(command, tmp_path)
        assert answer.returncode == 1, name
        assert "ANSWER 1: BROKEN. Do not rely on this bundle." in answer.stdout
        assert f"  {name}: {_sentence(name)}" in answer.stdout


def _sentence(name: str) -> str:
    if name == RULE:
        return "The list is not in the one order it must have."
    return "Its bytes were changed: SHA-256 is '"
