"""The demo's authority stamps its checkpoints, over a restart too."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from lims.anchors.authority import Authority
from lims.anchors.rounds import stamp_now
from lims.audit.integrator import Integrator
from lims.db import Database
from lims.demo.time_office import NAME, stamp_beside
from tests.lims.witness.a_log import ORIGIN
from tests.programs import program


def test_a_newcomers_checkpoint_is_stamped(embedded: Database, tmp_path: Path) -> None:
    program("openssl")
    laboratory: Any = SimpleNamespace(
        log_policy=tmp_path / "log.policy", authority=None
    )
    Integrator(embedded, tmp_path / "log-keys", ORIGIN).round()
    roots = set()
    for _ in range(2):
        authority = stamp_beside(laboratory)
        assert authority is not None
        assert authority.root_file is not None
        assert stamp_now(embedded, authority).authority.endswith(NAME)
        roots.add(authority.root_file.read_bytes())
    assert len(roots) == 1


def test_an_authority_that_is_set_is_the_one_that_is_asked(tmp_path: Path) -> None:
    own = Authority("https://time.example/tsr", None)
    laboratory: Any = SimpleNamespace(log_policy=tmp_path / "policy", authority=own)
    assert stamp_beside(laboratory) is own
