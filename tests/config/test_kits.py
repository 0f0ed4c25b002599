from decimal import Decimal
from pathlib import Path

import pytest

from config.kits import read_kits


def test_four_kits_are_shipped() -> None:
    assert [values["name"] for values in read_kits()] == [
        "ForenSeq DNA Signature Prep",
        "GlobalFiler",
        "PowerPlex ESX 17",
        "PowerSeq 46GY",
    ]


def test_a_laboratory_adds_a_kit_by_adding_a_file(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text('name = "Ours"\nlow = 0.1\n', encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a kit", encoding="utf-8")
    assert read_kits(tmp_path) == ({"name": "Ours", "low": Decimal("0.1")},)


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("name =", encoding="utf-8")
    with pytest.raises(ValueError, match="Invalid value"):
        read_kits(tmp_path)
