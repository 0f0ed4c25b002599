"""Panels and bins of every version: markers, ranges, ladders and where peaks belong."""

from decimal import Decimal
from pathlib import Path
import re

import pytest

from instruments import InstrumentError, Source, genotypes, parse
from instruments.records import Bin, KitExport, KitMarker
from tests.instruments.test_parsers import DATA

FOLDER = DATA / "genemapper_panels"
PANELS = "Version\tGMID-X v 1.0\nChemistry Kit\tK\nPanel\tP\tnone\n"
BINS = "Version\tGM v 3.0\nBinSet Name\tB\nPanel Name\tP\nMarker Name\tTH01\n"


def _kit(text: str) -> KitExport:
    export = parse(Source("kit.txt", text.encode()))
    assert isinstance(export, KitExport)
    return export


def _file(path: Path) -> KitExport:
    export = parse(Source.from_path(path))
    assert isinstance(export, KitExport)
    return export


def _markers(export: KitExport) -> list[KitMarker]:
    return [marker for panel in export.panels for marker in panel.markers]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_lines_may_end_in_three_ways(end: str) -> None:
    text = f"{PANELS}TH01\tblue\t148\t195\t6,9.3\t4\tnone\t5, 6, 9.3, \n"
    (marker,) = _markers(_kit(text.replace("\n", end)))
    assert (marker.name, marker.dye, str(marker.repeat)) == ("TH01", "blue", "4")
    assert (str(marker.low), str(marker.high)) == ("148", "195")
    assert (marker.controls, marker.alleles) == (("6", "9.3"), ("5", "6", "9.3"))


def test_older_columns_hold_a_filter_that_is_kept_unread() -> None:
    export = _file(FOLDER / "panels_cr.txt")
    first, second, third = _markers(export)
    assert first.low == Decimal("98.00")
    assert (second.name, second.controls, second.alleles) == (
        "AMEL", ("x", "Y"), ("X", "Y"),
    )  # fmt: skip
    assert third.dye == "Red"
    assert [panel.name for panel in export.panels] == ["Blue_v1", "Red_v1"]
    assert [cell.text for cell in export.unread_cells] == [
        "0.110", "none", "0.000", "none", "null", "none",
    ]  # fmt: skip


def test_a_bin_is_virtual_or_has_a_remark() -> None:
    first, *_ = _markers(_file(FOLDER / "bins_crlf.txt"))
    half = Decimal("0.5")
    assert first.bins == (
        Bin("12", Decimal("114.0"), half, Decimal("0.49"), virtual=True),
        Bin("12.2", Decimal(116), half, half, note="mutant"),
        Bin("13", Decimal("118.0"), half, half),
    )


def test_a_marker_may_lack_a_control() -> None:
    (marker,) = _markers(_kit(f"{PANELS}DYS19\tblue\t148\t195\t\t4\tnone\t5, 6\n"))
    assert (marker.controls, str(marker.repeat)) == ((), "4")
    assert marker.alleles == ("5", "6")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("TH01\t148\t195\t6\t4\tnone\t5, 6", "a marker and its colour"),
        ("TH01\tblue\t195\t148\t6\t4\tnone\t5, 6", "a range in base pairs"),
        ("TH01\tblue\tlow\t195\t6\t4\tnone\t5, 6", "a number of base pairs"),
        ("TH01\tblue\t148", "the marker's range"),
        ("TH01\tblue\t148\t195\t6\t4\tnone\t5; 6", "the names of alleles"),
        ("TH01\tblue\t148\t9999\t6\t4\tnone\t5, 6", "a number of base pairs, at most"),
    ],
)
def test_a_marker_that_cannot_be_read_is_refused(row: str, expected: str) -> None:
    good = "FGA\tblue\t206\t360\t21\t4\tnone\t18, 19"
    export = _kit(f"{PANELS}{good}\n{row}\n")
    assert [one.expected.startswith(expected) for one in export.refused] == [True]
    assert export.rows == 2


@pytest.mark.parametrize(
    "row",
    [
        "5\t112",
        "112\t5\t0.5\t0.5",
        "5\t0.5\t112\t0.5",
        "5\tx\t0.5\t0.5",
        "a long name\t5\t1\t1",
    ],
)
def test_a_bin_that_cannot_be_read_is_refused(row: str) -> None:
    export = _kit(f"{BINS}6\t116\t0.5\t0.5\n{row}\n")
    assert len(export.refused) == 1
    assert sum(len(one.bins) for one in _markers(export)) == 1


def test_bins_above_any_marker_are_refused() -> None:
    text = BINS.replace("Marker Name\tTH01\n", "5\t112\t0.5\t0.5\nMarker Name\tFGA\n")
    (row,) = _kit(text).refused
    assert row.expected == "a line 'Marker Name' above its bins"


def test_a_file_without_markers_is_refused() -> None:
    with pytest.raises(InstrumentError, match="no markers"):
        _kit(PANELS)


def test_a_kit_is_no_table_of_genotypes() -> None:
    with pytest.raises(InstrumentError, match="kit definition, read by GeneMapper"):
        genotypes(Source.from_path(FOLDER / "bins_crlf.txt"))


@pytest.mark.shared
def test_every_row_of_every_real_file_is_read(shared: Path) -> None:
    """The counts come from plain splitting here, not from the code under test."""
    paths = sorted((shared / "instruments" / "genemapper_panels").iterdir())
    assert len(paths) == 27
    for path in paths:
        text = path.read_bytes().decode("ascii")
        lines = [one.split("\t") for one in re.split(r"\r\n|\r|\n", text)]
        bins = sum(one[2:3] != [] and one[2][:1].isdigit() for one in lines)
        colours = {"blue", "green", "yellow", "red", "purple"}
        rows = sum(not colours.isdisjoint(map(str.casefold, one)) for one in lines)
        export = _file(path)
        assert not export.refused, path.name
        assert export.rows == (rows or bins), path.name
        markers = _markers(export)
        if rows:
            assert len(markers) == rows
            assert all(marker.alleles and marker.controls for marker in markers)
        else:
            assert sum(len(marker.bins) for marker in markers) == bins


@pytest.mark.shared
@pytest.mark.parametrize(
    ("panels", "bins"),
    [
        (
            "PowerPlex_Fusion_6C_Panels_IDX_v1.2.txt",
            "PowerPlex_Fusion_6C_Bins_IDX_v1.2.txt",
        ),
        ("Yfiler_Plus_Panel_v3.txt", "Yfiler_Plus_Bins_v3.txt"),
        ("Investigator24plexPanels.txt", "Investigator24plexBins.txt"),
    ],
)
def test_the_bins_of_a_kit_hold_its_ladder(
    shared: Path, panels: str, bins: str
) -> None:
    folder = shared / "instruments" / "genemapper_panels"
    told = {one.name: one for one in _markers(_file(folder / bins))}
    for marker in _markers(_file(folder / panels)):
        known = told[marker.name].bins
        assert set(marker.alleles) <= {one.allele for one in known}
        sizes = [one.size for one in known if one.size is not None and not one.virtual]
        assert marker.low is not None
        assert marker.high is not None
        assert all(marker.low <= size <= marker.high for size in sizes), marker.name
