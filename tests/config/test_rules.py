from decimal import Decimal
from pathlib import Path

import pytest

from config.rules import read_rules


def test_the_default_rules_are_shipped_with_their_version() -> None:
    values = read_rules()
    assert (values["name"], values["version"]) == ("default", 3)


def test_a_programme_has_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "sea.toml").write_text("version = 2\nshare = 0.6\n", encoding="utf-8")
    assert read_rules("sea", tmp_path) == {"version": 2, "share": Decimal("0.6")}


def test_an_unknown_programme_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_rules("unknown", tmp_path)
