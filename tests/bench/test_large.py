"""The large laboratory of the benchmarks is a laboratory like any other."""

from pathlib import Path

from bench import large
from lims.audit.queries import all_faults
from lims.audit.record import watch
from lims.custody import line, queries
from lims.custody.operations import move
from lims.custody.stages import Stage
from lims.samples import queries as samples
from tests.cast import Cast


def test_it_passes_the_full_verification_and_goes_on(
    tmp_path: Path, cast: Cast
) -> None:
    database = large.build(tmp_path / "large.db", 5)
    watch(database.sessions)
    with database.transaction() as session:
        stated = {"purpose": "EXTRACTION"}
        done = move(session, cast.technician, large.code(3), "take out", stated)
        assert done.stage == Stage.IN_USE
    with database.reading() as session:
        assert all_faults(session) == {}
        row = samples.sample(session, cast.technician, large.code(0))
        found = queries.custody_line(session, [row])
        assert len(found) == large.LONG
        assert line.gaps(found) == []
    database.close()
