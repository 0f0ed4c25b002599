"""`lims stamp`: a timestamp now, or one sentence why not."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

from click.testing import CliRunner, Result

from lims.anchors import queries
from lims.anchors.authority import Authority
from lims.audit import log
from lims.audit.integrator import Integrator
from lims.cli.stamp import command
from lims.db import Database
from tests.lims.anchors.authority import NAME, an_office
from tests.lims.anchors.servers import nobody
from tests.lims.witness.a_log import ORIGIN


def run(database: Database, authority: Authority | None) -> Result:
    laboratory = SimpleNamespace(database=database, authority=authority)
    return CliRunner().invoke(command, obj=laboratory)


def test_a_stamp_is_had_at_once_and_twice(embedded: Database, tmp_path: Path) -> None:
    office = an_office(tmp_path / "tsa")
    Integrator(embedded, tmp_path / "keys", ORIGIN).round()
    with office.open() as url:
        for _ in range(2):
            answer = run(embedded, Authority(url, office.root))
            assert answer.output.startswith(f"'CN={NAME}' stamped the checkpoint at 2")
    with embedded.reading() as session:
        newest = log.newest(session)
        assert newest is not None
        assert len(queries.timestamps(session, newest.id)) == 1


def test_why_there_is_no_stamp_is_said(embedded: Database, tmp_path: Path) -> None:
    office = an_office(tmp_path / "tsa")
    absent = Authority(nobody(), office.root)
    assert "No authority is set" in run(embedded, None).output
    assert "nothing to stamp" in run(embedded, absent).output
    Integrator(embedded, tmp_path / "keys", ORIGIN).round()
    assert "cannot be reached" in run(embedded, absent).output
    rootless = replace(absent, root_file=None)
    assert "No root certificate" in run(embedded, rootless).output
    assert run(embedded, rootless).exit_code == 1
