"""What a quantification is judged by, and what is suggested of a tube."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from instruments import Source, parse
from instruments.quantities import QuantityExport
from lims.demo.quantified import Plate, Tube, written
from lims.quantities.fitting import fitted
from lims.quantities.judging import Grade, Judgement, index, judged, shift
from lims.quantities.measured import Run, place, run_of
from lims.quantities.suggesting import Advice, Dose, Summary, as_kept, summed
from lims.quantities.targets import Role, kit_of, role_of
from tests.rules import RULES

DATA = Path(__file__).parents[2] / "instruments/data"
LIMITS = RULES.quantities
D = Decimal
NONE: frozenset[str] = frozenset()


def run(*tubes: Tube, change: Callable[[str], str] = str, **told: object) -> Run:
    plate = replace(Plate("run", tubes), **told)  # type: ignore[arg-type]
    text = change(written(plate).decode())
    export = parse(Source("run.txt", text.encode()))
    assert isinstance(export, QuantityExport)
    return run_of(export)


def said(found: Run, rule: str, blanks: frozenset[str] = NONE) -> list[Judgement]:
    return [one for one in judged(found, blanks, LIMITS) if one.rule == rule]


def summary(tube: Tube) -> Summary:
    found = run(tube)
    return summed(found.tubes[tube.name], found, LIMITS)


@pytest.mark.parametrize(
    ("target", "role"),
    [
        ("T.Small Autosomal", Role.SMALL),
        ("Small Autosomal", Role.SMALL),
        ("T.Large Autosomal", Role.LARGE),
        ("T.Y", Role.MALE),
        ("T.IPC", Role.IPC),
        ("[Auto]", Role.SMALL),
        ("Deg", Role.LARGE),
        ("Quantifiler Human", Role.SMALL),
        ("Long", Role.LARGE),
        ("IC", Role.IPC),
        ("1x dsDNA High Sensitivity", Role.TOTAL),
        ("RNA BR", Role.OTHER),
        ("UHR cDNA", Role.OTHER),
        ("3'UTR", Role.OTHER),
        ("", Role.OTHER),
    ],
)
def test_a_target_is_known_by_what_its_maker_calls_it(target: str, role: Role) -> None:
    assert role_of(target) is role


@pytest.mark.parametrize(
    ("targets", "kit"),
    [
        (["T.Small Autosomal", "T.Y", "T.IPC"], "Quantifiler Trio"),
        (["Auto", "Deg", "IPC", "Y"], "PowerQuant"),
        (["Auto", "T.Large Autosomal"], ""),
        ([], ""),
    ],
)
def test_a_kit_is_known_by_its_targets(targets: Sequence[str], kit: str) -> None:
    assert kit_of(targets) == kit


@pytest.mark.parametrize(
    ("written", "well"),
    [("A1", "A01"), ("H12", "H12"), ("K3", "K03"), ("13", "B01"), ("97", "97")],
)
def test_a_well_is_written_as_this_laboratory_does(written: str, well: str) -> None:
    assert place(written) == well


def test_the_line_through_standards_is_that_of_a_hand_calculation() -> None:
    """Ten times as much comes 3.32 cycles earlier; one point a tenth too late."""
    points = [(D(10), D("20")), (D(1), D("23.32")), (D("0.1"), D("26.74"))]
    found = fitted("T.Y", points)
    assert found is not None
    assert (found.slope, found.intercept) == (D("-3.37"), D("23.353"))
    assert found.r2 == D("0.99993")
    assert found.ours


@pytest.mark.parametrize(
    "points", [[], [(D(1), D(20))] * 9, [(D(1), D(20)), (D(5), D(18)), (D(0), D(40))]]
)
def test_two_amounts_make_no_line(points: list[tuple[Decimal, Decimal]]) -> None:
    assert fitted("T.Y", points) is None


class TestCurves:
    def test_a_good_run_passes_with_its_numbers(self) -> None:
        (one,) = said(run(Tube("T", D("0.2"))), "D4")
        assert one.grade is Grade.PASS
        assert one.numbers["small autosomal target: slope"] == "-3.34"

    @pytest.mark.parametrize("slope", ["-3.6", "-3.1"])
    def test_the_limits_themselves_are_good(self, slope: str) -> None:
        found = run(Tube("T", D("0.2")), slope=D(slope), r2=D("0.99"))
        assert [one.grade for one in said(found, "D4")] == [Grade.PASS]

    @pytest.mark.parametrize(
        ("slope", "r2", "told"),
        [
            ("-3.61", "0.998", "small autosomal target: slope -3.61"),
            ("-3.09", "0.998", "slope -3.09"),
            ("-3.34", "0.9899", "R² 0.9899"),
        ],
    )
    def test_a_bad_curve_holds_the_run(self, slope: str, r2: str, told: str) -> None:
        (one,) = said(run(Tube("T", D("0.2")), slope=D(slope), r2=D(r2)), "D4")
        assert one.grade is Grade.HOLD
        assert told in one.sentence
        assert len(one.sentence) < 500

    def test_dna_in_the_negative_control_holds_the_run(self) -> None:
        (one,) = said(run(Tube("T", D("0.2")), negative=D("0.0004")), "D4")
        assert (one.grade, one.wells) == (Grade.HOLD, ("C02", "D02"))
        assert "shows DNA" in one.sentence

    def test_a_run_without_a_negative_control_is_held(self) -> None:
        found = run(Tube("T", D("0.2")), change=_without("NTC"))
        (one,) = said(found, "D4")
        assert one.grade is Grade.HOLD
        assert "no negative control" in one.sentence

    def test_a_curve_that_the_file_leaves_out_is_reckoned(self) -> None:
        found = run(Tube("T", D("0.2")), change=_without_curve)
        assert [one.ours for one in found.curves] == [True, True, True]
        small = next(one for one in found.curves if role_of(one.target) is Role.SMALL)
        assert small.slope is not None
        assert abs(small.slope - D("-3.34")) < D("0.001")
        assert [one.grade for one in said(found, "D4")] == [Grade.PASS]

    def test_without_curve_and_standards_nothing_is_usable(self) -> None:
        def change(text: str) -> str:
            return _without("STANDARD")(_without_curve(text))

        (one,) = said(run(Tube("T", D("0.2")), change=change), "D4")
        assert one.grade is Grade.HOLD
        assert "no curve, no standards" in one.sentence


class TestIndex:
    def test_small_over_large(self) -> None:
        found = run(Tube("T", D("0.3"), D("0.1")))
        assert index(found.tubes["T"]) == D(3)
        (one,) = said(found, "Q1")
        assert one.grade is Grade.PASS

    @pytest.mark.parametrize(
        ("told", "grade"),
        [
            ("3.0000", Grade.PASS),
            ("3.1", Grade.PASS),
            ("3,1", Grade.PASS),
            ("3.5", Grade.WARN),
            ("0", Grade.WARN),
        ],
    )
    def test_one_that_differs_is_found(self, told: str, grade: Grade) -> None:
        found = run(Tube("T", D("0.3000"), D("0.1000"), index=told))
        assert [one.grade for one in said(found, "Q1")] == [grade]

    def test_software_that_sets_an_index_below_1_to_0_is_not_found(self) -> None:
        found = run(Tube("T", D("0.1"), D("0.3"), index="0"))
        assert [one.grade for one in said(found, "Q1")] == [Grade.PASS]

    def test_rounded_amounts_may_be_off_by_their_rounding(self) -> None:
        """0.0002 over 0.0001 may have been 0.00024 over 0.00008."""
        found = run(Tube("T", D("0.0002"), D("0.0001"), index="3"))
        assert [one.grade for one in said(found, "Q1")] == [Grade.PASS]

    @pytest.mark.parametrize("told", ["", "Undetermined"])
    def test_nothing_told_is_nothing_compared(self, told: str) -> None:
        found = run(Tube("T", D("0.3"), D("0.1"), index=told))
        assert said(found, "Q1") == []

    def test_an_index_without_amounts_is_found(self) -> None:
        found = run(Tube("T", D("0.3"), None, index="3"))
        assert [one.grade for one in said(found, "Q1")] == [Grade.WARN]


class TestInhibition:
    @pytest.mark.parametrize(("late", "count"), [("0.99", 0), ("1.0", 1), ("3", 1)])
    def test_an_internal_control_that_is_late_is_noted(
        self, late: str, count: int
    ) -> None:
        found = run(Tube("T", D("0.3"), late=D(late)))
        assert shift(found.tubes["T"], found) == D(late)
        assert len(said(found, "Q2")) == count

    def test_one_that_did_not_amplify_is_noted(self) -> None:
        found = run(Tube("T", D("0.3"), late=D(1)), change=_silent)
        (one,) = said(found, "Q2")
        assert "did not amplify" in one.sentence


def test_an_extraction_blank_with_dna_is_a_warning() -> None:
    found = run(Tube("B", D("0.002")), Tube("T", D("0.3")))
    (one,) = said(found, "Q3", frozenset({"B"}))
    assert (one.grade, one.wells) == (Grade.WARN, ("E02",))


@pytest.mark.parametrize("small", [None, D("0.0004")])
def test_an_extraction_blank_without_dna_is_as_it_should_be(
    small: Decimal | None,
) -> None:
    assert said(run(Tube("B", small)), "Q3", frozenset({"B"})) == []


@pytest.mark.parametrize(
    ("tube", "advice", "volume", "dilution"),
    [
        (Tube("T", D("0.125")), Advice.AMPLIFY, D("4"), None),
        (Tube("T", D("0.03")), Advice.AMPLIFY_MOST, D(15), None),
        (Tube("T", D("0.0001")), Advice.AMPLIFY_MOST, D(15), None),
        (Tube("T", D(30)), Advice.DILUTE, D(1), 60),
        (Tube("T", D("0.7")), Advice.DILUTE, D("1.4"), 2),
        (Tube("T", None), Advice.EXTRACT_AGAIN, None, None),
        (Tube("T", D("0.2"), late=D(2)), Advice.QUANTIFY_DILUTED, None, None),
        (Tube("T", None, late=D(2)), Advice.QUANTIFY_DILUTED, None, None),
    ],
)
def test_each_tube_gets_one_suggestion(
    tube: Tube, advice: Advice, volume: Decimal | None, dilution: int | None
) -> None:
    found = summary(tube)
    assert found.dose == Dose(advice, volume, dilution)


@pytest.mark.parametrize(
    ("small", "left", "dose"),
    [
        ("0.125", "4", Dose(Advice.AMPLIFY, D("4"))),
        ("0.125", "3.5", Dose(Advice.AMPLIFY_REST, D("3.5"))),
        ("0.001", "10", Dose(Advice.AMPLIFY_REST, D(10))),
        ("0.001", "15", Dose(Advice.AMPLIFY_MOST, D(15))),
        ("30", "0.5", Dose(Advice.DILUTE, D(1), 60)),
        ("0.125", "0", Dose(Advice.USED_UP)),
        (None, "0", Dose(Advice.USED_UP)),
    ],
)
def test_no_more_is_suggested_than_is_left(
    small: str | None, left: str, dose: Dose
) -> None:
    found = run(Tube("T", None if small is None else D(small)))
    told = summed(found.tubes["T"], found, LIMITS, D(left))
    assert (told.dose, told.left) == (dose, D(left))


class TestKits:
    """A kit's own numbers stand in place of the programme's, and say so."""

    def test_a_quantification_kit_has_its_own_limits(self) -> None:
        own = LIMITS.of("PowerQuant")
        assert str(own.degradation.degraded) == "2"
        assert str(own.inhibition.shift) == "0.3"
        assert own.inhibition.set_by == "PowerQuant, version 1"
        assert own.curves is LIMITS.curves
        assert own.curves.set_by == "the programme, version 1"
        assert LIMITS.of("Quantifiler Trio") == LIMITS

    def test_a_finding_tells_the_limits_and_who_set_them(self) -> None:
        found = run(Tube("T", D("0.3"), late=D("0.4")))
        assert said(found, "Q2") == []
        (one, *_) = judged(found, NONE, LIMITS.of("PowerQuant"))[-1:]
        assert "from 0.3 cycles on (PowerQuant, version 1)" in one.sentence
        assert one.numbers == {"limits of": "PowerQuant, version 1", "shift": "0.3"}

    def test_an_amplification_kit_asks_for_its_own_amount(self) -> None:
        found = summary(Tube("T", D("0.125")))
        wanted = Dose(Advice.AMPLIFY_MOST, D("5.0"))
        assert found.kits == {"ForenSeq DNA Signature Prep": wanted}


def test_a_degraded_tube_says_so_whatever_else_is_suggested() -> None:
    found = summary(Tube("T", D("0.2"), D("0.02")))
    assert (found.degraded, found.dose.advice) == (True, Advice.AMPLIFY)
    assert as_kept(found)["index"] == "10"


def test_an_amount_of_any_size_is_kept_as_text() -> None:
    """No file can make a number too large to be kept."""
    kept = as_kept(summary(Tube("T", D(10) ** 12, D("1e-9"))))
    assert kept["amounts"] == {
        "small autosomal target": "1" + "0" * 12,
        "large autosomal target": "0." + "0" * 8 + "1",
        "male target": None,
    }


def test_a_fluorometer_suggests_to_quantify_human_dna() -> None:
    content = (DATA / "qubit/qubit4.csv").read_bytes()
    export = parse(Source("qubit.csv", content))
    assert isinstance(export, QuantityExport)
    found = run_of(export)
    (one, *_) = found.tubes.values()
    assert [one.grade for one in said(found, "D4")] == [Grade.NOTE]
    assert summed(one, found, LIMITS).dose.advice is Advice.QUANTIFY


def _without(task: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        lines = text.splitlines(keepends=True)
        return "".join(one for one in lines if f"\t{task}\t" not in one)

    return change


def _without_curve(text: str) -> str:
    """The last four columns are those of the curve."""
    return "\n".join(
        "\t".join(line.split("\t")[:11]) if "\t" in line else line
        for line in text.splitlines()
    )


def _silent(text: str) -> str:
    return text.replace("28.900", "Undetermined")


REAL = {
    "appbio_quantstudio_design_quantity_test.xlsx": [Grade.HOLD, Grade.HOLD],
    "appbio_quantstudio_designandanalysis_Diomni_v4.3_Presence_Absence.xlsx": [
        Grade.NOTE
    ],
    "appbio_quantstudio_example02.txt": [Grade.NOTE],
    "example_quantsudio_results_only.txt": [Grade.HOLD],
}
"""A flat curve and no control; cycles alone; a good curve and no control."""


@pytest.mark.shared
@pytest.mark.parametrize("name", REAL)
def test_real_files_are_judged_as_a_person_would(shared: Path, name: str) -> None:
    path = shared / "instruments/qpcr_quantstudio" / name
    export = parse(Source(name, path.read_bytes()))
    assert isinstance(export, QuantityExport)
    assert [one.grade for one in said(run_of(export), "D4")] == REAL[name]
