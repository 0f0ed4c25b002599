"""The requirements that an auditor checks, in our own short words. Pure.

Of each: what it demands, where that stands, and then one of two things. `asks` tells
what a query of the record looks at, and `unseen` what of the demand that query does not
see. Where no query can answer, `needs` tells which data are missing here and what shows
it instead: nothing is counted as fulfilled by silence.

Sources by their short names: 17025 is ISO/IEC 17025:2017, 21043 ISO 21043, QAS the FBI
Quality Assurance Standards, DVI the ISFG recommendations on disaster victims, FSR the
UK regulator's guidance on contamination, Part 11 is 21 CFR 11, GDPR the European
regulation. `_n` marks a text for the translators.
"""

from dataclasses import dataclass


def _n(text: str) -> str:
    return text


PAPER = _n("a document outside this system")


@dataclass(frozen=True)
class Requirement:
    number: int
    words: str
    source: str
    asks: str = ""
    """What the query looks at, and when it fails; empty where there is none."""
    unseen: str = ""
    """What of the demand that query does not see."""
    needs: str = ""
    """What shows it where no query can; empty where one does."""


R = Requirement
ITEMS = (
    R(1, _n("Every item has a code of its own, never used twice."),
      "17025 7.4.2; QAS 7",
      _n("every code that an event gave: it is a true one, and one item alone got it")),
    R(2, _n("From each part the way leads back to the bone or card."), "17025 7.4.2",
      _n("every item: what was made here names what it was made from, of its stream")),
    R(3, _n("Each receipt tells condition, seal, person and time."), "17025 7.4.3",
      _n("every receipt of a bag: its event tells the condition and who received it")),
    R(4, _n("Each hand-over names who or what gave and who took."), "QAS 7; 17025 7.4",
      _n("every receipt and hand-over: it names two ends, and they differ")),
    R(5, _n("At no time was an item without a holder or place."), "17025 7.4; QAS 7",
      _n("every item's custody: each act begins where the one before it ended")),
    R(6, _n("Storage conditions are watched and recorded."), "17025 7.4.4",
      needs=_n("no temperatures come in here: the records of the freezers")),
    R(7, _n("To use an item up took an order and a witness."), "QAS 7",
      _n("every item that was used up: its event names an order and a witness")),
    R(8, _n("Return and disposal have a reason, or order and witnesses."), "QAS 7",
      _n("every disposal names an order and two witnesses, every return a reason")),
    R(9, _n("Of each bag the seal that was found is on record."), "21043-5 5.3",
      _n("every receipt of a bag: its event tells the seal that was found")),
    R(10, _n("Each body and recognisable part is sampled."), "DVI 3",
      _n("every part that a mortuary entered: a bag of it was declared within 30 days"),
      unseen=_n("parts that the mortuary did not enter")),
    R(11, _n("The response plan names who tracks and who supervises."), "DVI 2",
      needs=PAPER),
)  # fmt: skip
RECORDS = (
    R(12, _n("Behind each released result stand who did and who checked."),
      "17025 7.5.1",
      _n("every released profile: two readers, a reviewer and a releaser signed"),
      unseen=_n("who did the steps at the bench before the plate was loaded")),
    R(13, _n("What was done is recorded when it is done."), "17025 7.5.1",
      _n("every act on an item: recorded within a quarter of an hour of the time that "
         "a device states, and dated after the act before it"),
      unseen=_n("acts beside which no device states a time")),
    R(14, _n("A correction names the entry it corrects, which stands."), "17025 7.5.2",
      _n("every correction: the event that it names by number and hash is unchanged")),
    R(15, _n("Each change has its reason."), "Part 11; 17025 7.5.2",
      _n("every correction, every hold and every step that turns back: its reason")),
    R(16, _n("Each instrument file is as it came, byte for byte."), "17025 7.5.2",
      _n("every file that was given: it is read and held against its hash now")),
    R(17, _n("Everything handed to the matching engine is kept as sent."),
      "17025 7.8.1",
      _n("every package and every answer: its bytes give the hash on record"),
      unseen=_n("reports that the matching engine prints")),
    R(18, _n("Another examiner can interpret anew from the records."), "17025 7.5.1",
      _n("every released profile: the files behind it open, what read them is named "
         "with its version, and both readings are there"),
      unseen=_n("whether another examiner comes to the same; let one try")),
    R(19, _n("Analytical records are kept for each case."), "QAS 11",
      _n("every released profile: each injection stands on a loaded plate, in a file "
         "with the account of its rows and the verdicts of the rules"),
      unseen=_n("notes on paper")),
    R(20, _n("Each class of record has its retention time."), "17025 8.4.2; QAS 3",
      needs=PAPER),
)  # fmt: skip
CONTROLS = (
    R(21, _n("DNA is quantified before it is amplified."), "QAS 9.4",
      _n("every bone's tube on a loaded plate: a quantification of it, or of what it "
         "was made from, came on record before"),
      unseen=_n("whether the amount that was measured decided what was amplified")),
    R(22, _n("Each loaded plate has an extraction blank."), "QAS 9.5",
      _n("every loaded plate that holds a sample: one well at least is such a blank"),
      unseen=_n("whether it was extracted with these samples")),
    R(23, _n("Each loaded plate has a positive and a negative control."), "QAS 9.5",
      _n("every loaded plate that holds a sample: a well of each")),
    R(24, _n("Each loaded plate has a ladder."), "QAS 9.5",
      _n("every loaded plate that holds a sample: one well at least is a ladder"),
      unseen=_n("the size standard inside each injection")),
    R(25, _n("No profile left over an open finding of its controls."), "QAS 9.6",
      _n("every released profile: no grave finding over its files is open")),
    R(26, _n("The method is compared with a reference material yearly."), "QAS 9.5",
      needs=_n("reference materials are not recorded yet: the records of that "
               "comparison")),
    R(27, _n("Reagents are tested, and known by lot and expiry."), "QAS 9.2, 9.3",
      needs=_n("lots are not recorded yet, only the kit of a plate: the list of lots")),
    R(28, _n("Each import was checked for contamination and swaps."), "QAS 9; FSR",
      _n("every file that was taken in: the verdicts of the rules stand beside it"),
      unseen=_n("staff and visitors, who are in no list here yet")),
    R(29, _n("Elimination profiles are kept apart and under pseudonyms."), "FSR 1.1",
      needs=_n("there are none here yet: the elimination database")),
    R(30, _n("Items lie in places of their own zone."), "QAS 6.1",
      _n("every item that lies at a place: the place is in the zone of its stream"),
      unseen=_n("where it was worked on")),
    R(31, _n("Methods are suitable and staff is qualified."), "21043-3", needs=PAPER),
)  # fmt: skip
INTERPRETATION = (
    R(32, _n("A profile is of one sample's injections alone."), "DVI 7",
      _n("every profile: each injection behind it is of that sample")),
    R(33, _n("A released profile has calls."), "DVI 6",
      _n("every released profile: its consensus is not empty"),
      unseen=_n("the least number of loci that was agreed upon")),
    R(34, _n("Each verdict of a rule tells the rule's version."), "QAS 9.6",
      _n("every verdict: the version of the rule stands beside it")),
    R(35, _n("Calls come from a file, not from typing."), "DVI 9",
      _n("every injection: a file stands behind it")),
    R(36, _n("Likelihood ratios are reported with their basis."), "DVI 11; 21043-5",
      needs=_n("none are computed here: the matching engine's reports")),
)  # fmt: skip
REVIEW = (
    R(37, _n("Another person than the readers reviewed each profile."), "QAS 12.1",
      _n("every released profile: neither its reviewer nor its releaser read it"),
      unseen=_n("the reviewer's training in method, kit and platform")),
    R(38, _n("The review follows a list, each point ticked."), "QAS 12.2",
      needs=_n("one signature stands for the whole: the reviewer's list")),
    R(39, _n("What was released has custody without a gap."), "QAS 12.3",
      _n("the custody of every sample behind a released profile: no gap, no overlap")),
    R(40, _n("Each difference between readers was settled by a third."), "QAS 12.4",
      _n("every difference: who settled it read neither, and gave a reason")),
    R(41, _n("Two readings agree, or were settled, behind each profile."), "QAS 12.2",
      _n("every released profile: two people read each injection, and agree now")),
    R(42, _n("The file behind each release was reviewed, and stands as reviewed."),
      "21043-5 6; QAS 12",
      _n("every released profile: the hash that reviewer and releaser signed is that "
         "of the readings and calls that stand now"),
      unseen=_n("the notes on paper of a case file")),
    R(43, _n("Opinions are given by authorised persons alone."), "17025 7.8.7",
      _n("every reading, settling, review, release and closing of a finding: who "
         "signed held the role for it at that moment"),
      unseen=_n("what is said aloud")),
    R(44, _n("Who may do what is authorised, with the date."), "17025 6.2; QAS 13",
      _n("every active account: an event gave it the roles that it has today"),
      unseen=_n("single tasks within a role, training and proficiency tests: the "
               "personnel files")),
)  # fmt: skip
REPORTS = (
    R(45, _n("Reports carry all that they must."), "17025 7.8.2",
      needs=_n("no report is written here: the matching engine's reports")),
    R(46, _n("What the submitter said stands as the submitter's."), "17025 7.8.2",
      _n("every bag with a declared content: who sent the bag declared it"),
      unseen=_n("whether a report marks it as such")),
    R(47, _n("A later version names the one that it replaces."), "17025 7.8.8",
      _n("every profile after the first of its sample: it names the one before it")),
    R(48, _n("Deviations are printed."), "17025 7.4.3",
      needs=_n("no report is written here: the engine's reports; holds and "
               "discrepancies are marked on the custody line and in every bundle")),
)  # fmt: skip
SYSTEM = (
    R(49, _n("The system was validated before its use."), "17025 7.11.2; QAS 8",
      _n("every change of the tables' form: an event tells it, each goes on from the "
         "one before, and the last is the form of today"),
      unseen=_n("the laboratory's validation report; changes of the program alone")),
    R(50, _n("Whoever signs or audits has a second factor."), "17025 7.11.3",
      _n("every active account that signs, administers or audits: a second factor is "
         "enrolled"),
      unseen=_n("the doors of the rooms and of the machine")),
    R(51, _n("Each import that failed left an incident on record."), "17025 7.11.3",
      _n("every file that was not taken in: an event tells of it"),
      unseen=_n("failures outside this program")),
    R(52, _n("Each row of each import is accounted for."), "17025 7.11.6",
      _n("every file that was taken in: as many lines of account as rows")),
    R(53, _n("Hosting by others is under contract."), "17025 7.11.4", needs=PAPER),
    R(54, _n("The record is whole: bytes, order, guards."), "Part 11.10(e)",
      _n("every event, chain, place of the log and checkpoint, and that the guards "
         "stand: walked now")),
    R(55, _n("Copies are complete, for people and machines."), "Part 11.10(b)",
      _n("every bundle that was asked for: it was made within a day, and its event "
         "tells the hashes that stand beside it"),
      unseen=_n("your own copy: check it with verify.py")),
    R(56, _n("Steps were taken in their permitted order alone."), "Part 11.10(f)",
      _n("every act of custody: it begins where the item stood and is in the table of "
         "states")),
    R(57, _n("Everything was done by somebody who is known."), "Part 11.10(d, g)",
      _n("every event: an account stands behind it, or the program itself")),
    R(58, _n("Each signature tells who, when, and what it means."), "Part 11.50, 11.70",
      _n("every signature: a meaning, a hash of what was signed, a password shown "
         "again, and an event of it")),
    R(59, _n("The record was verified in the last two days, and held."),
      "Part 11.10(e)",
      _n("the last full verification: its age and its result")),
)  # fmt: skip
QUALITY = (
    R(60, _n("What is held is not worked on."), "17025 7.10",
      _n("every item with a hold: nothing but storing, losing and finding meanwhile")),
    R(61, _n("What a bad lot, device or person touched can be found."), "17025 7.10",
      _n("every plate that was run: its events name the kit and the analyzer; what a "
         "person touched, and when, the search of this desk finds"),
      unseen=_n("lots, and devices other than the analyzer: the bench's lists")),
    R(62, _n("Equipment is known and calibrated."), "17025 6.4",
      needs=_n("equipment is not recorded yet: its files")),
    R(63, _n("Findings of audits are kept, and none is overdue."), "QAS 15",
      _n("every finding that is not closed: its day has not passed"),
      unseen=_n("audits that were not recorded at this desk")),
    R(64, _n("Work done outside is reviewed by its owner."), "QAS 17",
      needs=_n("work done outside is not marked here: contracts and their reviews")),
)  # fmt: skip
PERSONS = (
    R(65, _n("Processing of genetic data has its basis on record."), "GDPR 9",
      _n("every reference that was given a code: a consent of its donor came before"),
      unseen=_n("grounds other than consent, the record of processing, the assessment "
               "of its risks, and the log of breaches")),
    R(66, _n("Consent was asked before each reference left."), "GDPR 9; ICMP",
      _n("every package of a reference: the identity zone was asked before")),
    R(67, _n("Donors decide how widely data are shared."), "GDPR 7; ICMP",
      _n("every package of a reference: the last answer before it was yes"),
      unseen=_n("what the matching engine shares")),
    R(68, _n("After a withdrawal nothing of the item left."), "GDPR 7, 17",
      _n("every item that was withdrawn: no package of it came later"),
      unseen=_n("the copy that the matching engine holds")),
    R(69, _n("Unexpected kinship is told to few."), "ICMP",
      needs=_n("families are not compared here: the matching engine")),
    R(70, _n("Genetic and personal data lie apart."), "ENFSI; GDPR 25",
      _n("every account: no roles together that may not be; and every event of the "
         "laboratory's zone: none names the number of a donor or a missing person")),
    R(71, _n("Duplicates and staff matches are deleted."), "ENFSI",
      needs=_n("neither is stored here: the matching engine and the elimination "
               "database")),
    R(72, _n("Who took a sample is another than its donor."), "NamUs",
      _n("every consignment of references: who announced it acted as a collector; a "
         "donor has no account"),
      unseen=_n("whose hand took the swab: the collectors' forms")),
)  # fmt: skip
CHAPTERS: dict[str, tuple[Requirement, ...]] = {
    _n("Items and custody"): ITEMS,
    _n("Technical records"): RECORDS,
    _n("Controls of the analysis"): CONTROLS,
    _n("Interpretation"): INTERPRETATION,
    _n("Review and authorisation"): REVIEW,
    _n("Reports"): REPORTS,
    _n("This system"): SYSTEM,
    _n("The quality system"): QUALITY,
    _n("Persons and consent"): PERSONS,
}
REQUIREMENTS = tuple(one for chapter in CHAPTERS.values() for one in chapter)
BY_NUMBER = {one.number: one for one in REQUIREMENTS}
