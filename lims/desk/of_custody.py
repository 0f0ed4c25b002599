"""The queries of custody: each walks the items' chains and judges every act."""

from collections.abc import Callable, Iterator
from datetime import datetime

from lims.audit import walks
from lims.audit.queries import Event, events_of
from lims.audit.tags import Tag
from lims.custody.stages import REFERENCE, Stage
from lims.desk.asked import Asked
from lims.desk.custody_line import Act, Sign, rows
from lims.desk.queries import act_of
from lims.desk.tally import Tally
from lims.profiles import audited as profiles
from lims.samples import audited as samples

Judge = Callable[[list[Act]], Iterator[str]]
STEPS = {
    (step.action, source): step.target
    for step in REFERENCE.steps
    for source in step.sources
}
NAMED = {action for action, _ in STEPS}
REASONED = frozenset({"refuse", "return", "keep", "lost", "withdraw"})


def _walked(asked: Asked, judge: Judge, only: set[str] | None = None) -> Tally:
    names = {uid: code for code, uid in samples.names(asked.session).values()}
    found = Tally()
    for uid, chain in walks.chains(asked.session, "sample"):
        if only is None or uid in only:
            acts = [act_of(one) for one in chain]
            found.look(names.get(uid) or f"item {uid[:8]}…", uid, judge(acts))
    return found


def receipts(asked: Asked) -> Tally:
    """3: condition, seal, person and time of each bag that was received."""

    def judge(acts: list[Act]) -> Iterator[str]:
        for act in acts:
            if act.tag == Tag.BAG_RECEIVED and not (
                act.facts.get("condition") and act.actor
            ):
                yield f"Event {act.seq} tells no condition, or not who received it."

    return _walked(asked, judge)


def seals(asked: Asked) -> Tally:
    """9: the seal that was found at the receipt of each bag."""

    def judge(acts: list[Act]) -> Iterator[str]:
        for act in acts:
            if act.tag == Tag.BAG_RECEIVED and not act.facts.get("seal_found"):
                yield f"Event {act.seq} tells no seal that was found."

    return _walked(asked, judge)


def hand_overs(asked: Asked) -> Tally:
    """4: two ends of each receipt and hand-over, and they differ."""

    def judge(acts: list[Act]) -> Iterator[str]:
        for act in acts:
            link = act.link
            if link is None or act.action not in {"receive", "hand over"}:
                continue
            found_here = act.action == "receive" and act.facts.get("before") == ""
            giver = link.came_from or ("the door" if found_here else "")
            if not (giver and link.went_to and giver != link.went_to):
                yield f"Event {act.seq} does not name two ends."

    return _walked(asked, judge)


def _missing(acts: list[Act]) -> Iterator[str]:
    for row in rows(acts):
        for mark in row.marks:
            if mark.sign in {Sign.GAP, Sign.OVERLAP}:
                yield f"After event {row.act.seq}: {mark.why}"


def gaps(asked: Asked) -> Tally:
    """5: no time without holder or place, and none with two."""
    return _walked(asked, _missing)


def gaps_of_released(asked: Asked) -> Tally:
    """39: the same, for what stands behind a released profile."""
    names = samples.names(asked.session)
    out = {names[one.sample_id][1] for one in profiles.out(asked.session)}
    return _walked(asked, _missing, out)


def used_up(asked: Asked) -> Tally:
    """7: an order, by whatever name, and a witness who is not the performer."""

    def judge(acts: list[Act]) -> Iterator[str]:
        for act in acts:
            if act.action == "consume" and not (
                act.facts.get("authority") and act.facts.get("witness")
            ):
                yield f"Event {act.seq} names no order or no witness."

    return _walked(asked, judge)


def disposed(asked: Asked) -> Tally:
    """8: what was destroyed has an order and two witnesses, what returns a reason."""

    def judge(acts: list[Act]) -> Iterator[str]:
        for act in acts:
            needed = {
                "destroy": ("order", "witness", "second_witness"),
                "return": ("reason",),
            }.get(act.action, ())
            if lacking := [name for name in needed if not act.facts.get(name)]:
                yield f"Event {act.seq} lacks: {', '.join(lacking)}."

    return _walked(asked, judge)


def in_time(asked: Asked) -> Tally:
    """13: no entry later than the tolerance, and no clock that went back."""

    def judge(acts: list[Act]) -> Iterator[str]:
        for row in rows(acts):
            for mark in row.marks:
                if mark.sign in {Sign.CLOCK, Sign.LATE}:
                    yield f"Event {row.act.seq}: {mark.why}"

    return _walked(asked, judge)


def corrections(asked: Asked) -> Tally:
    """14: each correction names an earlier event, by number and hash, that stands."""
    found = Tally()
    for event in walks.tagged(asked.session, Tag.CUSTODY_CORRECTED):
        found.look(f"event {event.item_seq}", event.item_uid, _kept(asked, event))
    return found


def _kept(asked: Asked, event: Event) -> Iterator[str]:
    facts = act_of(event).facts
    leaves = {
        one.item_seq: one.leaf for one in events_of(asked.session, [event.item_uid])
    }
    seq = facts.get("corrects")
    if not isinstance(seq, int) or seq >= event.item_seq:
        yield "It names no earlier event."
    elif leaves.get(seq) != facts.get("leaf"):
        yield f"Event {seq} is not as it was when it was corrected."


def reasons(asked: Asked) -> Tally:
    """15: a reason for each correction, hold, and step that turns back."""

    def judge(acts: list[Act]) -> Iterator[str]:
        for act in acts:
            changes = act.tag in {Tag.CUSTODY_CORRECTED, Tag.HOLD_OPENED}
            if (changes or act.action in REASONED) and not act.facts.get("reason"):
                yield f"Event {act.seq} gives no reason."

    return _walked(asked, judge)


def order(asked: Asked) -> Tally:
    """56: each step is one of the table of states, from where the item stood."""

    def judge(acts: list[Act]) -> Iterator[str]:
        stage = ""
        for act in acts:
            link = act.link
            if link is None or not link.after:
                continue
            if stage and link.before and link.before != stage:
                yield f"Event {act.seq} begins at '{link.before}', not at '{stage}'."
            if link.before and act.action in NAMED:
                step = STEPS.get((act.action, Stage(link.before)))
                if step != link.after:
                    yield f"Event {act.seq}: no step leads there by '{act.action}'."
            stage = link.after

    return _walked(asked, judge)


def held(asked: Asked) -> Tally:
    """60: nothing but storing, losing and finding while a hold is open."""

    def judge(acts: list[Act]) -> Iterator[str]:
        for row in rows(acts):
            for mark in row.marks:
                if mark.sign is Sign.UNDER_HOLD:
                    yield f"Event {row.act.seq}: {mark.why}"

    return _walked(asked, judge)


def withdrawn(asked: Asked) -> Tally:
    """68: no package with the code of an item that was withdrawn before."""
    packed: dict[str, list[datetime]] = {}
    for event in walks.tagged(asked.session, Tag.PACKAGE_PREPARED):
        code = str(act_of(event).facts.get("code"))
        packed.setdefault(code, []).append(event.at)
    names = {uid: code for code, uid in samples.names(asked.session).values()}

    def judge(acts: list[Act]) -> Iterator[str]:
        for act in acts:
            if act.action == "withdraw":
                after = [at for at in packed.get(names[act.item], ()) if at > act.at]
                if after:
                    yield f"{len(after)} packages were prepared after it."

    return _walked(asked, judge)
