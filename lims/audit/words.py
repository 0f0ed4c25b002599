"""Events in words, in English: pages translate them, papers print them. Pure.

A new tag gets its line here. `_n` marks a text for the translators.
"""

from collections.abc import Mapping
from typing import Any

from lims.audit.tags import Tag


def _n(text: str) -> str:
    return text


TITLES: dict[Tag, str] = {
    Tag.ACCESS_REFUSED: _n("Access refused"),
    Tag.BAG_ANNOUNCED: _n("Announced on a manifest"),
    Tag.BAG_DECLARED: _n("Content declared to the identity zone"),
    Tag.BAG_DISCREPANT: _n("Discrepancy put on record"),
    Tag.BAG_PHOTOGRAPHED: _n("Photographed"),
    Tag.BAG_RECEIVED: _n("Received at the laboratory"),
    Tag.CODE_ANSWER_EMPTIED: _n("Answer of the identity zone erased"),
    Tag.CODE_ASKED: _n("Identity zone asked a yes-or-no question"),
    Tag.CODE_LINKED: _n("Blind code linked in the identity zone"),
    Tag.CODE_SEEN: _n("Looked up who is behind the code"),
    Tag.CONSENT_GIVEN: _n("Consent given"),
    Tag.CONSENT_WITHDRAWN: _n("Consent withdrawn"),
    Tag.CONSIGNMENT_ACCEPTED: _n("Consignment accepted"),
    Tag.CONSIGNMENT_ANNOUNCED: _n("Consignment announced"),
    Tag.CONSIGNMENT_OPENED: _n("Receiving began"),
    Tag.CONSIGNMENT_RELEASED: _n("Consignment handed to the courier"),
    Tag.CUSTODY_CORRECTED: _n("Correction of an earlier event"),
    Tag.CUSTODY_FOUND_ELSEWHERE: _n("Found elsewhere than recorded"),
    Tag.CUSTODY_MOVED: _n("Moved"),
    Tag.CUSTODY_OVERDUE: _n("Out too long: the holder is asked"),
    Tag.CUSTODY_OVERDUE_ANSWERED: _n("Out too long: answered"),
    Tag.CUSTODY_OVERDUE_TOLD: _n("Out too long: the manager is told"),
    Tag.DESK_CHECKED: _n("Requirement checked"),
    Tag.DESK_CHECK_ASKED: _n("Check of a requirement asked for"),
    Tag.DESK_DRAWN: _n("Cases drawn at random"),
    Tag.DESK_FINDING_ANSWERED: _n("Audit finding answered"),
    Tag.DESK_FINDING_CLOSED: _n("Audit finding closed"),
    Tag.DESK_FINDING_NOTED: _n("Note to an audit finding"),
    Tag.DESK_FINDING_RECORDED: _n("Audit finding recorded"),
    Tag.DESK_LOOKED: _n("Drawn case looked at"),
    Tag.DESK_SEARCH_RERUN: _n("Saved search run again"),
    Tag.DESK_SEARCH_SAVED: _n("Search saved"),
    Tag.DONOR_REGISTERED: _n("Donor registered"),
    Tag.ELEMENT_REGISTERED: _n("Element registered"),
    Tag.ERASURE_HELD_BACK: _n("Not erased again: a legal hold stands"),
    Tag.ERASURE_REPLAYED: _n("Erased again after a restore"),
    Tag.EVIDENCE_ASKED: _n("Evidence bundle asked for"),
    Tag.EVIDENCE_FETCHED: _n("Evidence bundle handed out"),
    Tag.EVIDENCE_MADE: _n("Evidence bundle made"),
    Tag.EVIDENCE_REMOVED: _n("Evidence bundle removed after its time"),
    Tag.FINDING_ANSWERED: _n("Finding answered, a second person is to confirm"),
    Tag.FINDING_CLOSED: _n("Finding closed"),
    Tag.HOLD_CLOSED: _n("Hold lifted"),
    Tag.HOLD_OPENED: _n("Put on hold"),
    Tag.IDENTITY_SEEN: _n("Looked into the identity zone"),
    Tag.IMPORT_CHECKED: _n("Checked by the rules"),
    Tag.IMPORT_EMPTIED: _n("Name and faults of a file erased"),
    Tag.IMPORT_INCIDENT: _n("Import incident"),
    Tag.IMPORT_LOADED: _n("Export imported"),
    Tag.IMPORT_PARSER_CHOSEN: _n("Parser chosen by a person"),
    Tag.IMPORT_QUARANTINED: _n("Export quarantined"),
    Tag.IMPORT_REANALYSED: _n("Re-analysis imported"),
    Tag.IMPORT_REDACTED: _n("Original replaced by a redacted copy"),
    Tag.IMPORT_REPEATED: _n("Same export offered again"),
    Tag.IMPORT_SUPERSEDED: _n("Export superseded by a newer one"),
    Tag.IMPORT_WITHDRAWN: _n("Export voided"),
    Tag.INCIDENT_REGISTERED: _n("Incident registered"),
    Tag.INJECTION_CALLED: _n("Calls of an injection kept"),
    Tag.INJECTION_FREED: _n("Hold over the calls ended"),
    Tag.INJECTION_SUPERSEDED: _n("Calls superseded by a newer analysis"),
    Tag.INVENTORY_AGAIN: _n("Second count begun by another person"),
    Tag.INVENTORY_COUNTED: _n("Count of a place ended"),
    Tag.INVENTORY_SEEN: _n("Item scanned in a count"),
    Tag.INVENTORY_STARTED: _n("Inventory of a place begun"),
    Tag.KEYS_ROTATED: _n("Subject keys wrapped by a new key"),
    Tag.LABELS_QUEUED: _n("Print job given to a printer"),
    Tag.LABELS_SENT: _n("Print job: another state"),
    Tag.LABEL_CONFIRMED: _n("New label scanned"),
    Tag.LABEL_PRINTED: _n("Label printed and read back"),
    Tag.LABEL_REPAIRED: _n("Labels put right by two people"),
    Tag.LABEL_REPAIR_PROPOSED: _n("Label torn or swapped: a second person is asked"),
    Tag.LABEL_REPAIR_WITHDRAWN: _n("Label was right after all"),
    Tag.LABEL_REPRINTED: _n("Label printed again, the old one void"),
    Tag.LABEL_TEMPLATE_RETIRED: _n("Label template taken out of use"),
    Tag.LABEL_TEMPLATE_SAVED: _n("Label template checked and saved"),
    Tag.LABEL_VOIDED: _n("Label made void"),
    Tag.LEGAL_HOLD_LIFTED: _n("Legal hold lifted"),
    Tag.LEGAL_HOLD_PLACED: _n("Legal hold placed"),
    Tag.LOG_KEYS_ROTATED: _n("Keys of the log replaced"),
    Tag.LOG_RESTARTED: _n("Log begun anew after a restore"),
    Tag.LOGIN_FAILED: _n("Login failed"),
    Tag.LOGIN_SUCCEEDED: _n("Logged in"),
    Tag.LOGOUT: _n("Logged out"),
    Tag.MISSING_PERSON_REGISTERED: _n("Missing person registered"),
    Tag.ORGANISATION_REGISTERED: _n("Organisation registered"),
    Tag.PACKAGE_ANSWERED: _n("The engine answered"),
    Tag.PACKAGE_PREPARED: _n("Package prepared for the engine"),
    Tag.PACKAGE_RECALLED: _n("Package recalled: the engine is to forget it"),
    Tag.PACKAGE_SENT: _n("Package sent to the engine"),
    Tag.PASSWORD_CHANGED: _n("Password changed"),
    Tag.PLACE_MOVED: _n("Place carried, with all that stands in it"),
    Tag.PLACE_REGISTERED: _n("Place registered"),
    Tag.PLACE_RETIRED: _n("Place taken out of use"),
    Tag.PLATE_CLEARED: _n("Plate cleared"),
    Tag.PLATE_HELD: _n("Plate held"),
    Tag.PLATE_LABWARE_USED: _n("Single-use labware used"),
    Tag.PLATE_MOVED: _n("Plate went on"),
    Tag.PLATE_PLANNED: _n("Plate planned, controls placed by the system"),
    Tag.PLATE_TOLD: _n("Plate record made for an instrument"),
    Tag.PRINTER_ADDED: _n("Printer added"),
    Tag.PRINTER_RETIRED: _n("Printer taken out of use"),
    Tag.PROFILE_CONSENSUS: _n("Consensus of the replicates built"),
    Tag.PROFILE_OPENED: _n("Profile opened"),
    Tag.PROFILE_RELEASED: _n("Released by the laboratory manager"),
    Tag.PROFILE_REVIEWED: _n("Technical review signed"),
    Tag.PROFILE_STATE_CHANGED: _n("Profile went on"),
    Tag.PROOF_REFUSED: _n("Wrong password at a signature"),
    Tag.QUANTIFICATION_FREED: _n("Hold over the quantities ended"),
    Tag.QUANTIFICATION_KEPT: _n("Quantification kept"),
    Tag.QUANTIFICATION_SUPERSEDED: _n("Quantification superseded"),
    Tag.READING_COMPARED: _n("Readings compared"),
    Tag.READING_SIGNED: _n("Reading signed"),
    Tag.RECALL_ANSWERED: _n("The engine answered the recall"),
    Tag.RECALL_SENT: _n("Recall sent to the engine"),
    Tag.RECEIPT_REFUSED: _n("Receipt refused"),
    Tag.RECORD_VERIFIED: _n("Whole record verified"),
    Tag.REFUSED: _n("Refused"),
    Tag.REMAINS_REGISTERED: _n("Remains registered"),
    Tag.SAMPLE_ACCESSIONED: _n("Accessioned, blind code given"),
    Tag.SAMPLE_DERIVED: _n("Part taken for a new item"),
    Tag.SAMPLE_MEASURED: _n("Measured"),
    Tag.SAMPLE_PLATED: _n("Put on a plate"),
    Tag.SAMPLE_QUANTIFIED: _n("Amount of DNA measured"),
    Tag.SAMPLE_REGISTERED: _n("Registered"),
    Tag.SAMPLE_WEIGHED: _n("Weighed"),
    Tag.SCAN_KEPT: _n("Scan kept and not applied"),
    Tag.SCAN_SETTLED: _n("Scan that was not applied looked into"),
    Tag.SECOND_FACTOR_ENROLLED: _n("Second factor enrolled"),
    Tag.SIGNATURE_MADE: _n("Signed"),
    Tag.STATION_ADDED: _n("Bench added, code of enrolment given"),
    Tag.STATION_ANSWERED: _n("A bench told what a command came to"),
    Tag.STATION_ASKED: _n("Printing or taring asked of a bench"),
    Tag.STATION_CAME: _n("Somebody came to work at a bench"),
    Tag.STATION_CODE_GIVEN: _n("New code of enrolment given to a bench"),
    Tag.STATION_ENROLLED: _n("Bench enrolled"),
    Tag.STATION_LEFT: _n("Somebody left a bench"),
    Tag.STATION_REFUSED: _n("Enrolment of a bench refused"),
    Tag.STATION_REVOKED: _n("Bench revoked"),
    Tag.SUBJECT_ERASED: _n("Erased for good"),
    Tag.SYSTEM_MIGRATED: _n("Tables brought to a new form"),
    Tag.SYSTEM_SET_UP: _n("System set up"),
    Tag.TRACE_CHECKED: _n("Trace held against the calls"),
    Tag.TRACE_KEPT: _n("Trace kept"),
    Tag.USER_CHANGED: _n("Account changed"),
    Tag.USER_REGISTERED: _n("Account registered"),
}
STEPS: dict[str, str] = {
    "pack": _n("Packed for the journey"),
    "release": _n("Handed to the courier"),
    "receive": _n("Received at the laboratory"),
    "accession": _n("Taken into the laboratory's books"),
    "wait for consent": _n("Kept sealed until consent is there"),
    "refuse": _n("Refused"),
    "store": _n("Stored"),
    "take out": _n("Taken out"),
    "derive": _n("Worked on"),
    "offer": _n("Offered to a colleague"),
    "hand over": _n("Handed over"),
    "consume": _n("Used up"),
    "return": _n("To be returned"),
    "send back": _n("Sent back"),
    "confirm return": _n("Returned"),
    "order destruction": _n("Destruction ordered"),
    "keep": _n("Kept after all"),
    "destroy": _n("Destroyed"),
    "lost": _n("Lost"),
    "found": _n("Found again"),
    "withdraw": _n("Frozen: consent withdrawn"),
    "load": _n("Plate loaded"),
    "amplify": _n("Plate amplified"),
    "run": _n("Plate run on the analyzer"),
    "import": _n("Plate imported"),
}
"""What a step of a table of states is called on the trail."""

SIGNED = frozenset(
    {
        Tag.READING_SIGNED, Tag.PROFILE_REVIEWED, Tag.PROFILE_RELEASED,
        Tag.SIGNATURE_MADE,
    }
)  # fmt: skip
SILENT = frozenset(
    {
        "action", "after", "before", "from", "injection", "ordinal", "segments",
        "stream", "to",
    }
)  # fmt: skip
"""Facts that the title, the arrow or the place in the trail tells already."""
FIRST, SECOND = _n("First reading signed"), _n("Second reading signed")


def title(tag: Tag, facts: Mapping[str, Any]) -> str:
    """What was done, as the trail calls it."""
    if tag is Tag.READING_SIGNED:
        return FIRST if facts.get("ordinal") == 1 else SECOND
    if tag in {Tag.CUSTODY_MOVED, Tag.PLATE_MOVED}:
        return STEPS.get(str(facts.get("action")), TITLES[tag])
    return TITLES[tag]


def way(facts: Mapping[str, Any]) -> tuple[str, str] | None:
    """From where to where, as codes, when it changed hands or place."""
    ends = str(facts.get("from") or ""), str(facts.get("to") or "")
    return ends if all(ends) and ends[0] != ends[1] else None


def details(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The facts beside the title and the way; a hash is cut, a sealed value named."""
    shown = dict(facts)
    if shown.get("seal_found") == shown.get("seal"):
        shown.pop("seal_found", None)
    return [
        (name.replace("_", " "), _plain(value))
        for name, value in shown.items()
        if name not in SILENT and _plain(value)
    ]


def _plain(value: Any) -> str:
    """In words; nothing where nothing is told."""
    match value:
        case bool():
            return "yes" if value else "no"
        case {"commitment": str(sealed)}:
            return f"sealed {sealed[:10]}…"
        case dict():
            told = ((name, _plain(one)) for name, one in value.items())
            return ", ".join(f"{name}: {text}" for name, text in told if text)
        case list():
            return ", ".join(_plain(one) for one in value)
        case str() if len(value) == 64:  # noqa: PLR2004 - a SHA-256 in hexadecimal
            return f"{value[:12]}…"
    return "" if value is None else str(value)
