"""Where samples and controls stand, and what a plate may not do without (C1)."""

from collections import Counter
from random import Random

import pytest

from lims.batches.plate import (
    BLANKS,
    POSITIONS,
    Controls,
    PlannedWell,
    WellRole,
    is_position,
    layout,
    missing_controls,
    neighbours,
    place,
    position_at,
)
from lims.errors import RuleBroken

STANDARD = Controls()
CODES = [f"S{number:03d}" for number in range(40)]


def _layout(
    samples: int = 40, controls: Controls = STANDARD, seed: int = 1
) -> tuple[PlannedWell, ...]:
    codes = [f"S{number:03d}" for number in range(samples)]
    return layout(codes, controls, Random(seed))


def _with_role(wells: tuple[PlannedWell, ...], role: WellRole) -> list[PlannedWell]:
    return [well for well in wells if well.role is role]


def test_a_plate_is_filled_column_by_column() -> None:
    assert POSITIONS[:9] == (
        "A01", "B01", "C01", "D01", "E01", "F01", "G01", "H01", "A02",
    )  # fmt: skip
    assert (len(set(POSITIONS)), POSITIONS[-1]) == (96, "H12")


def test_each_sample_stands_in_one_well_in_the_order_given() -> None:
    wells = _layout()
    assert tuple(well.position for well in wells) == POSITIONS
    assert [well.item for well in _with_role(wells, WellRole.SAMPLE)] == CODES


def test_the_system_places_blank_negative_positive_and_ladders() -> None:
    roles = Counter(well.role for well in _layout())
    assert roles[WellRole.EXTRACTION_BLANK] == 1
    assert roles[WellRole.NEGATIVE] == 1
    assert roles[WellRole.POSITIVE] == 1
    assert roles[WellRole.LADDER] == 2


def test_the_blank_stands_at_a_random_place_among_the_samples() -> None:
    places = set()
    for seed in range(60):
        wells = _layout(seed=seed)
        [blank] = _with_role(wells, WellRole.EXTRACTION_BLANK)
        samples = [w.position for w in _with_role(wells, WellRole.SAMPLE)]
        order = [POSITIONS.index(position) for position in samples]
        here = POSITIONS.index(blank.position)
        assert min(order) - 1 <= here <= max(order) + 1
        places.add(blank.position)
    assert len(places) > 15


def test_the_same_chance_gives_the_same_plate() -> None:
    assert _layout(seed=7) == _layout(seed=7)


def test_a_control_has_a_name_of_its_own_on_the_plate() -> None:
    wells = _layout(controls=Controls(2, 2, 2, injection_group=8))
    names = [well.item for well in wells if well.role is not WellRole.EMPTY]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("group", "starts"),
    [
        (24, ["A01", "A04"]),
        (16, ["A01", "A03", "A05"]),
        (96, ["A01"]),
    ],
)
def test_each_injection_group_in_use_has_a_ladder(
    group: int, starts: list[str]
) -> None:
    wells = _layout(controls=Controls(injection_group=group))
    assert [w.position for w in _with_role(wells, WellRole.LADDER)] == starts
    assert missing_controls(wells, group) == ()


@pytest.mark.parametrize("samples", [1, 2, 19, 20, 21, 22, 43, 44, 66, 67, 88, 89])
def test_a_plate_laid_out_by_the_system_misses_no_control(samples: int) -> None:
    wells = _layout(samples)
    assert missing_controls(wells) == ()
    assert len(_with_role(wells, WellRole.SAMPLE)) == samples


def test_89_samples_fit_beside_the_controls_and_90_do_not() -> None:
    assert not _with_role(_layout(89), WellRole.EMPTY)
    with pytest.raises(RuleBroken, match=r"90 samples do not fit.*At most 89"):
        _layout(90)


def test_92_samples_fit_with_one_ladder_and_93_do_not() -> None:
    one_ladder = Controls(injection_group=96)
    assert not _with_role(_layout(92, one_ladder), WellRole.EMPTY)
    with pytest.raises(RuleBroken, match="At most 92"):
        _layout(93, one_ladder)


def test_a_code_listed_twice_is_refused_by_name() -> None:
    with pytest.raises(RuleBroken, match="'S001' stands twice"):
        layout(["S001", "S002", "S001"], Controls(), Random(1))


def test_a_plate_without_samples_is_refused() -> None:
    with pytest.raises(RuleBroken, match="no samples"):
        layout([], Controls(), Random(1))


@pytest.mark.parametrize(
    "controls",
    [
        Controls(extraction_blanks=0),
        Controls(negatives=0),
        Controls(positives=0),
    ],
)
def test_no_control_can_be_left_out(controls: Controls) -> None:
    with pytest.raises(RuleBroken, match="at least one"):
        _layout(controls=controls)


@pytest.mark.parametrize(
    ("role", "said"),
    [
        (WellRole.EXTRACTION_BLANK, "an extraction blank"),
        (WellRole.NEGATIVE, "a negative control"),
        (WellRole.POSITIVE, "a positive control"),
    ],
)
def test_c1_names_the_control_that_is_missing(role: WellRole, said: str) -> None:
    wells = [well for well in _layout() if well.role is not role]
    assert missing_controls(wells) == (said,)


def test_c1_names_the_injection_group_without_ladder() -> None:
    wells = [well for well in _layout() if well.position != "A04"]
    assert missing_controls(wells) == ("a ladder in the injection group from A04",)


def test_c1_an_empty_plate_misses_everything_but_ladders() -> None:
    assert len(missing_controls([PlannedWell("A01", WellRole.EMPTY)])) == 3


def test_only_blank_and_negative_must_be_clean() -> None:
    assert {WellRole.EXTRACTION_BLANK, WellRole.NEGATIVE} == BLANKS


def test_a_well_in_the_middle_has_eight_neighbours() -> None:
    around = {"A01", "A02", "A03", "B01", "B03", "C01", "C02", "C03"}
    assert neighbours("B02") == around


def test_a_corner_has_three_neighbours() -> None:
    assert neighbours("H12") == {"G11", "G12", "H11"}


def test_rows_and_columns_are_counted_from_the_corner_a01() -> None:
    assert [position_at(*place(position)) for position in POSITIONS] == [*POSITIONS]
    assert position_at(-1, 0) is position_at(0, 12) is position_at(8, 0) is None


@pytest.mark.parametrize("text", ["A1", "I01", "A13", "", "a01"])
def test_what_is_not_a_position_is_known(text: str) -> None:
    assert not is_position(text)
    assert is_position("A10")
