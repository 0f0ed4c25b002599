from lims.results.verdicts import Outcome, Verdict, gravest, held_wells, listed


def _verdict(outcome: Outcome, *wells: str) -> Verdict:
    return Verdict("E1", 1, outcome, "It was found.", wells)


def test_the_gravest_outcome_stands_for_the_whole() -> None:
    order = [Outcome.PASS, Outcome.NOTE, Outcome.WARN, Outcome.HOLD, Outcome.BLOCK]
    for place, outcome in enumerate(order):
        verdicts = [_verdict(one) for one in order[: place + 1]]
        assert gravest(reversed(verdicts)) is outcome


def test_nothing_found_is_a_pass() -> None:
    assert gravest([]) is Outcome.PASS


def test_wells_are_held_by_holds_and_blocks_alone() -> None:
    verdicts = [
        _verdict(Outcome.PASS, "A01"),
        _verdict(Outcome.WARN, "A02"),
        _verdict(Outcome.HOLD, "A03", "A04"),
        _verdict(Outcome.BLOCK, "A05"),
    ]
    assert held_wells(verdicts) == {"A03", "A04", "A05"}


def test_a_long_list_is_cut_and_counted() -> None:
    names = [f"A{number:02d}" for number in range(1, 8)]
    assert listed(names) == "A01, A02, A03, A04, A05 and 2 more"
    assert listed(names[:5]) == "A01, A02, A03, A04, A05"
    assert listed([]) == ""
