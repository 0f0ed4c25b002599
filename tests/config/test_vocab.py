from pathlib import Path

import pytest

from config.vocab import read_vocabulary
from lims.custody.stages import REFERENCE

SIZES = {
    "skeletal_elements": 138,
    "donor_relations": 25,
    "sample_types": 35,
    "conditions": 15,
    "reasons": 54,
}


@pytest.mark.parametrize(("name", "rows"), SIZES.items())
def test_a_vocabulary_has_all_its_rows_each_with_a_code_of_its_own(
    name: str, rows: int
) -> None:
    codes = [row["code"] for row in read_vocabulary(name)]
    assert len(codes) == rows
    assert len(set(codes)) == rows


@pytest.mark.parametrize("name", SIZES)
def test_each_row_fills_the_columns_of_the_header(name: str) -> None:
    for row in read_vocabulary(name):
        assert None not in row
        assert None not in row.values()
        assert row["code"]


def test_a_femur_is_one_of_a_side_in_a_person() -> None:
    [femur] = [r for r in read_vocabulary("skeletal_elements") if r["code"] == "FEMU"]
    assert (femur["side_options"], femur["unique_in_one_person"]) == ("L/R/U", "Y")


def test_a_broken_seal_opens_a_hold() -> None:
    holds = {row["code"]: row["opens_hold"] for row in read_vocabulary("conditions")}
    assert (holds["SEAL_BROKEN"], holds["INTACT"]) == ("Y", "N")
    assert set(holds.values()) == {"Y", "N"}


def test_each_custody_step_that_needs_a_reason_has_one_to_choose() -> None:
    listed = {row["action"] for row in read_vocabulary("reasons")}
    needing = {step.action for step in REFERENCE.steps if "reason" in step.needs}
    assert needing <= listed


def test_a_vocabulary_is_read_from_the_folder_named(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text('code,label\nA,"B, c"\n', encoding="utf-8")
    assert read_vocabulary("own", tmp_path) == ({"code": "A", "label": "B, c"},)


@pytest.mark.parametrize(
    "action", ["close hold", "correct", "derive", "hold", "reprint", "take out"]
)
def test_each_act_that_is_stated_by_a_word_has_one_to_choose(action: str) -> None:
    assert action in {row["action"] for row in read_vocabulary("reasons")}
