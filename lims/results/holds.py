"""Which wells a plate's findings hold: single ones, or the whole batch."""

from collections.abc import Iterable, Mapping, Sequence

from lims.results.faults import Fault
from lims.results.rules import people_to_close
from lims.results.verdicts import Outcome, Verdict, held_wells

GRAVE = frozenset({Outcome.HOLD, Outcome.BLOCK})
ROWS = "C3"
ROWS_VERSION = 1
CONSENT = "I1"
CONSENT_VERSION = 1


def whole_batch(verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """The rules by which every well of the batch is held."""
    held_by = {v.rule for v in verdicts if v.whole_batch and v.outcome in GRAVE}
    return tuple(sorted(held_by))


def held_positions(verdicts: Iterable[Verdict]) -> frozenset[str]:
    """The positions that are held by a finding of their own."""
    return held_wells(v for v in verdicts if not v.whole_batch)


def needs_two(rule: str, outcome: str) -> bool:
    """Whether two people close it: a hold of a control, or of rules F and G."""
    return outcome == Outcome.HOLD and people_to_close(rule) > 1


def row_verdicts(held: Mapping[str, Sequence[Fault]]) -> tuple[Verdict, ...]:
    """One finding for each well of which the file tells too little (rule C3)."""
    return tuple(_row_verdict(well, faults) for well, faults in sorted(held.items()))


def erased_verdict(positions: Sequence[str]) -> tuple[Verdict, ...]:
    """The wells whose rows were refused, since whom they are of was erased (I1)."""
    if not positions:
        return ()
    sentence = (
        "Not read: this sample's donor withdrew and was erased. Nothing of these rows "
        "is kept; delete the export where it still lies."
    )
    wells = tuple(sorted(positions))
    numbers = {"wells": len(wells)}
    return (Verdict(CONSENT, CONSENT_VERSION, Outcome.WARN, sentence, wells, numbers),)


def _row_verdict(position: str, faults: Sequence[Fault]) -> Verdict:
    more = f" There are {len(faults) - 1} more such faults." if len(faults) > 1 else ""
    sentence = (
        f"Well {position} is held: {faults[0].public}{more} Export the run again and"
        " import it as a re-analysis."
    )
    numbers = {"faults": len(faults)}
    wells = (position,)
    return Verdict(ROWS, ROWS_VERSION, Outcome.BLOCK, sentence, wells, numbers)
