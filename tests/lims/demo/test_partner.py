"""The demo's partner cosigns its checkpoints, over a restart too."""

from pathlib import Path
import re
from types import SimpleNamespace
from typing import Any

from click.testing import CliRunner

from lims.anchors import policy
from lims.anchors.rounds import Rounds
from lims.audit.integrator import Integrator
from lims.cli.log import show
from lims.db import Database
from lims.demo.partner import NAME, watch_over
from tests.lims.witness.a_log import ORIGIN


def test_a_newcomer_sees_a_witnessed_checkpoint(
    embedded: Database, tmp_path: Path
) -> None:
    laboratory: Any = SimpleNamespace(
        database=embedded,
        log_keys=tmp_path / "log-keys",
        log_origin=ORIGIN,
        log_policy=tmp_path / "log.policy",
    )
    Integrator(embedded, laboratory.log_keys, ORIGIN).round()
    for had in (1, 0):
        assert watch_over(laboratory)
        asked = policy.read(laboratory.log_policy)
        assert Rounds(embedded).round(asked, None) == had
    shown = CliRunner().invoke(show, obj=laboratory).output
    assert shown.count(f"\N{EM DASH} {NAME} ") == 2
    told = re.search(f"Witness '{NAME}' has cosigned ([0-9]+) events, (.*)", shown)
    assert told
    assert (int(told[1]) > 0, told[2]) == (True, "up to date.")


def test_without_a_policy_there_is_no_partner() -> None:
    laboratory: Any = SimpleNamespace(log_policy=None)
    assert watch_over(laboratory) is None
