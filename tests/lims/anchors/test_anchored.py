"""What a bundle brings of the outside: the last of each kind, however busy the log."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from lims import clock
from lims.anchors import queries
from lims.anchors.tables import Cosignature, Timestamp
from lims.audit import log
from lims.audit.notes import Verifier
from lims.db import Database
from lims.witness.keys import draw
from tests.lims.anchors.test_rounds import House

NEAR, FAR = (draw(name).signers[0].verifier for name in ("near", "far"))
CHECKPOINTS, MOST = 9, 3


@pytest.fixture
def sizes(database: Database, tmp_path: Path) -> list[int]:
    """One witness cosigns each; another the second alone; the third was stamped."""
    house, found = House(database, tmp_path), []
    for place in range(CHECKPOINTS):
        found.append(house.happen(1))
        with database.transaction() as session:
            _cosigned(session, NEAR)
            if place == 1:
                _cosigned(session, FAR)
            if place == 2:
                _stamped(session)
    return found


def _newest(session: Session) -> int:
    newest = log.newest(session)
    assert newest is not None
    return newest.id


def _cosigned(session: Session, key: Verifier) -> None:
    session.add(
        Cosignature(
            checkpoint_id=_newest(session),
            key=queries.number(key),
            line="x",
            at=clock.now(),
        )
    )


def _stamped(session: Session) -> None:
    session.add(
        Timestamp(
            checkpoint_id=_newest(session), authority="A", token=b"x", at=clock.now()
        )
    )


def test_the_last_of_each_witness_and_the_last_stamped_are_among_them(
    database: Database, sizes: list[int]
) -> None:
    with database.reading() as session:
        newest = log.newest(session)
        assert newest is not None
        found = queries.anchored(session, newest.origin, newest.size, MOST, [NEAR, FAR])
        assert [one.size for one in found] == [sizes[1], sizes[2], *sizes[-4:-1]]
