"""Events in words: what a line of the trail says, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
import json
from typing import Any

from lims.audit.queries import Event
from lims.audit.tags import Tag
from lims.web.languages import lazy_gettext as _l

TITLES = {
    Tag.ACCESS_REFUSED: _l("Access refused"),
    Tag.BAG_ANNOUNCED: _l("Announced on a manifest"),
    Tag.BAG_DECLARED: _l("Content declared to the identity zone"),
    Tag.BAG_DISCREPANT: _l("Discrepancy put on record"),
    Tag.BAG_PHOTOGRAPHED: _l("Photographed"),
    Tag.BAG_RECEIVED: _l("Received at the laboratory"),
    Tag.CODE_ASKED: _l("Identity zone asked a yes-or-no question"),
    Tag.CODE_LINKED: _l("Blind code linked in the identity zone"),
    Tag.CODE_SEEN: _l("Looked up who is behind the code"),
    Tag.CONSENT_GIVEN: _l("Consent given"),
    Tag.CONSENT_WITHDRAWN: _l("Consent withdrawn"),
    Tag.CONSIGNMENT_ACCEPTED: _l("Consignment accepted"),
    Tag.CONSIGNMENT_ANNOUNCED: _l("Consignment announced"),
    Tag.CONSIGNMENT_OPENED: _l("Receiving began"),
    Tag.CONSIGNMENT_RELEASED: _l("Consignment handed to the courier"),
    Tag.CUSTODY_CORRECTED: _l("Correction of an earlier event"),
    Tag.CUSTODY_MOVED: _l("Moved"),
    Tag.DONOR_REGISTERED: _l("Donor registered"),
    Tag.ELEMENT_REGISTERED: _l("Element registered"),
    Tag.FINDING_ANSWERED: _l("Finding answered, a second person is to confirm"),
    Tag.FINDING_CLOSED: _l("Finding closed"),
    Tag.HOLD_CLOSED: _l("Hold lifted"),
    Tag.HOLD_OPENED: _l("Put on hold"),
    Tag.IMPORT_CHECKED: _l("Checked by the rules"),
    Tag.IMPORT_INCIDENT: _l("Import incident"),
    Tag.IMPORT_LOADED: _l("Export imported"),
    Tag.IMPORT_QUARANTINED: _l("Export quarantined"),
    Tag.IMPORT_REANALYSED: _l("Re-analysis imported"),
    Tag.IMPORT_REPEATED: _l("Same export offered again"),
    Tag.IMPORT_SUPERSEDED: _l("Export superseded by a newer one"),
    Tag.IMPORT_WITHDRAWN: _l("Export voided"),
    Tag.INCIDENT_REGISTERED: _l("Incident registered"),
    Tag.INJECTION_CALLED: _l("Calls of an injection kept"),
    Tag.INJECTION_FREED: _l("Hold over the calls ended"),
    Tag.INJECTION_SUPERSEDED: _l("Calls superseded by a newer analysis"),
    Tag.LABEL_CONFIRMED: _l("New label scanned"),
    Tag.LABEL_PRINTED: _l("Label printed and read back"),
    Tag.LABEL_REPRINTED: _l("Label printed again, the old one void"),
    Tag.LABEL_VOIDED: _l("Label made void"),
    Tag.LOGIN_FAILED: _l("Login failed"),
    Tag.LOGIN_SUCCEEDED: _l("Logged in"),
    Tag.LOGOUT: _l("Logged out"),
    Tag.MISSING_PERSON_REGISTERED: _l("Missing person registered"),
    Tag.ORGANISATION_REGISTERED: _l("Organisation registered"),
    Tag.PACKAGE_ANSWERED: _l("The engine answered"),
    Tag.PACKAGE_PREPARED: _l("Package prepared for the engine"),
    Tag.PACKAGE_SENT: _l("Package sent to the engine"),
    Tag.PASSWORD_CHANGED: _l("Password changed"),
    Tag.PLACE_REGISTERED: _l("Place registered"),
    Tag.PLATE_CLEARED: _l("Plate cleared"),
    Tag.PLATE_HELD: _l("Plate held"),
    Tag.PLATE_MOVED: _l("Plate went on"),
    Tag.PLATE_PLANNED: _l("Plate planned, controls placed by the system"),
    Tag.PROFILE_CONSENSUS: _l("Consensus of the replicates built"),
    Tag.PROFILE_OPENED: _l("Profile opened"),
    Tag.PROFILE_RELEASED: _l("Released by the laboratory manager"),
    Tag.PROFILE_REVIEWED: _l("Technical review signed"),
    Tag.PROFILE_STATE_CHANGED: _l("Profile went on"),
    Tag.PROOF_REFUSED: _l("Wrong password at a signature"),
    Tag.READING_COMPARED: _l("Readings compared"),
    Tag.READING_SIGNED: _l("Reading signed"),
    Tag.RECEIPT_REFUSED: _l("Receipt refused"),
    Tag.REFUSED: _l("Refused"),
    Tag.REMAINS_REGISTERED: _l("Remains registered"),
    Tag.SAMPLE_ACCESSIONED: _l("Accessioned, blind code given"),
    Tag.SAMPLE_DERIVED: _l("Part taken for a new item"),
    Tag.SAMPLE_MEASURED: _l("Measured"),
    Tag.SAMPLE_PLATED: _l("Put on a plate"),
    Tag.SAMPLE_REGISTERED: _l("Registered"),
    Tag.SECOND_FACTOR_ENROLLED: _l("Second factor enrolled"),
    Tag.SIGNATURE_MADE: _l("Signed"),
    Tag.SYSTEM_MIGRATED: _l("Tables brought to a new form"),
    Tag.SYSTEM_SET_UP: _l("System set up"),
    Tag.USER_CHANGED: _l("Account changed"),
    Tag.USER_REGISTERED: _l("Account registered"),
}
STEPS = {
    "pack": _l("Packed for the journey"),
    "release": _l("Handed to the courier"),
    "receive": _l("Received at the laboratory"),
    "accession": _l("Taken into the laboratory's books"),
    "wait for consent": _l("Kept sealed until consent is there"),
    "refuse": _l("Refused"),
    "store": _l("Stored"),
    "take out": _l("Taken out"),
    "derive": _l("Worked on"),
    "offer": _l("Offered to a colleague"),
    "hand over": _l("Handed over"),
    "consume": _l("Used up"),
    "return": _l("To be returned"),
    "send back": _l("Sent back"),
    "confirm return": _l("Returned"),
    "order destruction": _l("Destruction ordered"),
    "keep": _l("Kept after all"),
    "destroy": _l("Destroyed"),
    "lost": _l("Lost"),
    "found": _l("Found again"),
    "withdraw": _l("Frozen: consent withdrawn"),
    "load": _l("Plate loaded"),
    "amplify": _l("Plate amplified"),
    "run": _l("Plate run on the analyzer"),
    "import": _l("Plate imported"),
}
"""What a step of a table of states is called on the trail."""

SIGNED = frozenset(
    {
        Tag.READING_SIGNED, Tag.PROFILE_REVIEWED, Tag.PROFILE_RELEASED,
        Tag.SIGNATURE_MADE,
    }
)  # fmt: skip
SILENT = frozenset(
    {"action", "after", "before", "from", "injection", "ordinal", "stream", "to"}
)
"""Facts that the title, the arrow or the place in the trail tells already."""


@dataclass(frozen=True)
class Told:
    """One event as a line of the trail shows it."""

    at: datetime
    title: object
    facts: tuple[tuple[str, str], ...]
    way: tuple[str, str] | None
    """From where to where, as codes, when it changed hands or place."""
    actor: str
    """Name and badge, or what stands for the program itself."""
    item: str
    """Kind of the item and its number in that chain: 'sample 4'."""
    signed: bool


def tell(event: Event, people: Mapping[str, tuple[str, str]]) -> Told:
    body = json.loads(event.body)
    name, badge = people.get(event.actor_uid, ("", ""))
    return Told(
        at=event.at,
        title=_title(Tag(event.tag), body["facts"]),
        facts=tuple(_facts(body["facts"])),
        way=_way(body["facts"]),
        actor=f"{name} ({badge})" if badge else "",
        item=f"{event.item_kind.replace('_', ' ')} {event.item_seq}",
        signed=event.tag in SIGNED,
    )


def _title(tag: Tag, facts: Mapping[str, Any]) -> object:
    if tag is Tag.READING_SIGNED:
        first = facts.get("ordinal") == 1
        return _l("First reading signed") if first else _l("Second reading signed")
    if tag in {Tag.CUSTODY_MOVED, Tag.PLATE_MOVED}:
        return STEPS.get(str(facts.get("action")), TITLES[tag])
    return TITLES[tag]


def _way(facts: Mapping[str, Any]) -> tuple[str, str] | None:
    ends = str(facts.get("from") or ""), str(facts.get("to") or "")
    return ends if all(ends) and ends[0] != ends[1] else None


def _facts(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    shown = dict(facts)
    if shown.get("seal_found") == shown.get("seal"):
        shown.pop("seal_found", None)
    return [
        (name.replace("_", " "), _plain(value))
        for name, value in shown.items()
        if name not in SILENT and value not in (None, "", [], {})
    ]


def _plain(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case {"commitment": str(sealed)}:
            return f"sealed {sealed[:10]}…"
        case dict():
            return ", ".join(f"{name}: {_plain(one)}" for name, one in value.items())
        case list():
            return ", ".join(_plain(one) for one in value)
        case str() if len(value) == 64:  # noqa: PLR2004 - a SHA-256 in hexadecimal
            return f"{value[:12]}…"
    return str(value)
