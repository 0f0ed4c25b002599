"""An archive of reports loses those of the erased, and nothing of the others."""

from io import BytesIO
import zipfile

import pytest

from instruments import Source, parse
from instruments.errors import InstrumentError
from instruments.redaction_run import is_run, redacted_run
from instruments.sequences import SequencedGenotypes
from tests.instruments.test_parsers import DATA
from tests.instruments.uas_made import archive, of, run_of, second, written

GONE, OTHER = "K7MW-44QX", "P2RD-90AB"
ERASED = frozenset({"K7MW44QX"})
HTS = (DATA / "genemarker_hts" / "table.csv").read_bytes()


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as folder:
        return {one.rpartition("/")[2]: folder.read(one) for one in folder.namelist()}


def test_the_report_of_the_erased_goes_and_the_other_stays_as_it_was() -> None:
    run = archive(run_of(GONE, OTHER))
    left = redacted_run(run, ERASED)
    assert left is not None
    assert list(_parts(left)) == [f"{OTHER} report.xlsx"]
    assert _parts(left) == {f"{OTHER} report.xlsx": _parts(run)[f"{OTHER} report.xlsx"]}
    export = parse(Source("run.zip", left))
    assert isinstance(export, SequencedGenotypes)
    assert {one.sample for one in export.sequences} == {OTHER}


def test_a_report_that_is_named_otherwise_goes_by_what_stands_in_it() -> None:
    reports = {"1.xlsx": written(of(GONE, second())), **run_of(OTHER)}
    left = redacted_run(archive(reports), ERASED)
    assert left is not None
    assert list(_parts(left)) == [f"{OTHER} report.xlsx"]


def test_a_table_of_text_goes_whole() -> None:
    tables = {
        "1.csv": HTS.replace(b"S-1", GONE.encode()),
        "2.csv": HTS.replace(b"S-1", OTHER.encode()),
    }
    left = redacted_run(archive(tables), ERASED)
    assert left is not None
    assert list(_parts(left)) == ["2.csv"]


def test_a_report_that_cannot_be_read_is_not_proven_to_be_anothers() -> None:
    reports = {"x.xlsx": b"PK\x03\x04xl/workbook.xml", **run_of(OTHER)}
    left = redacted_run(archive(reports), ERASED)
    assert left is not None
    assert list(_parts(left)) == [f"{OTHER} report.xlsx"]


def test_an_archive_of_others_stays_the_same_bytes() -> None:
    run = archive(run_of(OTHER))
    assert redacted_run(run, ERASED) is run


def test_of_an_archive_of_the_erased_alone_nothing_is_left() -> None:
    assert redacted_run(archive(run_of(GONE)), ERASED) is None


def test_a_workbook_is_no_run_and_a_damaged_archive_is_refused() -> None:
    run = archive(run_of(GONE))
    assert is_run(run)
    assert not is_run(written(second()))
    assert not is_run(HTS)
    with pytest.raises(InstrumentError):
        redacted_run(run.replace(b"run 7/", b"run 8/", 1), ERASED)
