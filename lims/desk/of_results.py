"""The queries of analysis, reading and release."""

from collections.abc import Iterator
from datetime import datetime
import json

from lims.audit import walks
from lims.audit.tags import Tag
from lims.batches import audited as batches
from lims.batches.plate import WellRole
from lims.desk.asked import Asked
from lims.desk.tally import Tally
from lims.profiles import audited as profiles
from lims.profiles.queries import Profile, erased_among
from lims.results import audited as results
from lims.results.tables import ImportState
from lims.review import audited as review
from lims.review.closing import digest
from lims.review.tables import Part
from lims.samples import audited as samples
from lims.samples.tables import SampleKind, Stream

FOUR = tuple(Part)
BOTH = 2
SIGNED_WHOLE = {
    Tag.PROFILE_REVIEWED: Part.REVIEWER,
    Tag.PROFILE_RELEASED: Part.RELEASER,
}


def _plates(asked: Asked, *wanted: WellRole) -> Tally:
    found = Tally()
    for code, uid, roles in batches.loaded(asked.session):
        if WellRole.SAMPLE in roles:
            lacking = [f"It has no {role}." for role in wanted if role not in roles]
            found.look(code, uid, lacking)
    return found


def blanks(asked: Asked) -> Tally:
    """22: an extraction blank on each plate."""
    return _plates(asked, WellRole.EXTRACTION_BLANK)


def controls(asked: Asked) -> Tally:
    """23: a positive and a negative control on each plate."""
    return _plates(asked, WellRole.POSITIVE, WellRole.NEGATIVE)


def ladders(asked: Asked) -> Tally:
    """24: a ladder on each plate."""
    return _plates(asked, WellRole.LADDER)


def quantified(asked: Asked) -> Tally:
    """21: of each bone's tube, or of what it was made from, before its plate."""
    items = {one.code: one for one in samples.descents(asked.session) if one.code}
    measured: dict[str, datetime] = {}
    for event in walks.tagged(asked.session, Tag.SAMPLE_QUANTIFIED):
        measured.setdefault(event.item_uid, event.at)
    found = Tally()
    for event in walks.tagged(asked.session, Tag.SAMPLE_PLATED):
        code = json.loads(event.body)["facts"]["code"]
        tube = items.get(code)
        if tube is None or tube.stream != Stream.BONE or tube.kind == SampleKind.BLANK:
            continue
        line, above = [tube.uid], items.get(tube.parent or "")
        while above is not None and above.uid not in line:
            line.append(above.uid)
            above = items.get(above.parent or "")
        before = [one for one in line if measured.get(one, event.at) < event.at]
        why = [] if before else ["Nothing was measured of it before it was loaded."]
        found.look(code, event.item_uid, why)
    return found


def run_on(asked: Asked) -> Tally:
    """61: the kit and the analyzer of each plate that was run."""
    kits: dict[str, str] = {}
    found = Tally()
    for event in walks.tagged(asked.session, Tag.PLATE_PLANNED, Tag.PLATE_MOVED):
        facts = json.loads(event.body)["facts"]
        kits[event.item_uid] = facts.get("kit") or kits.get(event.item_uid, "")
        if facts.get("action") == "run":
            named = {"kit": kits[event.item_uid], "analyzer": facts.get("instrument")}
            why = [
                f"Its events name no {what}." for what, one in named.items() if not one
            ]
            found.look(facts["code"], event.item_uid, why)
    return found


def originals(asked: Asked) -> Tally:
    """16: every original is read and hashed."""
    found = Tally()
    for row in results.imports(asked.session):
        why = results.altered(asked.session, asked.store, row)
        found.look(f"file {row.called[:12]}…", row.uid, [why] if why else [])
    return found


def screened(asked: Asked) -> Tally:
    """28: the verdicts of the rules stand beside each import that was taken in."""
    found = Tally()
    for name, uid, count in results.loaded_with_verdicts(asked.session):
        why = [] if count else ["No rule gave a verdict on it."]
        found.look(f"file {name[:12]}…", uid, why)
    return found


def versions(asked: Asked) -> Tally:
    """34: the version of the rule beside each verdict."""
    found = Tally()
    for rule, version, uid in results.verdicts(asked.session):
        found.look(f"rule {rule}", uid, [] if version else ["It tells no version."])
    return found


def from_files(asked: Asked) -> Tally:
    """35: a file behind each injection."""
    found = Tally()
    for one in results.behind(asked.session).values():
        why = [] if one.file else ["No file."]
        found.look(f"injection {one.uid[:8]}…", one.uid, why)
    return found


def accounted(asked: Asked) -> Tally:
    """52: as many lines of the account as the file has rows."""
    found = Tally()
    for row in results.imports(asked.session):
        if row.state not in {ImportState.LOADED, ImportState.SUPERSEDED}:
            continue
        # Line 0: no row, but a part of the file that policy keeps closed.
        told = sum(line != 0 for line, _, _ in row.account)
        why = [] if told == row.rows else [f"{told} of {row.rows} rows are accounted."]
        found.look(f"file {row.called[:12]}…", row.uid, why)
    return found


def _out(asked: Asked) -> Iterator[tuple[Profile, str, str]]:
    names = samples.names(asked.session)
    for one in profiles.out(asked.session):
        code, uid = names[one.sample_id]
        yield one, code, uid


def of_one_sample(asked: Asked) -> Tally:
    """32: no injection of another sample behind a profile."""
    behind = results.behind(asked.session)
    used = profiles.replicates(asked.session)
    names, found = samples.names(asked.session), Tally()
    for one in profiles.every(asked.session):
        foreign = [n for n in used.get(one.id, ()) if behind[n].sample != one.sample_id]
        code, uid = names[one.sample_id]
        found.look(
            code, uid, [f"{len(foreign)} injections are of others."] * bool(foreign)
        )
    return found


def with_calls(asked: Asked) -> Tally:
    """33: a consensus behind each released profile."""
    found = Tally()
    for one, code, uid in _out(asked):
        found.look(code, uid, [] if one.consensus else ["It has no calls."])
    return found


def clean_controls(asked: Asked) -> Tally:
    """25: no open finding over the files behind a released profile."""
    behind = results.behind(asked.session)
    used, found = profiles.replicates(asked.session), Tally()
    for one, code, uid in _out(asked):
        held = sum(behind[number].held for number in used.get(one.id, ()))
        found.look(code, uid, [f"{held} of its files are held."] * bool(held))
    return found


def four_people(asked: Asked) -> Tally:
    """12: two readers, a reviewer and a releaser behind each released profile."""
    parts, found = review.parts(asked.session), Tally()
    for one, code, uid in _out(asked):
        there = parts.get(one.id, {})
        found.look(code, uid, [f"No {part}." for part in FOUR if part not in there])
    return found


def other_reviewer(asked: Asked) -> Tally:
    """37: the reviewer is none of the readers, nor is the releaser."""
    parts, found = review.parts(asked.session), Tally()
    readers, used = review.readers(asked.session), profiles.replicates(asked.session)
    for one, code, uid in _out(asked):
        read = {who for n in used.get(one.id, ()) for who in readers.get(n, ())}
        there = parts.get(one.id, {})
        both = [
            f"The {part} read it, too."
            for part in (Part.REVIEWER, Part.RELEASER)
            if there.get(part) in read
        ]
        lacking = [] if Part.REVIEWER in there else ["Nobody reviewed it."]
        found.look(code, uid, [*lacking, *both])
    return found


def settled(asked: Asked) -> Tally:
    """40: who settled a difference is none of the two readers, and gave a reason."""
    readers, behind = review.readers(asked.session), results.behind(asked.session)
    names, found = samples.names(asked.session), Tally()
    compared = review.comparisons(asked.session)
    empty = {one.profile_id for one in compared.values() if one.kept is None}
    gone = erased_among(asked.session, empty)
    for number, one in compared.items():
        if one.concordant:
            continue
        why = []
        if one.decided_by in readers.get(number, ()):
            why.append("One of its readers settled it.")
        erased = one.kept is None and one.profile_id in gone
        if one.decided_by is not None and not one.decision and not erased:
            why.append("No reason was given.")
        code, uid = names.get(behind[number].sample, ("", behind[number].uid))
        found.look(code or f"injection {uid[:8]}…", uid, why)
    return found


def readable_anew(asked: Asked) -> Tally:
    """18: files that open, who read them, and both readings, behind each profile."""
    behind, used = results.behind(asked.session), profiles.replicates(asked.session)
    readers, found = review.readers(asked.session), Tally()
    wanted = {
        behind[n].import_id
        for one in profiles.out(asked.session)
        for n in used.get(one.id, ())
    }
    shut = {
        row.id: results.altered(asked.session, asked.store, row)
        for row, _ in results.files(asked.session, wanted)
    }
    for one, code, uid in _out(asked):
        mine = {n: behind[n] for n in used.get(one.id, ())}
        why = [shut[number] for number in sorted({a.import_id for a in mine.values()})]
        why += ["It is not told what read a file."] * (
            not all(a.reader for a in mine.values())
        )
        unread = sum(len(set(readers.get(n, ()))) < BOTH for n in mine)
        why += [f"{unread} injections have no second reading."] * bool(unread)
        found.look(code, uid, filter(None, why))
    return found


def kept(asked: Asked) -> Tally:
    """19: a loaded plate, the file's account and the rules' verdicts, for each."""
    behind, used = results.behind(asked.session), profiles.replicates(asked.session)
    plates, found = batches.loaded_ids(asked.session), Tally()
    wanted = {
        behind[n].import_id
        for one in profiles.out(asked.session)
        for n in used.get(one.id, ())
    }
    told = {
        row.id: (len(row.account) >= row.rows, count > 0)
        for row, count in results.files(asked.session, wanted)
    }
    for one, code, uid in _out(asked):
        mine = [behind[n] for n in used.get(one.id, ())]
        lacking = {
            "No injection stands behind it.": not mine,
            "Its plate was never loaded.": any(a.plate_id not in plates for a in mine),
            "A file has no account of its rows.": not all(
                told[a.import_id][0] for a in mine
            ),
            "No rule gave a verdict on a file.": not all(
                told[a.import_id][1] for a in mine
            ),
        }
        found.look(code, uid, [why for why, so in lacking.items() if so])
    return found


def as_signed(asked: Asked) -> Tally:
    """42: the hash that reviewer and releaser signed is that of what stands now."""
    signed: dict[str, dict[str, str]] = {}
    for event in walks.tagged(asked.session, *SIGNED_WHOLE):
        facts = json.loads(event.body)["facts"]
        signed.setdefault(event.item_uid, {})[event.tag] = facts["digest"]
    gone = erased_among(asked.session, {one.id for one in profiles.out(asked.session)})
    found = Tally()
    for one, code, uid in _out(asked):
        if one.id in gone:
            continue
        now, mine = digest(asked.session, one), signed.get(one.uid, {})
        why = []
        for tag, part in SIGNED_WHOLE.items():
            if tag not in mine:
                why.append(f"No event tells that the {part} signed.")
            elif mine[tag] != now:
                why.append(f"What the {part} signed is not what stands now.")
        found.look(code, uid, why)
    return found


def twice_read(asked: Asked) -> Tally:
    """41: two readers of each injection behind a released profile, who agree."""
    readers, used = review.readers(asked.session), profiles.replicates(asked.session)
    compared, found = review.comparisons(asked.session), Tally()
    for one, code, uid in _out(asked):
        why = []
        for number in used.get(one.id, ()):
            if len(set(readers.get(number, ()))) < BOTH:
                why.append("An injection was not read by two people.")
            agreed = compared.get(number)
            if agreed is None or not (agreed.concordant or agreed.decided_by):
                why.append("Two readings of an injection do not agree.")
        if not used.get(one.id):
            why.append("No injection stands behind it.")
        found.look(code, uid, why)
    return found


def replaced(asked: Asked) -> Tally:
    """47: each version but the first names the one before it."""
    names, found = samples.names(asked.session), Tally()
    for one in profiles.every(asked.session):
        code, uid = names[one.sample_id]
        lost = one.version > 1 and one.supersedes_id is None
        if one.version > 1:
            found.look(code, uid, ["It names no version before it."] * lost)
    return found
