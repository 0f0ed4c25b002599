"""OSIRIS summaries: rows that are cut, marks of other programs, and no table at all."""

import pytest

from instruments import GenotypeExport, Source, genotypes
from instruments.errors import BadTable

HEAD = "OAR 2.0\nKit Name:  Identifiler\n\nSample Name\tILS\tChannels\tFGA-4\t+Cntrl\n"


def _parse(text: str) -> GenotypeExport:
    return genotypes(Source("summary.tab", text.encode()))


def test_off_ladder_alleles_and_repeats_stay_as_written() -> None:
    (reading,) = _parse(f"{HEAD}/a/S1.fsa\tOK\t\t21,21.3,OL\t\n").readings
    assert reading.alleles == ("21", "21.3", "OL")
    assert (reading.marker, reading.dye, reading.panel) == ("FGA", "4", "Identifiler")


@pytest.mark.parametrize(
    ("row", "column", "value"),
    [
        ("\tOK\t\t21\t", "Sample Name", ""),
        ("/a/S1.fsa\tOK\t\t21\t\tx", "column 6", "x"),
        ("/a/S1.fsa\tOK\t\t2", "column 4", "2"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused(
    row: str, column: str, value: str
) -> None:
    export = _parse(f"{HEAD}{row}\n/a/S2.fsa\tOK\t\t21\t\n")
    (refused,) = export.refused
    assert (refused.line, refused.column, refused.value) == (5, column, value)
    assert [reading.sample for reading in export.readings] == ["S2"]
    assert export.rows == 2


def test_the_marks_of_other_programs_are_no_part_of_a_name() -> None:
    (reading,) = _parse(f"&1&{HEAD}&2&/a/S&1.hid\tOK\t\t21\t\n").readings
    assert (reading.sample, reading.source) == ("S&1", "/a/S&1.hid")


def test_what_stands_outside_the_table_is_kept() -> None:
    export = _parse(f"{HEAD}/a/S1.fsa\tOK\t\t21\t\n\nNotices:\n\tREAMP\n")
    assert [(one.line, one.text) for one in export.unread_lines] == [
        (7, "Notices:"),
        (8, "\tREAMP"),
    ]
    assert export.unread == 2


@pytest.mark.parametrize("text", ["OAR 2.0\n", "OAR 2.0\nSample Name\tILS\n", HEAD])
def test_a_summary_without_a_table_is_refused(text: str) -> None:
    with pytest.raises(BadTable):
        _parse(text)


def test_a_summary_too_large_for_one_run_is_refused_before_it_costs_memory() -> None:
    loci = "\t".join(f"L{number}-1" for number in range(1000))
    head = f"OAR 2.0\nSample Name\tILS\tChannels\t{loci}\n"
    with pytest.raises(BadTable, match="300 rows of 1003 columns"):
        _parse(head + "/a/S1.fsa\tOK\n" * 300)
