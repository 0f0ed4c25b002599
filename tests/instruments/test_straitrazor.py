"""What STRait Razor counted is read as counted, and called by nobody."""

from pathlib import Path

import pytest

from instruments import Source, parse
from instruments.sequences import SequenceExport

CONTROL = (
    *(("TH01", {"6", "9.3"}), ("D3S1358", {"17", "18"}), ("D18S51", {"16", "18"})),
    *(("D8S1179", {"14", "15"}), ("D21S11", {"29", "31.2"}), ("FGA", {"20", "23"})),
)
"""2800M, as its maker tells."""


def _read(text: str) -> SequenceExport:
    export = parse(Source("sample7.txt", text.encode()))
    assert isinstance(export, SequenceExport)
    return export


def test_reads_of_both_strands_are_one_count() -> None:
    (one,) = _read("TH01:6\t4 bases\tAATG\t12\t30\n").sequences
    assert (one.marker, one.allele, one.bases, one.reads) == ("TH01", "6", "AATG", 42)


def test_no_sample_is_made_of_the_files_name() -> None:
    export = _read("TH01:6\t4 bases\tAATG\t12\t30\n")
    assert [one.sample for one in export.sequences] == [""]
    assert "The file names no sample." in export.warnings


@pytest.mark.parametrize(
    "row",
    ["TH01:7\t5 bases\tAATG\t1\t0", "TH01:7\t4 bases\tAATG\t1", "TH01\tAATG\t1\t0"],
    ids=["bases lost", "reads lost", "another table"],
)
def test_a_damaged_row_is_refused(row: str) -> None:
    export = _read(f"TH01:6\t4 bases\tAATG\t12\t30\n{row}\n")
    assert [one.line for one in export.refused] == [2]
    assert len(export.sequences) == 1


@pytest.mark.shared
@pytest.mark.parametrize(("marker", "alleles"), CONTROL)
def test_the_control_is_read_most(shared: Path, marker: str, alleles: set[str]) -> None:
    path = shared / "instruments" / "straitrazor" / "2800M_STRaitRazor.txt"
    found = [one for one in _read(path.read_text()).sequences if one.marker == marker]
    found.sort(key=lambda one: one.reads, reverse=True)
    assert {one.allele for one in found[:2]} == alleles


@pytest.mark.parametrize(
    "row",
    [
        "TH01:6\t4 bases\tAATG\t12\t3\t\t",
        "TH01:6,4 bases,AATG,12,3",
        '"TH01:6";"4 bases";"AATG";"12";"3"',
    ],
)
def test_a_row_as_a_table_program_leaves_it(row: str) -> None:
    export = parse(Source("allsequences.txt", f"{row}\n".encode()))
    assert isinstance(export, SequenceExport)
    (one,) = export.sequences
    assert (one.marker, one.allele, one.bases) == ("TH01", "6", "AATG")
    assert (one.forward, one.reverse, one.reads) == (12, 3, 15)
