"""The reports of a run in one archive are one export, or a sentence says why not."""

from pathlib import Path

import pytest

from instruments import InstrumentError, Source, all_parsers, parse
from instruments.sequences import SequencedGenotypes
from tests.instruments.test_parsers import DATA
from tests.instruments.uas_made import (
    archive,
    first,
    kintelligence,
    of,
    run_of,
    written,
)

HTS = (DATA / "genemarker_hts" / "table.csv").read_bytes()
TABLE = (DATA / "lusstr_flags" / "flags.csv").read_bytes()


def _read(reports: dict[str, bytes], *opened: str) -> SequencedGenotypes:
    export = parse(Source("run.zip", archive(reports), frozenset(opened)))
    assert isinstance(export, SequencedGenotypes)
    return export


def test_each_report_keeps_its_file_sample_and_unread_cells() -> None:
    export = _read(run_of("S-1", "S-2"))
    told = {(one.sample, one.source) for one in export.readings}
    assert told == {("S-1", "S-1 report.xlsx"), ("S-2", "S-2 report.xlsx")}
    assert export.software == "UAS 2.7.0"
    wheres = {one.where for one in export.unread_cells}
    assert "'S-2 report.xlsx', sheet 'Settings', C4" in wheres


def test_closed_sheets_stay_closed_in_an_archive() -> None:
    export = _read(run_of("S-1", "S-2"))
    assert [(one.sheet, one.cells) for one in export.closed] == [
        ("Ancestry SNPs, of 2 reports", 72),
        ("Phenotype SNPs Figure, of 2 reports", 4),
    ]
    assert "rs310644" not in repr(export)
    assert "rs310644" in repr(_read(run_of("S-1"), "ancestry"))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"copy.xlsx": run_of("S-1")["S-1 report.xlsx"]}, "Two reports are of one"),
        ({"older.xlsx": written(of("S-2", first()))}, "A report is by UAS 1.3.6897"),
        ({"k.xlsx": written(of("S-2", kintelligence()))}, "A report is by UAS 2.0.3"),
        ({"hts.csv": HTS}, "Two reports are of one"),
        ({"hts.csv": HTS.replace(b"S-1", b"S-9")}, "A report is by GeneMarker HTS"),
        ({"flags.csv": TABLE}, "no report"),
        ({"inner.csv": archive(run_of("S-3"))}, "another archive"),
        ({"x.csv": b""}, "empty"),
    ],
    ids=[
        "copy",
        "version",
        "kintelligence",
        "sample",
        "software",
        "notes",
        "inner",
        "0",
    ],
)
def test_what_does_not_belong_is_refused_whole(
    more: dict[str, bytes], said: str
) -> None:
    with pytest.raises(InstrumentError, match=said):
        _read({**run_of("S-1"), **more})


def test_another_archive_is_claimed_by_nobody() -> None:
    source = Source("x.zip", archive({"letter.docx": b"x"}))
    assert not any(one.claims(source) for one in all_parsers())


@pytest.mark.shared
def test_two_real_reports_are_one_run(shared: Path) -> None:
    name = "2800M-2 Sample Report 2026_02_24_11_14_00.xlsx"
    content = (shared / "instruments" / "forenseq_uas" / name).read_bytes()
    export = _read({name: content})
    assert (len(export.readings), export.refused) == (153, ())
    assert sum(one.cells for one in export.closed) == 860


def test_an_archive_that_grows_without_end_is_not_unpacked() -> None:
    with pytest.raises(InstrumentError, match="could fill the memory"):
        _read({"zeros.csv": bytes(8 * 1024 * 1024)})
