"""The demo's bench: a scanner and a balance that it plays, heard as real ones are."""

from pathlib import Path
import time

from sqlalchemy import select

from instruments.simulators import Sics
from lims.db import Database
from lims.demo.simulated import furnished
from lims.stations import operations
from lims.stations.tables import StationReading
from tests.browser.conftest import served
from tests.cast import Cast
from tests.lims.web.conftest import app_on


def _texts(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(StationReading.text).order_by("seq")))


def test_what_is_written_to_its_pipes_is_scanned_and_weighed(
    embedded: Database, cast: Cast, tmp_path: Path
) -> None:
    with embedded.transaction() as session:
        _, code = operations.add(session, cast.administrator, "Demo bench")
        found = operations.enrol(session, code, "127.0.0.1")
        assert found is not None
    folder = tmp_path / "bench"
    folder.mkdir()
    (folder / "token").write_text(found[1])
    with served(app_on(embedded, tmp_path)) as url:
        bench = furnished(embedded, folder, url)
        bench.start()
        (folder / "gun").write_text("S7K2M9QXAT\n")
        _until(embedded, 1)
        (folder / "pan").write_text("1.5\nnothing\n")
        _until(embedded, 2)
        assert bench.take("0.25 g\n")
        _until(embedded, 3)
        assert not bench.take("\n")
        bench.stop()
    serial = Sics().serial
    assert _texts(embedded) == ["S7K2M9QXAT", f"1.5 g {serial}", f"0.25 g {serial}"]


def _until(database: Database, number: int) -> None:
    limit = time.monotonic() + 20
    while len(_texts(database)) < number:
        assert time.monotonic() < limit, _texts(database)
        time.sleep(0.05)
