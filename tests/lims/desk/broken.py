"""What breaks each requirement, told as it would happen in a laboratory."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Role
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.batches.tables import Plate
from lims.cases import answers
from lims.cases.words import Scope
from lims.desk import operations
from lims.desk.tables import FindingKind
from lims.samples.tables import Sample, Stream
from tests.cast import Cast

CAST = Cast()
Break = Callable[[Session], None]


def sample(session: Session) -> Sample:
    """The bone on its place."""
    held = text("SELECT sample_id FROM holding WHERE place_id IS NOT NULL")
    return session.get_one(Sample, session.scalars(held).first())


def told(tag: Tag, **facts: Any) -> Break:
    """An event that the laboratory's own operations would never write."""

    def break_(session: Session) -> None:
        named = {name.rstrip("_"): value for name, value in facts.items()}
        record(session, CAST.technician, tag, sample(session), **named)
        session.flush()

    return break_


def moved(action: str, before: str, after: str, **facts: Any) -> Break:
    ends = {"from_": facts.pop("from_", "X"), "to": facts.pop("to", "Y")}
    told_ = {"action": action, "before": before, "after": after, **ends, **facts}
    return told(Tag.CUSTODY_MOVED, **told_)


def sql(*statements: str) -> Break:
    def break_(session: Session) -> None:
        for statement in statements:
            changed: Any = session.execute(text(statement))
            assert changed.rowcount > 0, statement

    return break_


def held_and_moved(session: Session) -> None:
    told(Tag.HOLD_OPENED, reason="SEAL_BROKEN")(session)
    moved("take out", "stored", "in use")(session)


CARDS = select(Sample.code).where(
    Sample.stream == Stream.REFERENCE, Sample.code.is_not(None)
)


def withdrawn_before_it_left(session: Session) -> None:
    code = sample(session).code
    moved("withdraw", "stored", "withdrawn", reason="CONSENT_WITHDRAWN")(session)
    told(Tag.PACKAGE_PREPARED, code=code)(session)


def overdue(session: Session) -> None:
    operations.record_finding(
        session,
        CAST.auditor,
        CAST.quality.organisation_id,
        (FindingKind.FREE, ""),
        "minor",
        "Long ago.",
        (Role.QUALITY, date(2020, 1, 1)),
    )


def not_asked(session: Session) -> None:
    waiting = "SELECT code FROM sample WHERE stream = 'reference' AND id NOT IN "
    card = session.scalars(text(waiting + "(SELECT sample_id FROM profile)")).first()
    told(Tag.PACKAGE_PREPARED, code=card)(session)


def against_the_answer(session: Session) -> None:
    card = session.scalars(CARDS).first()
    answers.consents_allow(
        session, CAST.foreign_manager, [str(card)], Scope.DNA_IDENTIFICATION
    )
    told(Tag.PACKAGE_PREPARED, code=card)(session)


def forgotten_at_the_mortuary(session: Session) -> None:
    """The bone on its place stands for it: the event is what is looked at."""
    now = clock.now
    try:
        clock.now = lambda: now() - timedelta(days=400)
        told(Tag.ELEMENT_REGISTERED, name="femur", side="left")(session)
    finally:
        clock.now = now


def not_measured(session: Session) -> None:
    told(Tag.SAMPLE_PLATED, code=sample(session).code, plate="P", well="A01")(session)


def run_on_nothing(session: Session) -> None:
    plate = session.scalars(select(Plate).where(Plate.loaded_at.is_not(None))).one()
    facts: dict[str, Any] = {"code": plate.code, "action": "run", "stage": plate.stage}
    record(session, CAST.technician, Tag.PLATE_MOVED, plate, **facts)
    session.flush()


def a_stranger(session: Session) -> None:
    nobody = Actor("f" * 32, "nobody", frozenset(), 0, 0)
    record(session, nobody, Tag.LABEL_PRINTED, sample(session), code="S")
    session.flush()


def released_with_a_gap(session: Session) -> None:
    number = session.scalar(text("SELECT sample_id FROM profile"))
    bone = session.get_one(Sample, number)
    facts: dict[str, Any] = {"action": "store", "before": "", "after": "stored"}
    for ends in ({"from": "A", "to": "B"}, {"from": "C", "to": "D"}):
        facts |= ends
        record(session, CAST.technician, Tag.CUSTODY_MOVED, bone, **facts)
    session.flush()


FILES = "SELECT import_id FROM injection JOIN replicate ON injection_id = injection.id"
BREAKS: dict[int, tuple[str, Break]] = {
    1: ("a code was given that is none of ours",
        told(Tag.SAMPLE_ACCESSIONED, code="S000000000")),
    2: ("an extract names nothing that it was made from",
        sql("UPDATE sample SET source_id = NULL WHERE kind = 'extract'")),
    3: ("a bag was received in silence about its condition",
        told(Tag.BAG_RECEIVED, seal_found="1")),
    4: ("somebody handed an item to himself",
        moved("hand over", "stored", "stored", from_="B", to="B")),
    5: ("an item was stored by somebody who did not have it",
        moved("store", "stored", "stored")),
    7: ("an item was used up before a witness, but by nobody's order",
        moved("consume", "stored", "consumed", witness="B")),
    8: ("an item was destroyed before one witness alone",
        moved("destroy", "destruction pending", "destroyed", witness="B")),
    9: ("a bag was received, and nobody noted its seal",
        told(Tag.BAG_RECEIVED, condition="INTACT")),
    10: ("a bone was entered a year ago, and no bag of it was ever declared",
        forgotten_at_the_mortuary),
    12: ("a profile was released that nobody reviewed",
        sql("DELETE FROM signatory WHERE part = 'technical reviewer'")),
    13: ("a weight was entered years after the balance showed it",
        told(Tag.SAMPLE_MEASURED, measured_at="2020-01-01T00:00:00+00:00")),
    14: ("a correction names an event that was changed since",
        told(Tag.CUSTODY_CORRECTED, corrects=1, leaf="0" * 64, reason="TYPO")),
    15: ("an item was put on hold without a reason",
        told(Tag.HOLD_OPENED)),
    16: ("a file on the disk is not the one that was given",
        sql("UPDATE import SET sha256 = substr(sha256, 2) || 'x'")),
    17: ("a package is not the one that was sent",
        sql("UPDATE package SET sealed = NULL")),
    18: ("nobody knows what read the file behind a profile",
        sql(f"UPDATE import SET parser_version = NULL WHERE id IN ({FILES})")),
    19: ("a profile rests on a plate that was never loaded",
        sql("UPDATE plate SET loaded_at = NULL")),
    21: ("an extract was amplified before anybody had measured it",
        not_measured),
    22: ("a plate ran without an extraction blank",
        sql("UPDATE well SET role = 'negative control', sample_id = NULL "
        "WHERE role = 'extraction blank'")),
    23: ("a plate ran without a positive control",
        sql("UPDATE well SET role = 'ladder' WHERE role = 'positive control'")),
    24: ("a plate ran without a ladder",
        sql("UPDATE well SET role = 'negative control' WHERE role = 'ladder'")),
    25: ("a profile left while its plate was held",
        sql("INSERT INTO finding (plate_id, import_id, rule, rule_version, outcome, "
        "wells, numbers, evidence, whole_batch, sentence, found_at) SELECT "
        "plate_id, import_id, 'D1', '1', 'hold', '[]', '{}', '[]', true, 'x', "
        "'2026-01-01' FROM injection")),
    28: ("a file was taken in that no rule looked at",
        sql("DELETE FROM finding")),
    30: ("a bone lies in the room after amplification",
        sql("UPDATE place SET zone = 'post-PCR'")),
    32: ("a profile rests on an injection of nobody",
        sql("UPDATE injection SET sample_id = NULL WHERE sample_id IS NOT NULL")),
    33: ("a profile without a single allele was released",
        sql("UPDATE profile SET sealed = NULL")),
    34: ("a rule gave a verdict and does not say in which version",
        sql("UPDATE finding SET rule_version = ''")),
    35: ("calls stand on record that no file gave",
        sql("DELETE FROM original_part", "UPDATE import SET sha256 = '', "
        "commitment = NULL WHERE id = (SELECT min(import_id) FROM injection)")),
    37: ("the reviewer was the first reader, too",
        sql("UPDATE reading SET reader_id = (SELECT min(user_id) FROM signatory "
        "WHERE part = 'technical reviewer') WHERE ordinal = 1")),
    39: ("the sample of a released profile was nowhere for a while",
        released_with_a_gap),
    40: ("a reader settled the difference himself",
        sql("UPDATE comparison SET concordant = false, decided_by = "
        "(SELECT min(reader_id) FROM reading)")),
    41: ("nobody compared the two readings",
        sql("DELETE FROM comparison")),
    42: ("calls were changed after the manager had signed",
        sql("UPDATE profile SET quality = 'full' || 'er'")),
    43: ("a technician released a profile",
        told(Tag.PROFILE_RELEASED, digest="0" * 64)),
    44: ("somebody became a manager, and no event tells of it",
        sql("INSERT INTO person_role (user_id, role) SELECT id, 'manager' FROM person "
        "WHERE login = 'analyst'")),
    46: ("another mortuary says what is in the bag",
        sql("UPDATE declaration SET organisation_id = 4")),
    47: ("a second version of a profile replaces nothing",
        sql("UPDATE profile SET supersedes_id = NULL")),
    49: ("somebody changed the tables by hand",
        sql("UPDATE alembic_version SET version_num = 'by_hand'")),
    50: ("a reviewer signs with a password alone",
        sql("UPDATE person SET totp_secret = NULL")),
    51: ("an import failed and nobody was told",
        sql("UPDATE import SET state = 'incident'")),
    52: ("a row of a file was taken in and is not accounted for",
        sql("UPDATE import SET rows = rows + 1")),
    55: ("a bundle is not the one that was made",
        sql("UPDATE evidence_bundle SET manifest = 'other'")),
    56: ("an item was stored while it was on its way",
        moved("store", "in transit", "returned")),
    57: ("somebody whom nobody knows printed a label",
        a_stranger),
    58: ("something was signed without a password",
        sql("UPDATE signature SET method = 'none'")),
    60: ("an item was taken out while it was on hold",
        held_and_moved),
    61: ("nobody knows on which analyzer a plate was run",
        run_on_nothing),
    63: ("a finding was forgotten for years",
        overdue),
    65: ("a card got its code before its donor consented",
        sql("UPDATE consent SET given_at = '2100-01-01'")),
    66: ("a reference left, and nobody asked for consent",
        not_asked),
    67: ("a reference left although the answer was no",
        against_the_answer),
    68: ("a reference left after its withdrawal",
        withdrawn_before_it_left),
    70: ("a reader of profiles may look up whose they are",
        sql("INSERT INTO person_role (user_id, role) SELECT id, 'coordinator' FROM "
        "person WHERE login = 'analyst'")),
    72: ("a technician announced cards that he took himself",
        told(Tag.CONSIGNMENT_ANNOUNCED, code="C", stream=Stream.REFERENCE)),
}  # fmt: skip
"""What breaks each requirement, as it would be told. Of 54 and 59 tests tell."""
