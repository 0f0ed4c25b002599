"""The queries of codes, accounts, signatures, hand-offs and the record itself."""

from datetime import timedelta
import json

from lims import clock, revisions
from lims.audit import walks
from lims.audit.queries import all_faults, events_of, last_verification
from lims.audit.tags import Tag
from lims.codes import is_code
from lims.custody import audited as custody
from lims.custody.changes import ZONES
from lims.desk import queries
from lims.desk.asked import Asked
from lims.desk.tally import Tally
from lims.evidence import audited as evidence
from lims.handoff import audited as handoff
from lims.people import audited as people
from lims.results import audited as results
from lims.results.tables import ImportState
from lims.samples import audited as samples
from lims.samples.tables import SampleKind, Stream

DAY = timedelta(days=1)
RECENT = timedelta(hours=48)
MACHINES = frozenset({"system"})
ON_RECORD = {
    ImportState.INCIDENT: Tag.IMPORT_INCIDENT,
    ImportState.QUARANTINED: Tag.IMPORT_QUARANTINED,
}
BEGUN = (SampleKind.BONE, SampleKind.REFERENCE, SampleKind.BLANK)


def codes(asked: Asked) -> Tally:
    """1: each code is true and was given once."""
    given: dict[str, set[str]] = {}
    tags = (Tag.SAMPLE_ACCESSIONED, Tag.SAMPLE_REGISTERED)
    for event in walks.tagged(asked.session, *tags):
        if code := json.loads(event.body)["facts"].get("code"):
            given.setdefault(code, set()).add(event.item_uid)
    found = Tally()
    for code, items in given.items():
        why = [] if is_code(code) else ["It is no code of ours."]
        more = [f"It was given to {len(items)} items."] * (len(items) > 1)
        found.look(code, min(items), [*why, *more])
    return found


def descent(asked: Asked) -> Tally:
    """2: a parent of the same stream for whatever was made here."""
    found = Tally()
    for one in samples.descents(asked.session):
        why = []
        if one.kind not in BEGUN and not (one.parent and one.source_id):
            why.append("It names nothing that it was made from.")
        if one.parent_stream not in {None, one.stream}:
            why.append(f"It is {one.stream}, its parent is {one.parent_stream}.")
        found.look(one.code or f"item {one.uid[:8]}…", one.uid, why)
    return found


def zones(asked: Asked) -> Tally:
    """30: what lies at a place lies in the zone of its stream."""
    found = Tally()
    for one in custody.lying(asked.session):
        wanted = ZONES[Stream(one.stream)]
        why = [] if one.zone == wanted else [f"'{one.place}' is of '{one.zone}'."]
        found.look(one.code or f"item {one.uid[:8]}…", one.uid, why)
    return found


def handed_over(asked: Asked) -> Tally:
    """17: packages and answers are those whose hashes are on record."""
    found = Tally()
    for number, uid, other in handoff.unlike_their_digest(asked.session):
        found.look(number, uid, ["Its bytes do not give its hash."] * other)
    return found


def forms(asked: Asked) -> Tally:
    """49: each form of the tables is told by an event, up to the one of today."""
    told, found = None, Tally()
    last, today = "", revisions.current(asked.session.connection())
    for event in walks.tagged(asked.session, Tag.SYSTEM_MIGRATED):
        facts, last = json.loads(event.body)["facts"], event.item_uid
        why = [f"Before it no event tells of the form '{facts['before']}'."]
        found.look(f"form {facts['after']}", last, why * (facts["before"] != told))
        told = facts["after"]
    why = [f"The tables have the form '{today}', and no event tells of it."]
    found.look("the tables of today", last, why * (told != today))
    return found


def second_factors(asked: Asked) -> Tally:
    """50: a second factor for whoever signs, administers or audits."""
    found = Tally()
    for name, uid, enrolled in people.signers(asked.session):
        found.look(name, uid, [] if enrolled else ["No second factor is enrolled."])
    return found


def incidents(asked: Asked) -> Tally:
    """51: an event of the failure beside each import that was not taken in."""
    found = Tally()
    for row in results.imports(asked.session):
        if tag := ON_RECORD.get(ImportState(row.state)):
            there = {one.tag for one in events_of(asked.session, [row.uid])}
            why = [] if tag in there else ["No event tells of it."]
            found.look(f"file {row.called[:12]}…", row.uid, why)
    return found


def whole(asked: Asked) -> Tally:
    """54: every chain, the log, its checkpoints and guards, walked now."""
    faults = all_faults(asked.session)
    found = Tally(checked=sum(walks.actors(asked.session).values()) - len(faults))
    for where, sentences in faults.items():
        found.look(where, where, sentences)
    return found


def known_people(asked: Asked) -> Tally:
    """57: an account behind everything that was done, or the program itself."""
    known, found = people.known(asked.session), Tally()
    for uid, count in walks.actors(asked.session).items():
        stranger = uid not in known and uid not in MACHINES
        why = [f"Nobody has this account; {count} events."] * stranger
        found.look(f"account {uid[:8]}…", uid, why)
    return found


def signatures(asked: Asked) -> Tally:
    """58: meaning, digest and password of each, and the event that tells of it."""
    told = {
        (event.item_uid, json.loads(event.body)["facts"].get("digest"))
        for event in walks.tagged(asked.session, Tag.SIGNATURE_MADE)
    }
    found = Tally()
    for uid, digest, wrong in people.signatures(asked.session):
        silent = ["No event tells of it."] * ((uid, digest) not in told)
        found.look(f"of {uid[:8]}…", uid, [*([wrong] if wrong else []), *silent])
    return found


def verified(asked: Asked) -> Tally:
    """59: the last full verification, its age and its result."""
    last, found = last_verification(asked.session), Tally()
    if last is None:
        found.look("verification", "", ["The record was never verified whole."])
        return found
    facts = json.loads(last.body)["facts"]
    old = clock.now() - last.at > RECENT
    why = [f"The last was at {last.at:%Y-%m-%d %H:%M} UTC."] * old
    if not facts["whole"]:
        why.append(f"It found {facts['faults']} faults.")
    found.look(f"{facts['events']} events", last.item_uid, why)
    return found


def followed_up(asked: Asked) -> Tally:
    """63: no finding open beyond its day."""
    today, found = clock.now().date(), Tally()
    for one in queries.every_open(asked.session):
        late = [f"It was due on {one.due_on}."] * (one.due_on < today)
        found.look(f"{one.grade} finding", one.uid, late)
    return found


def copies(asked: Asked) -> Tally:
    """55: each bundle was made, and is the one that its event tells of."""
    told = {
        event.item_uid: json.loads(event.body)["facts"]
        for event in walks.tagged(asked.session, Tag.EVIDENCE_MADE)
    }
    old, found = clock.now() - DAY, Tally()
    for one in evidence.bundles(asked.session):
        facts, why = told.get(one.uid, {}), []
        if one.made_at is None and one.asked_at < old:
            why.append(f"Asked for at {one.asked_at:%Y-%m-%d %H:%M} UTC, not made.")
        if one.made_at is not None and not facts:
            why.append("No event tells that it was made.")
        if facts and (one.sha256, one.manifest) != (facts["sha256"], facts["manifest"]):
            why.append("Its hashes are not those that its event tells.")
        found.look(f"bundle {one.uid[:8]}…", one.uid, why)
    return found
