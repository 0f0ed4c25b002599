"""Which tubes were exchanged, when replicates disagree (G1s)."""

from random import Random

import pytest

from lims.results import swaps
from lims.results.agreement import Pair, Placed, conflicts, pairs
from lims.results.calls import PlateFacts, genotype
from lims.results.swaps import Arrow, Exchange, Proposal, check_swaps, search
from lims.results.verdicts import Outcome
from tests.kits import GLOBALFILER
from tests.people import a_person, typed
from tests.rules import RULES

CHANCE = Random(9)
PEOPLE = {name: typed(a_person(GLOBALFILER, CHANCE)) for name in "ABCDE"}
PLATE = PlateFacts("P2", "bone", ())


def _placed(plate: str, position: str, source: str, content: str) -> Placed:
    person, _, loci = content.partition(":")
    calls = PEOPLE[person]
    if loci:
        names = [name for name in calls if name in GLOBALFILER.autosomal]
        calls = {name: calls[name] for name in names[: int(loci)]}
    return Placed(
        plate, position, f"{source} {plate}", source, genotype(calls, GLOBALFILER)
    )


def _plates(**plates: str) -> list[Placed]:
    """'A=B' stands for: the tube of source A shows the content of B."""
    rows = "ABCDEFGH"
    return [
        _placed(plate, f"{rows[place]}05", *well.split("="))
        for plate, wells in plates.items()
        for place, well in enumerate(wells.split())
    ]


def _conflicts(everything: list[Placed]) -> tuple[Pair, ...]:
    return conflicts(pairs(everything), RULES.g1)


def _search(everything: list[Placed]) -> tuple[Proposal, ...]:
    return search(_conflicts(everything), everything, RULES.compare)


def _told(proposal: Proposal) -> set[str]:
    return {str(arrow) for arrow in proposal.arrows}


def test_g1s_no_conflict_no_search() -> None:
    everything = _plates(P1="A=A B=B", P2="A=A B=B")
    assert _search(everything) == ()
    verdict = check_swaps(PLATE, (), everything, RULES)
    assert (verdict.rule, verdict.outcome) == ("G1s", Outcome.PASS)


def test_g1s_two_swapped_tubes_that_were_extracted_again_are_found() -> None:
    everything = _plates(P1="A=A B=B C=C", P2="A=B B=A C=C")
    first, second = _search(everything)
    assert {first.kind, second.kind} == {Exchange.SWAP}
    assert {first.plate, second.plate} == {"P1", "P2"}
    here = first if first.plate == "P2" else second
    assert _told(here) == {"P2 A05 > P2 B05", "P2 B05 > P2 A05"}


def test_g1s_a_third_extract_outvotes_the_swapped_plate() -> None:
    everything = _plates(P1="A=B B=A C=C", P2="A=A B=B C=C", P3="A=A B=B C=C")
    best = _search(everything)[0]
    assert (best.plate, best.kind, best.explains) == ("P1", Exchange.SWAP, 4)


def test_g1s_three_tubes_in_a_ring_are_a_rotation() -> None:
    everything = _plates(P1="A=A B=B C=C", P2="A=B B=C C=A", P3="A=A B=B C=C")
    best = _search(everything)[0]
    assert (best.plate, best.kind, len(best.arrows)) == ("P2", Exchange.ROTATION, 3)


def test_g1s_of_a_path_that_ends_in_a_ring_only_the_ring_is_told() -> None:
    """A holds what belongs to B; B and C hold each other's: A is no part of it."""
    wells = {name: _placed("P1", f"{name}01", name, name) for name in "ABC"}
    found = {"A": "B", "B": "C", "C": "B"}
    arrows = {
        name: Arrow(wells[origin], wells[name], sure=True)
        for name, origin in found.items()
    }
    ((_, way),) = swaps._ways(arrows)
    assert {arrow.found.source for arrow in way} == {"B", "C"}


def test_g1s_a_tube_loaded_into_two_wells_is_a_double_loading() -> None:
    everything = _plates(P1="A=A B=B", P2="A=B B=B", P3="A=A B=B")
    best = _search(everything)[0]
    assert (best.plate, best.kind) == ("P2", Exchange.DOUBLE)
    assert _told(best) == {"P2 B05 > P2 A05"}


def test_g1s_tubes_that_moved_up_by_one_are_a_shift() -> None:
    everything = _plates(P1="A=A B=B C=C", P2="A=B B=C C=C", P3="A=A B=B C=C")
    best = _search(everything)[0]
    assert (best.plate, best.kind, len(best.arrows)) == ("P2", Exchange.SHIFT, 2)
    assert [one.plate for one in _search(everything)].count("P2") == 1


def test_g1s_content_of_another_plate_is_told_as_such() -> None:
    everything = _plates(P1="A=A D=D", P2="A=D", P3="A=A")
    best = _search(everything)[0]
    assert (best.plate, best.kind) == ("P2", Exchange.STRAY)
    assert _told(best) == {"P1 B05 > P2 A05"}


def test_g1s_two_separate_swaps_are_two_proposals() -> None:
    everything = _plates(
        P1="A=A B=B C=C D=D", P2="A=B B=A C=D D=C", P3="A=A B=B C=C D=D"
    )
    here = [one for one in _search(everything) if one.plate == "P2"]
    assert [one.kind for one in here] == [Exchange.SWAP, Exchange.SWAP]
    assert set.union(*map(_told, here)) == {
        "P2 A05 > P2 B05", "P2 B05 > P2 A05", "P2 C05 > P2 D05", "P2 D05 > P2 C05",
    }  # fmt: skip


def test_g1s_neighbours_rank_before_wells_far_apart() -> None:
    near = _plates(P1="A=A B=B", P2="A=B B=A")
    far = [
        _placed("P1", "A01", "A", "A"), _placed("P1", "H12", "B", "B"),
        *(one for one in near if one.plate == "P2"),
    ]  # fmt: skip
    best = _search(far)[0]
    assert (best.plate, best.adjacent) == ("P2", True)


def test_g1s_the_same_profile_ranks_before_one_that_may_be_a_relatives() -> None:
    sure = _plates(P1="A=A B=B", P2="A=B B=A")
    weak = _plates(P3="C=C D=D", P4="C=D:12 D=C:12")
    proposals = _search([*sure, *weak])
    assert [one.sure for one in proposals] == [True, True, False, False]
    assert {one.plate for one in proposals[:2]} == {"P1", "P2"}


def test_g1s_what_no_other_well_explains_is_a_note() -> None:
    everything = _plates(P1="A=A B=B", P2="A=E B=B")
    verdict = check_swaps(PLATE, _conflicts(everything), everything, RULES)
    assert (verdict.outcome, verdict.numbers["proposals"]) == (Outcome.NOTE, 0)


def test_g1s_the_likely_cause_is_told_and_its_wells_on_this_plate_are_held() -> None:
    everything = _plates(P1="A=A B=B C=C", P2="A=B B=A C=C", P3="A=A B=B C=C")
    verdict = check_swaps(PLATE, _conflicts(everything), everything, RULES)
    assert (verdict.outcome, verdict.wells) == (Outcome.HOLD, ("A05", "B05"))
    assert "swap on P2" in verdict.sentence
    assert "nothing is renamed" in verdict.sentence
    assert verdict.evidence[0].startswith("swap on P2")


@pytest.mark.parametrize("seed", range(20))
def test_g1s_a_swap_anywhere_on_a_full_plate_is_found(seed: int) -> None:
    chance = Random(seed)
    names = [f"S{number}" for number in range(60)]
    contents = {
        name: genotype(typed(a_person(GLOBALFILER, chance)), GLOBALFILER)
        for name in names
    }
    one, other = chance.sample(names, 2)
    swapped = {one: other, other: one}
    everything = [
        Placed(
            plate,
            f"{'ABCDEFGH'[place % 8]}{place // 8 + 1:02d}",
            name,
            name,
            contents[swapped.get(name, name) if plate == "P2" else name],
        )
        for plate in ("P1", "P2")
        for place, name in enumerate(names)
    ]
    here = next(p for p in _search(everything) if p.plate == "P2")
    assert here.kind is Exchange.SWAP
    assert {arrow.found.source for arrow in here.arrows} == {one, other}
