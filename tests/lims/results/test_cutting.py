"""An original is cut into one piece for each sample, and is whole when put together."""

from hypothesis import given
from hypothesis import strategies as st
import pytest

from instruments import Source, genotypes, parse
from instruments.quantities import QuantityExport
from lims.results.cutting import cut, joined, owners, owners_of_quantities

TABLE = "Sample\tMarker\r\nA\tTH01\r\nA\tFGA\r\nB\tTH01\r\nA\tD18\r\nend"
NAMED = {2: "A", 3: "A", 4: "B", 5: "A"}


def together(content: bytes, named: dict[int, str]) -> bytes:
    return joined([(one.spans, one.content, b"") for one in cut(content, named)])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_each_sample_has_its_lines_and_the_rest_is_common(encoding: str) -> None:
    content = TABLE.encode(encoding)
    pieces = {one.name: one for one in cut(content, NAMED)}
    lines = {
        name: [(first, last) for first, last, _ in one.spans]
        for name, one in pieces.items()
    }
    assert lines == {"": [(1, 1), (6, 6)], "A": [(2, 3), (5, 5)], "B": [(4, 4)]}
    assert together(content, NAMED) == content


@given(
    st.lists(st.sampled_from(["a", "\n", "\r", "\r\n", "é", "\u2028"])),
    st.dictionaries(st.integers(1, 9), st.sampled_from("ABC")),
)
def test_whatever_is_cut_is_whole_again(text: list[str], named: dict[int, str]) -> None:
    content = "".join(text).encode()
    assert together(content, named) == content


def test_what_is_no_text_is_one_piece() -> None:
    content = b"PK\x03\x04\xff\xfe\n\n"
    (piece,) = cut(content, {1: "A"})
    assert (piece.spans, piece.content) == ((), content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_xml_is_one_piece(encoding: str) -> None:
    content = "<r>\n<Sample>\n<Name>A</Name>\n</Sample>\n</r>".encode(encoding)
    (piece,) = cut(content, {2: "A"})
    assert (piece.spans, piece.content) == ((), content)


def test_a_gap_is_named_in_its_place() -> None:
    pieces = [
        (one.spans, None if one.name == "A" else one.content, b"erased on DAY")
        for one in cut(TABLE.encode(), NAMED)
    ]
    assert joined(pieces).decode() == (
        "Sample\tMarker\r\n[lines 2-3: erased on DAY]\nB\tTH01\r\n"
        "[lines 5-5: erased on DAY]\nend"
    )


def test_a_line_about_two_persons_parts_no_file() -> None:
    """Cut at its lines, one person's erasure would leave or take the other's."""
    export = genotypes(Source("pairs.csv", b"Marker,A,A,B,B\nTH01,6,7,8,9\n"))
    assert owners(export) == {}


def test_each_line_is_its_samples() -> None:
    export = genotypes(
        Source("t.csv", b"SampleName,Marker,Allele1\nA,TH01,6\nB,FGA,21\n")
    )
    assert owners(export) == {2: "A", 3: "B"}


def test_each_peak_of_a_sample_is_its_line_called_or_not() -> None:
    content = (
        "Dye/Sample Peak\tSample File Name\tMarker\tAllele\tSize\tHeight\n"
        '"B,1"\tS1\t\t\t\t95\n"B,2"\tS1\tTH01\t6\t170.1\t900\n'
        '"B,3"\tS1\tTH01\t9.3\t181.4\t800\n"B,1"\tS2\tTH01\t7\t174\tmuch\n'
    )
    export = genotypes(Source("peaks.txt", content.encode()))
    (one,) = export.readings
    assert [peak.allele for peak in one.peaks] == ["6", "9.3"]
    assert owners(export) == {2: "S1", 3: "S1", 4: "S1", 5: "S2"}


@pytest.mark.parametrize("sign", ["\t", ",", ";"])
def test_other_sections_of_a_run_are_their_samples_too(sign: str) -> None:
    rows = (
        "* Chemistry = TAQMAN\n[Sample Setup]\nWell,Sample Name\nA1,S1\n\n[Results]\n"
        "Well,Well Position,Sample Name,Target Name,Task,CT,Quantity\n"
        "1,A1,S1,Y,UNKNOWN,25.1,0.5\n"
    )
    export = parse(Source("run.csv", rows.replace(",", sign).encode()))
    assert isinstance(export, QuantityExport)
    assert owners_of_quantities(export) == {8: "S1", 4: "S1"}
