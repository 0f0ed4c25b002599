"""Every parser against every file in data/. To test a new parser, add its file.

The expected reading of an export stands beside it in `<name>.expected.json`.
"""

from contextlib import suppress
import json
from pathlib import Path

import pytest

from instruments import InstrumentError, Source, all_parsers, parse
from instruments.records import Export, GenotypeExport
from instruments.report import report

DATA = Path(__file__).parent / "data"
EXPORTS = sorted(p for p in DATA.glob("*/*") if not p.name.endswith(".expected.json"))
CUTS = 50


def _plain(export: Export) -> list[object]:
    """Everything that the report leaves out of a reading."""
    readings = export.readings if isinstance(export, GenotypeExport) else ()
    return [
        {
            "line": one.line,
            "run": one.run,
            "well": one.well,
            "panel": one.panel,
            "dye": one.dye,
            "sizes": [str(peak.size) for peak in one.peaks if peak.size is not None],
            "unread": dict(one.unread),
        }
        for one in readings
    ]


@pytest.mark.parametrize("path", EXPORTS, ids=lambda p: f"{p.parent.name}/{p.name}")
class TestExport:
    def test_is_read_as_expected(self, path: Path) -> None:
        source = Source.from_path(path)
        expected = json.loads(path.with_name(f"{path.name}.expected.json").read_text())
        found = {"report": report(source), "readings": _plain(parse(source))}
        assert json.loads(json.dumps(found)) == expected

    def test_is_claimed_by_its_own_parser_only(self, path: Path) -> None:
        source = Source.from_path(path)
        claims = [p.claims.__module__ for p in all_parsers() if p.claims(source)]
        assert claims == [f"instruments.parsers.{path.parent.name}"]

    def test_cut_short_is_read_in_part_or_refused(self, path: Path) -> None:
        whole = path.read_bytes()
        rows = parse(Source(path.name, whole)).rows
        for cut in range(CUTS):
            with suppress(InstrumentError):
                part = parse(Source(path.name, whole[: len(whole) * cut // CUTS]))
                assert part.rows <= rows


def test_every_parser_has_an_export() -> None:
    modules = {p.claims.__module__.rpartition(".")[2] for p in all_parsers()}
    assert modules == {path.parent.name for path in EXPORTS}


def test_parsers_have_different_names() -> None:
    names = [parser.name for parser in all_parsers()]
    assert len(names) == len(set(names))
