"""lusSTR's table is read on the forward strand; what else it tells is kept."""

from pathlib import Path

import pytest

from instruments import InstrumentError, Source, parse
from instruments.sequences import SequenceExport

HEAD = (
    "SampleID\tLocus\tForward_Strand_Sequence\tForward_Strand_Bracketed_Notation\t"
    "CE_Allele\tLUS\tReads\n"
)


def _read(text: str) -> SequenceExport:
    export = parse(Source("lusstr.txt", text.encode()))
    assert isinstance(export, SequenceExport)
    return export


def test_the_bracket_form_stays_beside_allele_and_reads() -> None:
    export = _read(f"{HEAD}S1\tTH01\tAATGAATG\t[AATG]2\t2\t2_2\t41\n")
    (one,) = export.sequences
    assert (one.allele, one.bracket, one.reads) == ("2", "[AATG]2", 41)
    assert [(cell.name, cell.text) for cell in export.unread_cells] == [("LUS", "2_2")]


def test_older_names_of_columns_are_known() -> None:
    head = HEAD.replace("CE_Allele", "Traditional_STR_Allele")
    (one,) = _read(f"{head}S1\tTH01\tAATG\tAATG\t1\t\t5\n").sequences
    assert one.allele == "1"


def test_a_doubled_column_is_refused() -> None:
    row = "S1\tTH01\tAATG\tAATG\t1\t\t5\t6\n"
    with pytest.raises(InstrumentError, match="stands twice"):
        _read(HEAD.replace("Reads", "Reads\tReads") + row)


def test_half_a_read_is_refused() -> None:
    export = _read(f"{HEAD}S1\tTH01\tAATG\tAATG\t1\t\t5.5\n")
    assert [row.column for row in export.refused] == ["reads"]


@pytest.mark.shared
def test_the_control_has_its_makers_alleles(shared: Path) -> None:
    path = shared / "instruments" / "lusstr" / "2800M_full_convert.txt"
    export = parse(Source.from_path(path))
    assert isinstance(export, SequenceExport)
    found = {(one.marker, one.allele) for one in export.sequences}
    truth = {"TH01": ("6", "9.3"), "FGA": ("20", "23"), "D21S11": ("29", "31.2")}
    for marker, alleles in truth.items():
        assert {one for name, one in found if name == marker} == set(alleles)
