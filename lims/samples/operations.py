"""Changes to samples and places. Where a sample is, and who holds it, is custody's."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor, Permission, require
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.codes import Kind, is_code, kind
from lims.errors import BadInput, RuleBroken
from lims.samples import queries
from lims.samples.amounts import Derivation, Measure, require_measured, taking
from lims.samples.tables import Sample, SampleKind, Stream

BAG_KIND = {
    Stream.BONE: SampleKind.BONE,
    Stream.REFERENCE: SampleKind.REFERENCE,
}
DERIVED = frozenset(
    {SampleKind.CUT, SampleKind.EXTRACT, SampleKind.POWDER, SampleKind.PUNCH}
)


def expect(
    session: Session,
    actor: Actor,
    stream: Stream,
    laboratory_id: int,
    measures: Sequence[Measure],
) -> list[Sample]:
    """One sample for each bag that is announced to a laboratory, in their order."""
    require(actor, Permission.CONSIGNMENT_ANNOUNCE)
    for one in measures:
        if one.amount is not None:
            require_measured(one)
    return _register(session, actor, stream, laboratory_id, measures)


def find_unannounced(
    session: Session, actor: Actor, stream: Stream, count: int
) -> list[Sample]:
    """Samples for bags that stood on no manifest."""
    require(actor, Permission.CONSIGNMENT_RECEIVE)
    measures = [Measure()] * count
    return _register(session, actor, stream, actor.organisation_id, measures)


def _register(
    session: Session,
    actor: Actor,
    stream: Stream,
    laboratory_id: int,
    measures: Sequence[Measure],
) -> list[Sample]:
    now = clock.now()
    rows = [
        Sample(
            kind=BAG_KIND[stream],
            stream=stream,
            organisation_id=laboratory_id,
            amount=one.amount,
            unit=one.unit,
            created_at=now,
        )
        for one in measures
    ]
    session.add_all(rows)
    for row in rows:
        _told_as_new(session, actor, row)
    session.flush()
    return rows


def make_blanks(
    session: Session, actor: Actor, stream: Stream, count: int = 1
) -> list[Sample]:
    """Extraction blanks: tubes with a code like any other and nothing of anybody."""
    require(actor, Permission.BATCH_PLAN)
    now = clock.now()
    rows = [
        Sample(
            code=code,
            kind=SampleKind.BLANK,
            stream=stream,
            organisation_id=actor.organisation_id,
            created_at=now,
        )
        for code in queries.unused_codes(session, count)
    ]
    session.add_all(rows)
    for row in rows:
        _told_as_new(session, actor, row, code=row.code)
    session.flush()
    return rows


def accession(
    session: Session, actor: Actor, given: Mapping[int, str]
) -> dict[str, Sample]:
    """Give samples (by their row's number) their blind codes, many at once."""
    require(actor, Permission.SAMPLE_ACCESSION)
    _refuse_bad_codes(given.values())
    rows = queries.by_ids(session, actor, given.keys(), locked=True)
    for number, row in rows.items():
        if row.code is not None:
            raise RuleBroken(
                f"The sample already has the code '{row.code}'. A second code is never "
                "given; a lost label is printed again."
            )
        row.code = given[number]
        record(session, actor, Tag.SAMPLE_ACCESSIONED, row, code=row.code)
    session.flush()
    return {given[number]: row for number, row in rows.items()}


def measure(
    session: Session, actor: Actor, code: str, amount: Decimal, unit: str
) -> Sample:
    """Say how much there is, once, before anything is taken of it."""
    require(actor, Permission.SAMPLE_DERIVE)
    row = queries.sample(session, actor, code, locked=True)
    if row.amount is not None:
        raise RuleBroken(
            f"{code} was measured before: {row.amount:f} {row.unit} are on record. "
            "What was taken since is taken off by itself."
        )
    require_measured(Measure(amount, unit))
    row.amount, row.unit = amount, unit
    record(session, actor, Tag.SAMPLE_MEASURED, row, amount=amount, unit=unit)
    return row


def derive(
    session: Session,
    actor: Actor,
    code: str,
    derivation: Derivation,
    uid: str | None = None,
) -> Sample:
    """A child with a code of its own; what it took is off the parent's amount.

    `uid`: the pseudonym it is to have, where the same request must not make a second.
    """
    require(actor, Permission.SAMPLE_DERIVE)
    if derivation.kind not in DERIVED:
        known = ", ".join(sorted(DERIVED))
        raise BadInput(
            f"'{derivation.kind}' is not made of a sample. Possible: {known}."
        )
    parent = queries.sample(session, actor, code, locked=True)
    left = taking(code, parent.amount, parent.unit, derivation)
    child = Sample(
        uid=uid,
        code=queries.unused_codes(session, 1)[0],
        kind=derivation.kind,
        stream=parent.stream,
        organisation_id=parent.organisation_id,
        parent_id=parent.id,
        source_id=parent.source_id or parent.id,
        amount=derivation.amount,
        unit=derivation.unit,
        created_at=clock.now(),
    )
    parent.amount = left
    session.add(child)
    record(
        session,
        actor,
        Tag.SAMPLE_DERIVED,
        parent,
        child=child.code,
        unit=parent.unit,
        left=left,
        taken=derivation.taken,
        method=derivation.method,
    )
    _told_as_new(
        session,
        actor,
        child,
        code=child.code,
        parent=code,
        taken=derivation.taken,
        method=derivation.method,
    )
    session.flush()
    return child


def _told_as_new(session: Session, actor: Actor, row: Sample, **facts: Any) -> None:
    record(
        session,
        actor,
        Tag.SAMPLE_REGISTERED,
        row,
        kind=row.kind,
        stream=row.stream,
        amount=row.amount,
        unit=row.unit,
        **facts,
    )


def _refuse_bad_codes(codes: Collection[str]) -> None:
    if len(set(codes)) < len(codes):
        raise BadInput("One code was given to two samples; each needs its own.")
    for code in codes:
        if not is_code(code) or kind(code) is not Kind.SAMPLE:
            raise BadInput(
                f"'{code}' is not a code for samples. Draw codes from the system."
            )
