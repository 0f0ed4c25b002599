"""Kits from tables and from XML, plots, and the papers of a run."""

from decimal import Decimal
from pathlib import Path

import pytest

from instruments import InstrumentError, Source, parse
from instruments.records import Bin, KitExport, KitMarker, NotesExport
from instruments.traces import TraceExport
from tests.instruments.test_parsers import DATA

LACKING = {
    ("NGM-SElect.csv", "D2S441"): {"11.3"},
    ("PowerPlex-Fusion-6C.csv", "FGA"): {
        f"{n}.2" for n in (42, 43, 44, 45, 46, 48, 50)
    },
}
"""Alleles of the ladder that Kongoh's table leaves out."""


def _kit(source: Source) -> dict[str, KitMarker]:
    export = parse(source)
    assert isinstance(export, KitExport)
    return {one.name: one for panel in export.panels for one in panel.markers}


def _refused(text: str) -> list[str]:
    export = parse(Source("kit.csv", text.encode()))
    assert isinstance(export, KitExport)
    return [row.value for row in export.refused]


def test_the_edges_of_a_bin_are_told_from_its_size() -> None:
    marker = _kit(Source.from_path(DATA / "kit_table" / "kit.txt"))["TH01"]
    (found,) = marker.bins
    assert found == Bin(
        "8.3", Decimal("171.67"), Decimal("0.50"), Decimal("0.40"), virtual=True
    )
    assert (marker.dye, str(marker.low), str(marker.high)) == ("blue", "148.26", "195")


@pytest.mark.parametrize(
    "row",
    ["TH01,Y,4,,a long name,202.5", "TH01,Y,four,,9.3,202.5", "TH01,Y,4,,9.3,9999"],
)
def test_a_row_that_cannot_be_read_is_refused(row: str) -> None:
    head = "Marker,Dye,Length_of_the_repeat_unit,Sex_chromosomal_marker,Allele,Size"
    assert len(_refused(f"{head}\nFGA,Y,4,,21,222\n{row}\n")) == 1


def test_a_column_that_stands_twice_is_refused() -> None:
    text = b"Marker,Dye,Color,Allele,Size\nFGA,Y,yellow,21,222\n"
    with pytest.raises(InstrumentError, match="stands twice"):
        parse(Source("kit.csv", text))


def test_the_panel_of_genemarker_tells_left_and_right() -> None:
    marker = _kit(Source.from_path(DATA / "kit_markup" / "panel.xml"))["TH01"]
    assert marker.bins == (
        Bin("9.3", Decimal("175.64"), Decimal("0.50"), Decimal("0.40")),
    )
    assert marker.dye == "6"


def test_a_locus_without_a_name_is_refused() -> None:
    text = (DATA / "kit_markup" / "ladder.xml").read_text()
    export = parse(Source("k.xml", text.replace("<Name>AMEL<", "<Name><").encode()))
    assert isinstance(export, KitExport)
    assert not export.panels
    assert len(export.refused) == 1


def test_a_plot_holds_its_traces_and_peaks() -> None:
    export = parse(Source.from_path(DATA / "osiris_plot" / "one.plt"))
    assert isinstance(export, TraceExport)
    assert list(export.dyes[0].points) == [511, 505, -3, 495]
    assert list(export.dyes[0].analysed) == [0, 1, 400, 2]
    assert (export.sample, export.standard_dye) == ("S1_A01", 5)
    assert "label: Stutter" in {line.text for line in export.unread_lines}


@pytest.mark.parametrize(
    ("old", "new"),
    [("511", "high"), ("<nr>5", "<nr>1"), ("<height>400", "<height>NaN")],
)
def test_a_plot_that_cannot_be_read_is_refused(old: str, new: str) -> None:
    text = (DATA / "osiris_plot" / "one.plt").read_text()
    assert old in text
    with pytest.raises(InstrumentError):
        parse(Source("one.plt", text.replace(old, new, 1).encode()))


def test_a_setting_is_a_name_and_a_text() -> None:
    export = parse(Source.from_path(DATA / "osiris_papers" / "BaseInputFile.txt"))
    assert isinstance(export, NotesExport)
    assert [(one.line, one.name, one.text) for one in export.facts] == [
        (1, "InputDirectory", "/lab/run 7"),
        (2, "MarkerSetName", "Identifiler"),
        (3, "MinSampleRFU", "150"),
    ]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("table", "markup"),
    [
        ("GlobalFiler.csv", "GlobalFiler_LadderInfo.xml"),
        ("NGM-SElect.csv", "NGMSElect_LadderInfo.xml"),
        ("PowerPlex-Fusion-6C.csv", "PPFusion6C_LadderInfo.xml"),
    ],
)
def test_two_tellings_of_one_ladder_agree(
    shared: Path, table: str, markup: str
) -> None:
    """Kongoh against OSIRIS: AMEL is X and Y in one, 1 and 2 in the other."""
    folder = shared / "instruments" / "kit_definitions"
    told = _kit(Source.from_path(folder / table))
    said = _kit(Source.from_path(folder / markup))
    alike = {name.replace(" ", "").upper(): one for name, one in said.items()}
    same = 0
    for name, marker in told.items():
        other = alike.get(name.replace(" ", "").upper())
        if other and name != "AMEL":
            ours = {one.allele for one in marker.bins} | LACKING.get(
                (table, name), set()
            )
            assert ours == {one.allele for one in other.bins}, name
            same += 1
    assert same >= 15


@pytest.mark.shared
def test_the_bins_of_genemarker_are_those_of_the_kits_maker(shared: Path) -> None:
    folder = shared / "instruments"
    ours = _kit(Source.from_path(folder / "genemarker_hid" / "SGPanel_PPF6C_SPOOR.xml"))
    bins = "PowerPlex_Fusion_6C_Bins_IDX_v1.2.txt"
    theirs = _kit(Source.from_path(folder / "genemapper_panels" / bins))
    for name in ("TH01", "D3S1358", "vWA", "AMEL"):
        told = {one.allele: one.size or Decimal(0) for one in ours[name].bins}
        said = {one.allele: one.size or Decimal(0) for one in theirs[name].bins}
        assert told.keys() & said.keys()
        for allele in told.keys() & said.keys():
            assert abs(told[allele] - said[allele]) < 1, (name, allele)
