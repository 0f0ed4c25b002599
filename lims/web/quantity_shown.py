"""What pages show of quantifications: a tube in a row, a run as a plate and a curve."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from lims.access import Actor
from lims.batches.plate import is_position
from lims.codes import shown as grouped
from lims.quantities import queries
from lims.quantities.queries import Quantification, Quantity
from lims.quantities.suggesting import Advice
from lims.quantities.tables import RunState
from lims.quantities.targets import Role, role_of
from lims.results import queries as results
from lims.results.queries import Finding, Import
from lims.samples import queries as samples
from lims.samples.amounts import in_ul
from lims.samples.queries import Sample
from lims.samples.tables import SampleKind, Stream
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.numbers import plain
from lims.web.plate_shown import Cell
from lims.web.quantity_curve import Drawing, drawn

CHIPS = {
    RunState.CURRENT: ("done", _l("usable")),
    RunState.HELD: ("held", _l("held")),
    RunState.SUPERSEDED: ("refused", _l("superseded")),
}
ROLES = {
    Role.SMALL: _l("small autosomal"),
    Role.LARGE: _l("large autosomal"),
    Role.MALE: _l("male"),
    Role.IPC: _l("internal control"),
    Role.TOTAL: _l("all double-stranded DNA"),
    Role.OTHER: _l("another target"),
}


HEADS = {
    Role.SMALL: _l("Small"),
    Role.LARGE: _l("Large"),
    Role.MALE: _l("Male"),
    Role.TOTAL: _l("All DNA"),
    Role.OTHER: _l("Other"),
}
"""The same over a narrow column."""


SUGGESTIONS = {
    Advice.AMPLIFY: _l("Amplify %(volume)s µl."),
    Advice.AMPLIFY_MOST: _l(
        "Amplify %(volume)s µl, the most that fits: the extract is thin."
    ),
    Advice.AMPLIFY_REST: _l(
        "Amplify %(volume)s µl, all that is left: it holds less than is wanted."
    ),
    Advice.USED_UP: _l("Nothing is left of it: extract again."),
    Advice.DILUTE: _l("Dilute 1 to %(parts)s, then amplify %(volume)s µl."),
    Advice.EXTRACT_AGAIN: _l(
        "Extract again or concentrate; it may be amplified all the same."
    ),
    Advice.QUANTIFY: _l("Quantify human DNA: this counts that of bacteria, too."),
    Advice.QUANTIFY_DILUTED: _l("Dilute and quantify again: something inhibits."),
}


LIMITS = {
    "slope_low": _l("slope from"),
    "slope_high": _l("to"),
    "r2": _l("R² at least"),
    "differs": _l("index differs by a part of"),
    "degraded": _l("degraded from an index of"),
    "shift": _l("cycles late"),
    "amount": _l("ng in a reaction:"),
    "least": _l("µl at least"),
    "most": _l("at most"),
}
"""The numbers of the rules, before their value."""


@dataclass(frozen=True)
class Tube:
    """One tube of one run. Amounts in ng/µl, empty where its kit does not tell."""

    code: str
    wells: tuple[str, ...]
    amounts: Mapping[Role, str]
    """Of each target that was looked for."""
    index: str
    shift: str
    suggestion: str
    kits: Mapping[str, str]
    """Amplification kits for which another volume is suggested."""
    degraded: bool
    inhibited: bool
    erased: bool
    usable: bool

    def amount(self, role: Role) -> str:
        return self.amounts.get(role, "–")


@dataclass(frozen=True)
class Measurement:
    """The tube of a sample's page, with its run."""

    tube: Tube
    run: Quantification


@dataclass(frozen=True)
class Shown:
    run: Quantification
    file: Import
    tubes: tuple[Tube, ...]
    roles: tuple[Role, ...]
    """The columns of amounts."""
    wells: Mapping[str, Cell]
    """Empty where no well of it is one of 96."""
    curve: Drawing
    negatives: tuple[tuple[str, str, str], ...]
    """Well, role of the target, cycle as told."""
    holds: tuple[Finding, ...]
    limits: tuple[tuple[str, str, str], ...]
    """Rule, its numbers, who had set them: those that this run was judged by."""


def shown(session: Session, actor: Actor, uid: str) -> Shown:
    run = queries.run(session, actor, uid)
    (file,) = results.by_ids(session, [run.import_id])
    rows = queries.tubes_of(session, run)
    tubes = tubes_of(session, actor, run, rows)
    told: Mapping[str, Any] = run.told
    return Shown(
        run=run,
        file=file,
        tubes=tubes,
        roles=roles_of(tubes),
        wells=_cells(session, actor, run, rows),
        curve=_curve(told),
        negatives=tuple(
            (one.get("well", ""), str(ROLES[Role(one["role"])]), one.get("ct_told", ""))
            for one in told.get("negatives", [])
        ),
        holds=tuple(results.open_holds_of(session, run.import_id)),
        limits=tuple(_limits(told.get("limits", {}))),
    )


def _limits(told: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str, str]]:
    for rule, numbers in told.items():
        shown = ", ".join(
            f"{LIMITS[name]} {number}"
            for name, number in numbers.items()
            if name in LIMITS
        )
        yield rule, shown, numbers["limits of"]


def tubes_of(
    session: Session, actor: Actor, run: Quantification, rows: Sequence[Quantity]
) -> tuple[Tube, ...]:
    known = samples.by_ids(session, actor, {one.sample_id for one in rows})
    return tuple(_tube(run, one, known[one.sample_id]) for one in rows)


def of_sample(session: Session, actor: Actor, sample: Sample) -> list[Measurement]:
    """What stands of a tube, the newest first."""
    found = queries.latest(session, actor, [sample.id])
    return [Measurement(_tube(run, one, sample), run) for one, run in found]


def roles_of(tubes: Sequence[Tube]) -> tuple[Role, ...]:
    return tuple(role for role in Role if any(role in one.amounts for one in tubes))


def suggestion(summary: Mapping[str, Any], left: Decimal | None = None) -> str:
    """A person decides; and no amount ends a sample (rule K1).

    `left` are the µl that are left of the tube now: something may have been taken of it
    since it was measured.
    """
    usual = _dose(summary)
    if not usual:
        return ""
    told = [usual]
    if left is not None and left < _needed(summary):
        told.append(_("Only %(left)s µl are left now.", left=plain(left)))
    if summary.get("degraded"):
        told.append(_("It is degraded: short markers first."))
    return " ".join(told)


def _others(summary: Mapping[str, Any]) -> dict[str, str]:
    """Amplification kits for which another volume is suggested."""
    usual = _dose(summary)
    doses: Mapping[str, Mapping[str, Any]] = summary.get("kits", {})
    told = {kit: _dose(dose) for kit, dose in doses.items()}
    return {kit: said for kit, said in told.items() if said != usual}


def _dose(told: Mapping[str, Any]) -> str:
    advice = told.get("advice")
    if advice not in SUGGESTIONS:
        return ""
    return str(SUGGESTIONS[Advice(advice)]) % {
        "volume": plain(Decimal(told.get("volume") or 0)),
        "parts": told.get("dilution"),
    }


def _needed(told: Mapping[str, Any]) -> Decimal:
    """The µl of the extract itself that the suggestion takes."""
    return Decimal(told.get("volume") or 0) / (told.get("dilution") or 1)


def _curve(told: Mapping[str, Any]) -> Drawing:
    curves = told.get("curves", [])
    targets = [str(one["target"]) for one in curves]
    roles = {target: str(ROLES[role_of(target)]) for target in targets}
    return drawn(curves, told.get("standards", []), roles)


def _tube(run: Quantification, one: Quantity, tube: Sample) -> Tube:
    summary: Mapping[str, Any] = one.measured.get("summary", {})
    usable = run.state == RunState.CURRENT
    return Tube(
        code=str(tube.code),
        wells=tuple(one.wells),
        amounts={
            Role(name): _number(told, _("none"))
            for name, told in summary.get("amounts", {}).items()
        },
        index=_number(summary.get("index")),
        shift=_number(summary.get("shift")),
        suggestion=suggestion(summary, in_ul(tube.amount, tube.unit)) if usable else "",
        kits=_others(summary) if usable else {},
        degraded=bool(summary.get("degraded")),
        inhibited=bool(summary.get("inhibited")),
        erased=not summary,
        usable=usable,
    )


def _number(told: str | None, absent: str = "–") -> str:
    """Four digits are more than any instrument's worth."""
    return absent if told is None else plain(Decimal(f"{Decimal(told):.4g}"))


def _cells(
    session: Session, actor: Actor, run: Quantification, rows: Sequence[Quantity]
) -> dict[str, Cell]:
    known = samples.by_ids(session, actor, {one.sample_id for one in rows})
    found: dict[str, Cell] = {}
    for one in rows:
        cell = _cell(run, one, known[one.sample_id], blind=actor.is_blind)
        found |= dict.fromkeys(one.wells, cell)
    for reading in run.told.get("negatives", []):
        found[reading.get("well", "")] = Cell("negative", "", "negative")
    for reading in run.told.get("standards", []):
        if amount := reading.get("ng"):
            told = _number(amount)
            found[reading.get("well", "")] = Cell("standard", told, "standard")
    return found if any(is_position(well) for well in found) else {}


def _cell(run: Quantification, one: Quantity, tube: Sample, *, blind: bool) -> Cell:
    own = "reference" if tube.stream == Stream.REFERENCE else "sample"
    code = grouped(str(tube.code))
    inhibited = one.measured.get("summary", {}).get("inhibited")
    state = "hold" if run.state == RunState.HELD else "ask" if inhibited else ""
    is_blank = tube.kind == SampleKind.BLANK and not blind
    return Cell("blank" if is_blank else own, code[5:], code, state)
