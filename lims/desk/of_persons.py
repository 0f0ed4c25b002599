"""The queries of accounts, of senders, and of those whose bones and cards they are.

The record alone is asked, and of the identity zone organisations and answers: an
auditor learns from none of them who anybody is.
"""

from collections.abc import Iterator
from datetime import timedelta
import json
import re
from typing import Any

from lims import clock
from lims.access import ROLES, Permission, Role
from lims.audit import walks
from lims.audit.queries import Event
from lims.audit.tags import Tag
from lims.cases import audited as cases
from lims.custody import audited as custody
from lims.desk.asked import Asked
from lims.desk.tally import Tally
from lims.people import audited as people
from lims.people.roles import fault
from lims.samples import audited as samples
from lims.samples.tables import Stream

SIGNING = {
    Tag.FINDING_ANSWERED: Permission.FINDING_CLOSE,
    Tag.FINDING_CLOSED: Permission.FINDING_CLOSE,
    Tag.PROFILE_RELEASED: Permission.PROFILE_RELEASE,
    Tag.PROFILE_REVIEWED: Permission.PROFILE_REVIEW,
    Tag.READING_SIGNED: Permission.READING_SIGN,
}
SAMPLED_WITHIN = timedelta(days=30)
BLIND = (
    "consignment", "import", "injection", "label_job", "package", "plate", "profile",
    "sample",
)  # fmt: skip
"""The kinds of what the laboratory's zone has on record."""
NUMBERED = re.compile(r'"(?:FR|MP)-[0-9A-Z]{5}-[0-9A-Z]"')
"""How donors and missing persons are numbered in the identity zone."""


def _facts(event: Event) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(event.body)["facts"]
    return facts


def _may(roles: frozenset[Role], permission: Permission) -> bool:
    return any(permission in ROLES[role] for role in roles)


def authorised(asked: Asked) -> Tally:
    """43: who signed held the role for it when it was signed."""
    standing, found = people.Standing(asked.session), Tally()
    for event in walks.tagged(asked.session, *SIGNING, Tag.READING_COMPARED):
        if event.tag == Tag.READING_COMPARED and "settled" not in _facts(event):
            continue  # the two readings were compared by the program
        needed = SIGNING.get(Tag(event.tag), Permission.PROFILE_REVIEW)
        roles = standing.at(event.actor_uid, event.id)
        told = ", ".join(sorted(roles)) or "no role"
        why = [f"Who signed had {told} then: not '{needed}'."]
        what = f"{event.tag} {event.item_seq}"
        found.look(what, event.item_uid, why * (not _may(roles, needed)))
    return found


def dated(asked: Asked) -> Tally:
    """44: an event gave each account the roles that it has today."""
    standing, found = people.Standing(asked.session), Tally()
    for one in people.active(asked.session):
        more = sorted(one.roles ^ standing.now(one.uid))
        why = [f"No event tells of: {', '.join(more)}."] * bool(more)
        found.look(one.name, one.uid, why)
    return found


def apart(asked: Asked) -> Tally:
    """70: no roles together that may not be; no number of a person in the lab zone."""
    found = Tally()
    for one in people.active(asked.session):
        wrong = fault(one.roles, machine=one.machine)
        found.look(one.name, one.uid, [wrong] if wrong else [])
    for event in walks.of_kinds(asked.session, BLIND):
        why = ["It names a person of the identity zone."]
        named = NUMBERED.search(event.body.decode())
        found.look(f"event {event.item_seq}", event.item_uid, why * bool(named))
    return found


def sampled(asked: Asked) -> Tally:
    """10: of each part that a mortuary entered a bag was declared, within its time."""
    taken = {one.item_uid for one in walks.tagged(asked.session, Tag.BAG_DECLARED)}
    latest, found = clock.now() - SAMPLED_WITHIN, Tally()
    for event in walks.tagged(asked.session, Tag.ELEMENT_REGISTERED):
        done = event.item_uid in taken
        if done or event.at < latest:
            why = [f"Entered on {event.at:%Y-%m-%d}; no bag of it was declared."]
            found.look(f"part {event.item_uid[:8]}…", event.item_uid, why * (not done))
    return found


def submitted(asked: Asked) -> Tally:
    """46: what is in a bag was declared by whoever sent the bag."""
    senders, found = custody.senders(asked.session), Tally()
    for one in cases.declared(asked.session):
        if one.bag in senders:
            other = senders[one.bag] != one.organisation
            found.look(one.bag, "", ["Another than its sender declared it."] * other)
    return found


def collected(asked: Asked) -> Tally:
    """72: who announced each consignment of references acted as a collector."""
    standing, found = people.Standing(asked.session), Tally()
    for event in walks.tagged(asked.session, Tag.CONSIGNMENT_ANNOUNCED):
        facts = _facts(event)
        if facts["stream"] == Stream.REFERENCE:
            roles = standing.at(event.actor_uid, event.id)
            why = ["Who announced it was no collector then."]
            other = not _may(roles, Permission.CONSIGNMENT_ANNOUNCE)
            found.look(facts["code"], event.item_uid, why * other)
    return found


def grounds(asked: Asked) -> Tally:
    """65: a consent of the donor before each reference was given its code."""
    linked = {
        event.item_uid: event.at
        for event in walks.tagged(asked.session, Tag.CODE_LINKED)
    }
    found = Tally()
    for one in cases.linked_references(asked.session):
        given, at = one.consented_at, linked.get(one.uid)
        fair = given is not None and at is not None and given <= at
        why = ["No consent of its donor came before."] * (not fair)
        found.look(one.code, one.uid, why)
    return found


def consents(asked: Asked) -> Tally:
    """66: the identity zone was asked for consent before a reference was packed."""
    asked_for: dict[str, int] = {}
    for event in walks.tagged(asked.session, Tag.CODE_ASKED):
        facts = _facts(event)
        for code in facts["asked"] if facts["kind"] != "same body" else ():
            asked_for[code] = min(event.id, asked_for.get(code, event.id))
    found = Tally()
    for event, code in _packed(asked):
        fair = asked_for.get(code, event.id) < event.id
        found.look(code, event.item_uid, ["Consent was not asked."] * (not fair))
    return found


def allowed(asked: Asked) -> Tally:
    """67: the last answer before each package of a reference was yes."""
    told = cases.answers(asked.session)
    answered: dict[str, list[tuple[int, bool]]] = {}
    for event in walks.tagged(asked.session, Tag.CODE_ASKED):
        for code, yes in told.get(event.item_uid, {}).items():
            answered.setdefault(code, []).append((event.id, yes))
    found = Tally()
    for event, code in _packed(asked):
        before = sorted(one for one in answered.get(code, ()) if one[0] < event.id)
        why = []
        if not before:
            why.append("No answer stands before it.")
        elif not before[-1][1]:
            why.append("The last answer before it was no.")
        found.look(code, event.item_uid, why)
    return found


def _streams(asked: Asked) -> dict[str | None, str]:
    return {one.code: one.stream for one in samples.descents(asked.session)}


def _packed(asked: Asked) -> Iterator[tuple[Event, str]]:
    """Each package of a reference, as its event tells it, with the code."""
    streams = _streams(asked)
    for event in walks.tagged(asked.session, Tag.PACKAGE_PREPARED):
        code = _facts(event)["code"]
        if streams.get(code) == Stream.REFERENCE:
            yield event, code
