"""The rule set: its numbers, and what is told about a faulty one."""

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

import pytest

from lims.errors import BadInput
from lims.results.rules import people_to_close, rule_set
from tests.rules import KITS, RULES, VALUES


def _changed(section: str, **changes: object) -> dict[str, object]:
    values = cast("Mapping[str, object]", VALUES[section])
    return {**VALUES, section: {**values, **changes}}


def _kit(name: str, **sections: object) -> dict[str, object]:
    return {**VALUES, "kit": {name: sections}}


def test_the_shipped_numbers_are_those_of_the_domain() -> None:
    compare = RULES.compare
    assert (compare.same_loci, compare.same_soft) == (16, 1)
    assert (compare.kin_loci, compare.kin_hard, compare.kin_soft) == (8, 1, 2)
    assert (compare.different_hard, compare.identical_share) == (3, Decimal("0.5"))
    assert (RULES.d1.note_alleles, RULES.d1.search_alleles) == (2, 5)
    assert (RULES.e2.reference, RULES.e2.bone) == (Decimal("0.60"), Decimal("0.30"))
    assert (RULES.e1.mixture_loci, RULES.e5.seen) == (2, 2)
    assert (RULES.e6.good, RULES.e6.partial, RULES.e6.weak) == (16, 12, 8)
    assert (RULES.f3.mixture_share, RULES.f3.mixture_loci) == (Decimal("0.80"), 12)
    assert (RULES.g1.warn_hard, RULES.g1.hold_hard) == (1, 3)
    slopes = (RULES.d4.slope_low, RULES.d4.slope_high)
    assert slopes == (Decimal("-3.6"), Decimal("-3.1"))
    assert RULES.d4.r2 == Decimal("0.99")


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({**VALUES, "version": 0}, "Rule set 'default': 'version' is '0'"),
        ({**VALUES, "Z9": {}}, "'Z9' is not known here"),
        (_changed("D1", note_alleles="two"), "'D1': 'note_alleles' is 'two'"),
        (_changed("E2", bone=Decimal("1.5")), "expected a number from 0 to 1"),
        (_changed("E2", bone=None), "'bone' is 'None'; expected a number"),
        (_changed("D2", flagged_loci="TH01"), "expected a list of texts"),
        (
            _changed("D4", slope_low="steep"),
            "'slope_low' is 'steep'; expected a number",
        ),
        (_changed("G1", hold=3), "'G1': 'hold' is not known here"),
        (_kit("PowerPlex", Q4={}), "'PowerPlex' is no kit here; known are"),
        (_kit("PowerQuant", Q2={}), "'PowerQuant', 'Q2': 'version' is missing"),
        (_kit("PowerQuant", E2={}), "'PowerQuant': 'E2' is not known here"),
        (_kit("GlobalFiler", D4={}), "'GlobalFiler': 'D4' is not known here"),
        ({k: v for k, v in VALUES.items() if k != "F3"}, "'F3' is missing"),
    ],
)
def test_a_faulty_rule_set_is_refused_with_the_fault(
    values: dict[str, object], told: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        rule_set(values, KITS)
    assert told in str(refusal.value)


@pytest.mark.parametrize("share", [0, Decimal("0.5"), 1])
def test_a_share_may_be_nothing_or_all(share: Decimal) -> None:
    assert rule_set(_changed("E2", bone=share), KITS).e2.bone == share


@pytest.mark.parametrize(
    ("rule", "people"),
    [("D1", 2), ("F3", 2), ("G1", 2), ("G1s", 2), ("C4", 1), ("E1", 1)],
)
def test_holds_of_controls_and_of_f_and_g_rules_are_closed_by_two(
    rule: str, people: int
) -> None:
    assert people_to_close(rule) == people
