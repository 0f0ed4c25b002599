"""Exports of other laboratories' software: every row, allele and homozygote counted.

The counts come from `csv` and plain Python here, not from the code under test.
"""

from collections import Counter
import csv
from pathlib import Path

import pytest

from instruments import InstrumentError, Source, genotypes
from instruments.records import Homozygote, MarkerReading
from instruments.report import report

pytestmark = pytest.mark.shared

GENEMAPPER, GENEMARKER = "GeneMapper genotypes table", "GeneMarker HID allele report"


def _folder(shared: Path, kind: str) -> list[Path]:
    return sorted(
        path
        for path in (shared / "instruments" / kind).iterdir()
        if _rows(path)[0][0].startswith("Sample") and "Marker" in _rows(path)[0]
    )


def _rows(path: Path) -> list[list[str]]:
    """The header and the rows, as `csv` splits them."""
    text = path.read_bytes().decode("latin-1")
    top = text.partition("\n")[0]
    delimiter = max("\t;,", key=top.count)
    rows = list(csv.reader(text.splitlines(), delimiter=delimiter))
    return [[cell.strip() for cell in row] for row in rows if any(row)]


def _alleles(path: Path) -> list[list[str]]:
    """The filled allele cells of each row."""
    header, *rows = _rows(path)
    columns = [at for at, name in enumerate(header) if name.startswith("Allele")]
    return [
        [row[at] for at in columns if at < len(row) and row[at] not in {"", "NA"}]
        for row in rows
    ]


def _read(path: Path) -> tuple[MarkerReading, ...]:
    export = genotypes(Source.from_path(path))
    assert not export.refused
    assert export.rows == len(_rows(path)) - 1 == len(export.readings)
    return export.readings


@pytest.mark.parametrize("kind", ["genemapper_table", "genemarker_hid"])
def test_every_row_of_every_table_is_read(shared: Path, kind: str) -> None:
    paths = _folder(shared, kind)
    assert len(paths) >= 6
    for path in paths:
        found = [list(reading.alleles) for reading in _read(path)]
        assert found == _alleles(path), path.name


@pytest.mark.parametrize(
    "kind",
    [
        *("genemapper_table", "genemarker_hid", "osiris_output", "genemapper_panels"),
        *("abif_hid", "abif_invalid", "qpcr_quantstudio", "straitrazor", "lusstr"),
        *("forenseq_uas", "codis_cmf", "dicom", "SYNTHETIC_not_instrument_output"),
    ],
)
def test_no_file_crashes_the_reader(shared: Path, kind: str) -> None:
    for path in sorted((shared / "instruments" / kind).iterdir()):
        try:
            report(Source.from_path(path))
        except InstrumentError as error:
            told = str(error)
            assert told.endswith("."), path.name


@pytest.mark.parametrize(
    ("name", "rows", "samples"),
    [
        ("databaseESX17.txt", 1309, 77),
        ("ref3.txt", 51, 3),
        ("test.genemapper", 80, 2),
        ("GeneMapperCBA15.txt", 20, 20),
    ],
)
def test_the_four_tables_of_genemapper(
    shared: Path, name: str, rows: int, samples: int
) -> None:
    path = shared / "instruments" / "genemapper_table" / name
    found = report(Source.from_path(path))
    readings = _read(path)
    assert (found["rows"], found["parser"]) == (rows, GENEMAPPER)
    assert len({reading.sample for reading in readings}) == samples


def test_homozygotes_written_twice_are_recognised(shared: Path) -> None:
    path = shared / "instruments" / "genemapper_table" / "databaseESX17.txt"
    twice = sum(len(row) == 2 and row[0] == row[1] for row in _alleles(path))
    found = Counter(reading.homozygote for reading in _read(path))
    assert found[Homozygote.TWICE] == twice == 266
    assert found[Homozygote.ONCE] == sum(len(row) == 1 for row in _alleles(path))


def test_homozygotes_of_one_file_written_in_both_ways(shared: Path) -> None:
    readings = _read(shared / "instruments" / "genemapper_table" / "ref3.txt")
    found = {
        sample: Counter(
            reading.homozygote
            for reading in readings
            if reading.sample == sample and reading.homozygote
        )
        for sample in ("A2", "F2", "bc")
    }
    assert found == {
        "A2": {Homozygote.TWICE: 2},
        "F2": {Homozygote.ONCE: 4},
        "bc": {Homozygote.TWICE: 1},
    }


def test_the_remarks_of_a_table_are_kept_as_unread(shared: Path) -> None:
    path = shared / "instruments" / "genemapper_table" / "ref3.txt"
    export = genotypes(Source.from_path(path))
    assert export.unread == 3
    assert export.readings[0].unread == {"Remark": "Double entry for homozygotes"}


def test_peaks_in_no_bin_stay_question_marks(shared: Path) -> None:
    path = shared / "instruments" / "genemapper_table" / "test.genemapper"
    readings = _read(path)
    marks = sum(row.count("?") for row in _alleles(path))
    assert sum(reading.alleles.count("?") for reading in readings) == marks > 0
    assert not any("?" in reading.called for reading in readings)
    assert readings[0].flags["OMIT"] == "false"
    assert str(readings[0].peaks[1].size) == "269.12"
    files = {row[0] for row in _rows(path)[1:]}
    assert {reading.source for reading in readings} == files


def test_wells_and_runs_are_kept(shared: Path) -> None:
    path = shared / "instruments" / "genemapper_table" / "GeneMapperCBA15.txt"
    first = _read(path)[0]
    assert (first.well, first.panel, first.dye) == ("05-09B", "RUB1", "Y")
    assert first.run == "Run_MAJSEQUENCER_2009-11-19_17-39_5862"
    assert (first.flags["AE"], first.flags["GQ"]) == ("TRUE", "1")
    assert first.unread == {"Peak Area 1": "36717", "Data Point 1": "4301"}


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("Dataset 1 DTH_AlleleReport.txt", 1566),
        ("Dataset 2 DTL_AlleleReport.txt", 1620),
    ],
)
def test_mixtures_of_genemarker_are_called_mixtures(
    shared: Path, name: str, rows: int
) -> None:
    path = shared / "instruments" / "genemarker_hid" / name
    found = report(Source.from_path(path))
    assert (found["rows"], found["parser"]) == (rows, GENEMARKER)
    loci: Counter[str] = Counter()
    for row, alleles in zip(_rows(path)[1:], _alleles(path), strict=True):
        autosomal = row[1] != "AMEL" and not row[1].startswith("DYS")
        loci[row[0]] += autosomal and len(set(alleles)) > 2
    samples = found["samples"]
    assert isinstance(samples, list)
    told = {sample["name"]: sample.get("mixture", False) for sample in samples}
    assert told == {name: count >= 2 for name, count in loci.items()}
    assert sum(told.values()) > 50


def test_the_summary_of_osiris(shared: Path) -> None:
    path = shared / "instruments" / "osiris_output" / "inputSummary.tab"
    found = report(Source.from_path(path))
    assert (found["rows"], found["parser"]) == (6, "OSIRIS summary")
    samples = found["samples"]
    assert isinstance(samples, list)
    assert {sample["name"]: sample["role"] for sample in samples} == {
        "LADDER_ID": "ladder",
        "Positive_Control_ID": "positive",
        "Negative_Control_ID": "negative",
        "25_003_Mother_ID": "sample",
        "25_001_Child_ID": "sample",
        "25_002_Father_ID": "sample",
    }
    text = path.read_text()
    top = next(line for line in text.split("\n") if line.startswith("Sample Name"))
    rows = [line.split("\t") for line in text.split("\n") if "_ID.fsa\tOK" in line]
    loci = [name.rpartition("-")[0] for name in top.split("\t")[3:19]]
    for sample, row in zip(samples, rows, strict=True):
        cells = [cell.split(",") if cell else [] for cell in row[3:19]]
        markers = {name: told["alleles"] for name, told in sample["markers"].items()}
        assert markers == dict(zip(loci, cells, strict=True))
