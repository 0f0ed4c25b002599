"""How much of a person a profile shows (E6)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lims.batches.kits import Kit
from lims.profiles.quality import (
    QualityClass,
    may_be_searched,
    quality_class,
    usable_loci,
)
from tests.kits import ESX17, GLOBALFILER
from tests.rules import RULES

Q = QualityClass


@pytest.mark.parametrize(
    ("kit", "usable", "said"),
    [
        # GlobalFiler has 21 autosomal loci: 95 % are 19.95
        (GLOBALFILER, 21, Q.FULL), (GLOBALFILER, 20, Q.FULL),
        (GLOBALFILER, 19, Q.GOOD), (GLOBALFILER, 16, Q.GOOD),
        (GLOBALFILER, 15, Q.PARTIAL), (GLOBALFILER, 12, Q.PARTIAL),
        (GLOBALFILER, 11, Q.WEAK), (GLOBALFILER, 8, Q.WEAK),
        (GLOBALFILER, 7, Q.MINIMAL), (GLOBALFILER, 0, Q.MINIMAL),
        # PowerPlex ESX 17 has 16: 95 % are 15.2
        (ESX17, 16, Q.FULL), (ESX17, 15, Q.PARTIAL), (ESX17, 7, Q.MINIMAL),
    ],
)  # fmt: skip
def test_e6_quality_class_by_usable_loci(kit: Kit, usable: int, said: Q) -> None:
    assert quality_class(usable, kit, RULES.e6) is said


def test_e6_exactly_95_percent_of_a_kit_of_20_loci_is_full() -> None:
    twenty = [m for m in GLOBALFILER.markers if m.name in GLOBALFILER.autosomal][:20]
    kit = replace(GLOBALFILER, markers=tuple(twenty))
    assert quality_class(19, kit, RULES.e6) is Q.FULL
    assert quality_class(18, kit, RULES.e6) is Q.GOOD


def test_e6_only_autosomal_loci_with_a_result_are_usable() -> None:
    loci = {"TH01": ("7", "?"), "FGA": ("20", "21"), "SE33": (), "AMEL": ("X",)}
    assert usable_loci({**loci, "DYS391": ("11",)}, GLOBALFILER) == 2


@pytest.mark.parametrize(
    ("quality", "may"),
    [
        (Q.FULL, True),
        (Q.GOOD, True),
        (Q.PARTIAL, True),
        (Q.WEAK, False),
        (Q.MINIMAL, False),
    ],
)
def test_e6_full_to_partial_profiles_may_be_searched(quality: Q, *, may: bool) -> None:
    assert may_be_searched(quality, RULES.e6) is may


@pytest.mark.parametrize(("chance", "may"), [("0.05", True), ("0.051", False)])
def test_e6_a_weak_profile_may_be_searched_when_chance_is_at_most_its_bar(
    chance: str, *, may: bool
) -> None:
    assert may_be_searched(Q.WEAK, RULES.e6, chance=Decimal(chance)) is may


def test_e6_a_weak_profile_may_be_searched_in_a_closed_and_small_event() -> None:
    assert may_be_searched(Q.WEAK, RULES.e6, closed_and_small=True)


def test_e6_a_minimal_profile_is_never_searched_alone() -> None:
    chance = Decimal(0)
    assert not may_be_searched(
        Q.MINIMAL, RULES.e6, chance=chance, closed_and_small=True
    )
