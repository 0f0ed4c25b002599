"""Many rows go in one statement, and each learns its own number."""

from sqlalchemy import select

from lims import clock
from lims.access import SYSTEM
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.db import Database
from lims.samples.tables import Sample, SampleKind, Stream
from tests.statements import counted


def test_a_hundred_rows_take_one_statement_and_keep_their_numbers(
    database: Database,
) -> None:
    with database.transaction() as session:
        rows = [
            Sample(
                kind=SampleKind.BONE,
                stream=Stream.BONE,
                organisation_id=1,
                unit=str(number),
                created_at=clock.now(),
            )
            for number in range(100)
        ]
        session.add_all(rows)
        with counted(database) as sent:
            session.flush()
        assert len([one for one in sent if one.startswith("INSERT")]) == 1
        known = {row.unit: row.id for row in rows}
        for row in rows:
            record(session, SYSTEM, Tag.SAMPLE_REGISTERED, row)
    with database.reading() as session:
        stored = session.execute(select(Sample.unit, Sample.id)).all()
        assert {unit: number for unit, number in stored} == known  # noqa: C416 - rows are no pairs to dict()
