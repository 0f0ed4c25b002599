"""OSIRIS's report as XML: calls are calls; artefacts and what was disabled are not."""

from pathlib import Path

import pytest

from instruments import GenotypeExport, InstrumentError, Source, genotypes
from instruments.parsers import osiris_report
from instruments.records import Homozygote, MarkerReading
from tests.instruments.test_parsers import DATA

RUN = DATA / "osiris_report" / "run.oar"


def _parse(text: str) -> GenotypeExport:
    return genotypes(Source("run.oar", text.encode()))


def _reading(sample: str, marker: str) -> MarkerReading:
    readings = genotypes(Source.from_path(RUN)).readings
    (found,) = (one for one in readings if (one.sample, one.marker) == (sample, marker))
    return found


def test_an_artefact_and_a_disabled_allele_are_no_calls() -> None:
    assert _reading("POS", "D8S1179").alleles == ("13",)
    assert _reading("POS", "AMEL").alleles == ("1",)


def test_what_counts_twice_is_called_homozygous_and_what_stands_once_is_not() -> None:
    assert _reading("POS", "D8S1179").homozygote is Homozygote.TWICE
    assert _reading("POS", "AMEL").homozygote is Homozygote.ONCE


def test_an_allele_off_the_ladder_keeps_its_number_and_is_marked() -> None:
    reading = _reading("S1_B01", "D8S1179")
    assert reading.alleles == ("8", "14")
    assert reading.flags == {"Type": "Sample", "OffLadder": "8"}


def test_a_sample_without_a_name_is_named_by_its_file() -> None:
    reading = _reading("S1_B01", "AMEL")
    assert (reading.source, reading.run) == ("S1_B01", "2005-01-03T14:4953")


def test_what_is_not_read_is_kept_line_by_line() -> None:
    export = genotypes(Source.from_path(RUN))
    told = [line.text for line in export.unread_lines]
    assert "Label: Stutter\nBelow Minimum" in told
    assert "Text: REAMP SAMPLE" in told
    assert "Disabled: true" in told
    lines = RUN.read_text().split("\n")
    assert all(
        f"<{one.text.partition(chr(58))[0]}>" in lines[one.line - 1]
        for one in export.unread_lines
    )


def test_a_sample_whose_analysis_failed_is_told() -> None:
    (warning,) = genotypes(Source.from_path(RUN)).warnings
    assert warning == "Line 99: the sample has no loci; its analysis failed."


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("<RFU>6915<", "<RFU>high<", "a number"),
        ("<RFU>6915<", "<RFU>NaN<", "a number"),
        ("<RFU>6915<", "<RFU>-1<", "a number"),
        ("<Name>13<", "<Name><", "the name of an allele"),
        (
            ">D8S1179</LocusName>\n\t\t\t\t<A",
            "></LocusName>\n\t\t\t\t<A",
            "the name of a marker",
        ),
    ],
)
def test_a_locus_that_cannot_be_read_is_refused(
    old: str, new: str, expected: str
) -> None:
    text = RUN.read_text()
    assert old in text
    refused = _parse(text.replace(old, new)).refused
    assert {row.expected for row in refused} == {expected}


def test_a_report_without_samples_is_refused() -> None:
    with pytest.raises(InstrumentError, match="no samples"):
        _parse("<OsirisAnalysisReport><Table/></OsirisAnalysisReport>")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1", "cp1252"])
def test_an_encoding_that_is_told_is_read(encoding: str) -> None:
    text = RUN.read_text().replace("S2_C01", "Zoë_C01")
    name = {"utf-8-sig": "utf-8", "cp1252": "windows-1252"}.get(encoding, encoding)
    head = f'<?xml version="1.0" encoding="{name}"?>\n'
    content = (head + text).encode(encoding)
    if encoding == "utf-16":
        content = (head + text).encode("utf-16")
    export = genotypes(Source("run.oar", content))
    assert len(export.readings) == 4


class TestHostile:
    def test_entities_are_refused_before_they_grow(self) -> None:
        bomb = (
            '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
            "<OsirisAnalysisReport>&b;</OsirisAnalysisReport>"
        )
        source = Source("run.oar", bomb.encode())
        with pytest.raises(InstrumentError, match="document type"):
            osiris_report.read(source)

    def test_a_file_beside_is_not_fetched(self, tmp_path: Path) -> None:
        secret = tmp_path / "secret"
        secret.write_text("secret")
        text = (
            f'<!DOCTYPE r SYSTEM "{secret}"><OsirisAnalysisReport>'
            "</OsirisAnalysisReport>"
        )
        with pytest.raises(InstrumentError, match="document type"):
            osiris_report.read(Source("run.oar", text.encode()))

    def test_too_deep_is_refused(self) -> None:
        text = "<OsirisAnalysisReport>" * 200
        with pytest.raises(InstrumentError, match="too many elements"):
            _parse(text)

    def test_cut_short_is_refused(self) -> None:
        with pytest.raises(InstrumentError, match="cut or damaged"):
            _parse(RUN.read_text()[:900])

    def test_an_unknown_encoding_is_refused(self) -> None:
        head = b'<?xml version="1.0" encoding="klingon"?>'
        content = head + b"<OsirisAnalysisReport></OsirisAnalysisReport>"
        with pytest.raises(InstrumentError, match=r"encoding|XML"):
            genotypes(Source("run.oar", content))


@pytest.mark.shared
def test_the_report_and_the_summary_of_one_run_agree(shared: Path) -> None:
    folder = shared / "instruments" / "osiris_output"
    report = genotypes(Source.from_path(folder / "input.oar"))
    summary = genotypes(Source.from_path(folder / "inputSummary.tab"))
    told = {(one.source, one.marker): one.alleles for one in report.readings}
    said = {(one.sample, one.marker): one.alleles for one in summary.readings}
    assert told == said
    assert len(told) == 96


def test_empty_lines_may_stand_above_and_move_the_lines_told() -> None:
    path = next((Path(__file__).parent / "data" / "osiris_report").glob("*.oar"))
    content = path.read_bytes()
    usual, moved = (
        genotypes(Source(path.name, one)) for one in (content, b"\r\n \n" + content)
    )
    assert [one.line + 2 for one in usual.readings] == [
        one.line for one in moved.readings
    ]
