"""Imported by the server that forks the workers: one round of work, thrown away.

What Python and SQLAlchemy load and compile at first use is then there in each life,
and the kills strike the steps and not the preparations of them.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from lims import migrate
from lims.db import Database
from tests.cast import Cast
from tests.faults.work import prepare
from tests.faults.worker import Desk, finish


def _one_round(folder: Path) -> None:
    desk = Desk(f"sqlite:///{folder / 'nomen.db'}", folder)
    database = Database(desk.address)
    migrate.upgrade(database)
    with database.transaction() as session:
        Cast().enter(session)
    prepare(database, desk.exports, plates=1, profiles=1)
    database.close()
    finish(desk)


with TemporaryDirectory() as _folder:
    _one_round(Path(_folder))
