"""What one scan asks of the database, from the login's row to the event."""

from pathlib import Path

import pytest

from bench import scan

MOST = 10
"""Who asks, the sample and where it is, the same locked, badge, last event; then the
event, the holding and the sample are written."""


def test_a_scan_costs_few_statements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "SCANS", 2)
    side = scan.side(tmp_path / "laboratory", 20)
    for _ in range(2):
        scan.scan(side)
        assert side.statements <= MOST
    scan.prove(side.database)
    side.database.close()
