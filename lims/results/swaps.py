"""Which tubes were exchanged, when replicates disagree (domain rule G1s).

A conflicting well points to the source whose content it shows. Arrows that close
are a swap or a rotation; arrows that end in a well which is right are a double
loading. It is a proposal for people: nothing is ever renamed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lims.batches.plate import neighbours
from lims.results.agreement import Pair, Placed
from lims.results.calls import PlateFacts
from lims.results.compare import ALIKE, Relation, likeness_of
from lims.results.rules import Compare, RuleSet
from lims.results.verdicts import Numbers, Outcome, Verdict, listed


class Exchange(StrEnum):
    SWAP = "swap"
    ROTATION = "rotation"
    SHIFT = "shift"
    DOUBLE = "double loading"
    STRAY = "content of another plate"


@dataclass(frozen=True)
class Arrow:
    """The content that belongs to `origin` was found at `found`."""

    origin: Placed
    found: Placed
    sure: bool
    """Whether the two profiles are the same, or only as alike as relatives."""

    @property
    def adjacent(self) -> bool:
        same_plate = self.origin.plate == self.found.plate
        return same_plate and self.origin.position in neighbours(self.found.position)

    def __str__(self) -> str:
        return f"{self.origin} > {self.found}"


@dataclass(frozen=True)
class Proposal:
    kind: Exchange
    plate: str
    """The plate on which it would have happened."""
    arrows: tuple[Arrow, ...]
    explains: int
    """How many disagreements it would explain."""

    @property
    def sure(self) -> bool:
        return all(arrow.sure for arrow in self.arrows)

    @property
    def adjacent(self) -> bool:
        return all(arrow.adjacent for arrow in self.arrows)

    def __str__(self) -> str:
        return f"{self.kind} on {self.plate}: {', '.join(map(str, self.arrows))}"


def search(
    conflicting: Sequence[Pair], everything: Sequence[Placed], rule: Compare
) -> tuple[Proposal, ...]:
    """What could have happened, the likeliest first.

    That is what explains most disagreements, is surest, moves fewest tubes, and
    moves them between neighbours.
    """
    wells = {one: None for pair in conflicting for one in (pair.x, pair.y)}
    proposals: list[Proposal] = []
    for plate in sorted({one.plate for one in wells}):
        here = [one for one in wells if one.plate == plate]
        arrows = _arrows(here, everything, rule)
        proposals += [
            Proposal(kind, plate, way, _explained(way, conflicting))
            for kind, way in _ways(arrows)
        ]
    return tuple(sorted(proposals, key=_rank))


def check_swaps(
    plate: PlateFacts,
    conflicting: Sequence[Pair],
    everything: Sequence[Placed],
    rules: RuleSet,
) -> Verdict:
    """G1s: the proposals in the order of their rank, or that there is none."""
    found = search(conflicting, everything, rules.compare)
    numbers: Numbers = {"conflicts": len(conflicting), "proposals": len(found)}
    version = rules.g1.version
    if not conflicting:
        sentence = "No replicates disagree: no swap was searched."
        return Verdict("G1s", version, Outcome.PASS, sentence, (), numbers)
    if not found:
        sentence = "No other well explains the replicates that disagree."
        return Verdict("G1s", version, Outcome.NOTE, sentence, (), numbers)
    best = found[0]
    wells = tuple(
        sorted(
            {
                one.position
                for arrow in best.arrows
                for one in (arrow.origin, arrow.found)
                if one.plate == plate.code
            }
        )
    )
    arrows = listed([str(arrow) for arrow in best.arrows])
    sentence = (
        f"Likely cause: {best.kind} on {best.plate}: {arrows}. It explains"
        f" {best.explains} of {len(conflicting)} disagreements. A person decides;"
        " nothing is renamed."
    )
    evidence = tuple(map(str, found))
    return Verdict("G1s", version, Outcome.HOLD, sentence, wells, numbers, evidence)


def _arrows(
    wells: Iterable[Placed], everything: Sequence[Placed], rule: Compare
) -> dict[str, Arrow]:
    """By source: the one arrow that best tells whose content its well shows."""
    best: dict[str, Arrow] = {}
    for found in wells:
        arrows = [
            Arrow(_origin(one, found.plate, everything), found, alike is Relation.SAME)
            for one in everything
            if one.source != found.source
            and (alike := likeness_of(found.genotype, one.genotype, rule)) in ALIKE
        ]
        if arrows:
            arrow = min(arrows, key=lambda arrow: (not arrow.sure, not arrow.adjacent))
            best.setdefault(found.source, arrow)
    return best


def _origin(one: Placed, plate: str, everything: Sequence[Placed]) -> Placed:
    """The well of that source on the plate in question, where it has one."""
    here = (
        other
        for other in everything
        if other.source == one.source and other.plate == plate
    )
    return next(here, one)


def _ways(
    arrows: Mapping[str, Arrow],
) -> list[tuple[Exchange, tuple[Arrow, ...]]]:
    """Follows the arrows from each source until they close or end."""
    ways: dict[frozenset[str], tuple[Exchange, tuple[Arrow, ...]]] = {}
    inner = {arrow.origin.source for arrow in arrows.values()}
    # Begin where no arrow ends, so that a chain is told once and whole.
    for start in sorted(arrows, key=lambda source: source in inner):
        path = _path(start, arrows)
        origin = arrows[path[-1]].origin
        closed = origin.source in path
        if closed:
            path = path[path.index(origin.source) :]
        if any(set(path) <= known for known in ways):
            continue
        way = tuple(arrows[source] for source in path)
        ways[frozenset(path)] = (_kind(way, closed=closed), way)
    return list(ways.values())


def _path(start: str, arrows: Mapping[str, Arrow]) -> list[str]:
    path = [start]
    while (origin := arrows[path[-1]].origin.source) in arrows and origin not in path:
        path.append(origin)
    return path


def _kind(way: Sequence[Arrow], *, closed: bool) -> Exchange:
    if closed:
        return Exchange.SWAP if len(way) == 2 else Exchange.ROTATION  # noqa: PLR2004 - a swap is of two
    if way[-1].origin.plate != way[-1].found.plate:
        return Exchange.STRAY
    return Exchange.DOUBLE if len(way) == 1 else Exchange.SHIFT


def _explained(way: Sequence[Arrow], conflicting: Sequence[Pair]) -> int:
    moved = {arrow.found for arrow in way}
    return sum(1 for pair in conflicting if (pair.x in moved) != (pair.y in moved))


def _rank(proposal: Proposal) -> tuple[int, bool, int, bool]:
    return (
        -proposal.explains,
        not proposal.sure,
        len(proposal.arrows),
        not proposal.adjacent,
    )
