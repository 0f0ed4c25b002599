"""What the traces of a plate say of its calls, as findings. Pure (rule T1)."""

from collections.abc import Mapping, Sequence
from typing import Any

from instruments.ladder import Bins
from instruments.panels import panel
from instruments.peak_check import Disagreement, Expected, Kind, Limits
from instruments.roles import Role
from instruments.second_opinion import Ask
from lims.batches.kits import Kit, PeakLimits, Stutter
from lims.batches.markers import canonical
from lims.batches.plate import WellRole
from lims.results.verdicts import Outcome, Verdict, listed

RULE, VERSION = "T1", 2

ROLES = {
    WellRole.LADDER: Role.LADDER,
    WellRole.POSITIVE: Role.POSITIVE,
    WellRole.NEGATIVE: Role.NEGATIVE,
    WellRole.EXTRACTION_BLANK: Role.NEGATIVE,
}

SAYS = {
    Kind.CALL_WITHOUT_PEAK: "shows no peak where a call stands",
    Kind.LADDER_FAILED: "of the ladder lacks alleles",
    Kind.MIXTURE: "shows more than one person",
    Kind.NO_TRACE: "is closed: its file can be kept, and not looked at",
    Kind.OFF_RUN_LADDER: "has no ladder of its run: no call was held against bins",
    Kind.OFF_SCALE: "is off scale",
    Kind.PEAK_IN_NEGATIVE: "shows peaks in a negative control",
    Kind.PEAK_WITHOUT_CALL: "shows a peak above the threshold where no call stands",
    Kind.STANDARD_FAILED: "shows no size standard: nothing in it can be sized",
    Kind.STANDARD_LOW: "has a size standard that is too low to be trusted",
    Kind.WRONG_BIN: "shows a peak in another bin than its call",
}


EXPLAINABLE = frozenset({Kind.MIXTURE, Kind.PEAK_IN_NEGATIVE, Kind.PEAK_WITHOUT_CALL})
"""Kinds that hang on what stutter or pull-up may explain."""


def asked(
    kit: Kit,
    role: WellRole,
    calls: Mapping[str, Sequence[Sequence[Any]]],
    ladder: Bins | None,
) -> Ask:
    """What is asked of the trace of a well."""
    names = panel(kit.name)
    markers = {} if names is None else {one.name: one for one in names.markers}
    known = {
        name: [str(allele) for allele, _ in calls[own]]
        for name in markers
        if (own := canonical(name) or name) in calls
    }
    expected = Expected(
        known,
        ROLES.get(role, Role.SAMPLE),
        kit.analytical_threshold,
        limits=_limits(kit.peaks, list(markers)),
    )
    return Ask(kit.name, expected, ladder)


def verdicts(
    said: Sequence[Disagreement], position: str, kit: Kit
) -> tuple[Verdict, ...]:
    """One finding for each kind of disagreement; one that passes where there is none.

    Each keeps the limits of stutter and pull-up that were used, and who set them.

    Sentences name well and markers, and no allele.
    """
    kinds: dict[Kind, list[Disagreement]] = {}
    for one in said:
        kinds.setdefault(one.kind, []).append(one)
    if not kinds:
        told = f"Well {position}: the trace bears out the calls."
        limits = numbers(kit)
        return (Verdict(RULE, VERSION, Outcome.PASS, told, (position,), limits),)
    return tuple(_verdict(position, kit, *told) for told in kinds.items())


def numbers(kit: Kit) -> dict[str, str]:
    """The limits by which a peak without a call is explained."""
    return {"limits of": kit.peaks_set_by, **dict(kit.peaks.numbers())}


def _limits(own: PeakLimits, panel_names: Sequence[str]) -> Limits:
    """The same in the instruments' words: markers as the panel calls them."""

    def parts(told: Stutter) -> tuple[tuple[int, float], ...]:
        return tuple((repeats, float(most)) for repeats, most in told)

    called = {canonical(name) or name: name for name in panel_names}
    return Limits(
        parts(own.stutter),
        {called.get(name, name): parts(told) for name, told in own.markers.items()},
        float(own.minus_a),
        float(own.pull_up),
        float(own.off_scale_pull_up),
    )


def _verdict(
    position: str, kit: Kit, kind: Kind, told: Sequence[Disagreement]
) -> Verdict:
    markers = tuple(dict.fromkeys(one.marker for one in told if one.marker))
    place = f" at {listed(markers)}" if markers else ""
    hard = any(one.is_hard for one in told)
    outcome = Outcome.WARN if hard else Outcome.NOTE
    ask = " Look at the trace; the calls stay as they are." if hard else ""
    by = f" Stutter and pull-up by the limits of {kit.peaks_set_by}."
    limits = by if kind in EXPLAINABLE else ""
    sentence = f"Well {position}: the trace {SAYS[kind]}{place}.{limits}{ask}"
    return Verdict(
        RULE,
        VERSION,
        outcome,
        sentence,
        (position,),
        {"peaks": len(told), **numbers(kit)},
        markers,
    )


def kept(bins: Bins) -> dict[str, Any]:
    """Bins as the ladder's row keeps them; they are nobody's alleles."""
    return {
        "alleles": {
            m: [list(one) for one in found] for m, found in bins.alleles.items()
        },
        "failed": list(bins.failed),
        "repeats": dict(bins.repeats),
    }


def as_bins(told: Mapping[str, Any]) -> Bins:
    """The same, read back."""
    alleles = {
        marker: tuple((str(allele), float(size)) for allele, size in found)
        for marker, found in told["alleles"].items()
    }
    return Bins(alleles, tuple(told["failed"]), told["repeats"])
