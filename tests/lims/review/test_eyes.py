"""What a reader is shown first, and why: the clean markers are only counted."""

import pytest

from lims.review.eyes import loci
from tests.kits import GLOBALFILER

LOW, HIGH = GLOBALFILER.stochastic_threshold - 1, GLOBALFILER.stochastic_threshold * 20
ASKED: dict[str, list[list[object]]] = {
    "no call": [],
    "off-ladder peak": [["6", HIGH], ["OL", HIGH]],
    "more than two alleles": [["6", HIGH], ["7", HIGH], ["8", HIGH]],
    "one peak below the stochastic threshold": [["6", LOW]],
    "peaks out of balance": [["6", HIGH], ["9.3", HIGH // 4]],
}


@pytest.mark.parametrize("reason", ASKED)
def test_what_wants_eyes_says_why(reason: str) -> None:
    shown = {one.name: one for one in loci({"TH01": ASKED[reason]}, {}, GLOBALFILER)}
    assert shown["TH01"].why == (reason,)


def test_a_clean_marker_asks_nothing_of_the_reader() -> None:
    calls = {"TH01": [["6", HIGH], ["9.3", HIGH]], "FGA": [["21", HIGH]]}
    shown = {one.name: one for one in loci(calls, {}, GLOBALFILER)}
    assert (shown["TH01"].why, shown["FGA"].why) == ((), ())


def test_a_flag_of_the_analysis_is_shown() -> None:
    calls = {"TH01": [["6", HIGH], ["9.3", HIGH]]}
    shown = {one.name: one for one in loci(calls, {"TH01": ["SPK"]}, GLOBALFILER)}
    assert shown["TH01"].why == ("SPK",)
