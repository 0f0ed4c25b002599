"""All rules that run when a plate's calls come in, in one act.

Pure and quick: the importer runs it inside its transaction and keeps each verdict,
those that pass, too.
"""

from collections.abc import Sequence

from lims.batches.kits import Kit
from lims.batches.plate import WellRole
from lims.results.agreement import check_agreement, conflicts, pairs, placed
from lims.results.alleles import check_alleles
from lims.results.batchmates import Explained, check_batchmates
from lims.results.calls import Known, PlateFacts, WellCalls, typed_well
from lims.results.controls import check_blanks, check_positives
from lims.results.genotype import check_genotypes
from lims.results.orientation import check_orientation
from lims.results.rules import RuleSet
from lims.results.swaps import check_swaps
from lims.results.verdicts import Outcome, Verdict


def check_plate(
    plate: PlateFacts,
    calls: Sequence[WellCalls],
    kit: Kit,
    rules: RuleSet,
    known: Known,
    explained: Explained,
) -> tuple[Verdict, ...]:
    """The verdicts of rules C4, D1, D2, E1, E2, E7, E8, F3, G1 and G1s."""
    wells = [typed_well(well, kit) for well in _complete(plate, calls)]
    orientation = check_orientation(plate, wells, kit, rules, known)
    everything = placed(plate, wells, known)
    compared = tuple(pairs(everything))
    # A plate that looks turned explains its conflicts: ladders stand where samples
    # should, so neither swaps nor the same profile twice are searched in it.
    turned = orientation.outcome is Outcome.HOLD
    conflicting = () if turned else conflicts(compared, rules.g1)
    return (
        *check_alleles(wells, kit, rules.e7),
        orientation,
        *check_blanks(wells, rules.d1),
        *check_positives(wells, kit, rules.d2),
        *check_genotypes(wells, kit, rules, plate.stream),
        *(() if turned else check_batchmates(wells, rules, known, explained)),
        *check_agreement(plate, compared, rules),
        check_swaps(plate, conflicting, everything, rules),
    )


def _complete(plate: PlateFacts, calls: Sequence[WellCalls]) -> tuple[WellCalls, ...]:
    """The wells with calls, and those planned that the export passes over in silence.

    A positive control that is not in the export has failed; a blank is empty.
    """
    told = {well.position for well in calls}
    silent = (
        WellCalls(well.position, well.role, well.item, {})
        for well in plate.wells
        if well.position not in told
        and well.role not in {WellRole.EMPTY, WellRole.LADDER}
    )
    return (*calls, *silent)
