"""Tables of sequencers' software: what was called, what was counted."""

from collections import Counter
import csv
import json
from pathlib import Path

import pytest

from instruments import InstrumentError, Source, parse
from instruments.records import Export, Homozygote, KitExport, NotesExport
from instruments.report import report
from instruments.sequences import SequencedGenotypes, SequenceExport
from tests.instruments.test_parsers import DATA


def _made(kind: str, name: str) -> Source:
    return Source.from_path(DATA / kind / name)


def _changed(kind: str, name: str, old: str, new: str) -> Export:
    text = (DATA / kind / name).read_text()
    assert old in text
    return parse(Source(name, text.replace(old, new, 1).encode()))


def _called(export: Export) -> SequencedGenotypes:
    assert isinstance(export, SequencedGenotypes)
    return export


def _counted(export: Export) -> SequenceExport:
    assert isinstance(export, SequenceExport)
    return export


class TestGeneMarkerHts:
    def test_what_is_called_is_the_genotype_and_stutter_is_counted(self) -> None:
        export = _called(parse(_made("genemarker_hts", "table.csv")))
        told = {one.marker: one.alleles for one in export.readings}
        assert told["D18S51"] == ("16",)
        assert {one.call for one in export.sequences} >= {"-1 Stutter", "Called"}

    def test_the_users_call_goes_before_the_softwares(self) -> None:
        export = _called(parse(_made("genemarker_hts", "table.csv")))
        told = {one.marker: one.alleles for one in export.readings}
        assert told["TH01"] == ()
        assert told["DYS385a/b"] == ("13",)

    def test_amelogenin_is_taken_where_nothing_is_called_and_that_is_told(self) -> None:
        export = _called(parse(_made("genemarker_hts", "table.csv")))
        assert export.readings[0].alleles == ("chrX", "chrY")
        assert any("Amelogenin: 2 sequences" in one for one in export.warnings)

    def test_two_sequences_of_one_length_are_two_copies(self) -> None:
        export = _called(parse(_made("genemarker_hts", "table.csv")))
        (one,) = (r for r in export.readings if r.marker == "D5S818")
        assert one.homozygote is Homozygote.TWICE
        assert [p.bracket for p in one.peaks] == ["ATCT[2]", "ATCT[2]_+12A>G"]

    @pytest.mark.parametrize(
        ("old", "new", "column"),
        [
            (",50,44,94,", ",50,44,95,", "sequencetotalcount"),
            ("AGAAAGAAAGAAgag", "AGAAAGACAGAAgag", "sequence"),
            ("D18S51,16,", "D18S51,16?,", "allelename"),
        ],
    )
    def test_what_does_not_add_up_is_refused(
        self, old: str, new: str, column: str
    ) -> None:
        export = _called(_changed("genemarker_hts", "table.csv", old, new))
        assert [one.column for one in export.refused] == [column]

    def test_a_table_of_nobody_is_refused(self) -> None:
        with pytest.raises(InstrumentError, match="whose it is"):
            _changed("genemarker_hts", "table.csv", "#Sample: S-1", "#Sample:")


class TestFdsTools:
    def test_repeats_are_spelt_out_and_kept_as_bracket_form(self) -> None:
        export = _counted(parse(_made("fdstools", "tssv.txt")))
        assert export.sequences[0].bases == "CAGGTAGATAGA"
        assert export.sequences[0].bracket == "CAGG(1)TAGA(2)"
        assert (export.sequences[0].forward, export.sequences[0].reverse) == (700, 578)

    def test_the_name_of_an_allele_tells_its_length(self) -> None:
        export = _counted(parse(_made("fdstools", "names.txt")))
        told = [(one.allele, one.bases, one.bracket) for one in export.sequences]
        assert ("11", "", "TCTA[11]ATCT[3]") in told
        assert ("", "", "11296932T>C") in told

    def test_reads_of_what_is_not_listed_are_told_beside(self) -> None:
        export = _counted(parse(_made("fdstools", "tssv.txt")))
        assert [(one.where, one.text) for one in export.facts] == [("D12S391", "58")]

    def test_stutter_is_marked_and_what_was_found_is_called(self) -> None:
        export = _counted(parse(_made("fdstools", "tssv.txt")))
        assert export.sequences[1].call.startswith("STUTTER")
        found = _counted(parse(_made("fdstools", "found.txt")))
        assert all(one.called for one in found.sequences)
        assert [one.sample for one in found.sequences] == ["", "S-1"]

    def test_repeats_without_end_are_refused(self) -> None:
        export = _changed("fdstools", "tssv.txt", "TAGA(2)", "TAGA(9999)")
        assert [one.line for one in _counted(export).refused] == [2]


class TestLusStr:
    def test_what_r_wrote_as_a_number_is_an_allele(self) -> None:
        export = _counted(parse(_made("lusstr_filtered", "sequence_info.csv")))
        assert [one.allele for one in export.sequences] == ["10", "9", "9.3"]
        assert [one.called for one in export.sequences] == [True, False, True]

    def test_snps_of_descent_and_looks_are_counted_and_told_nowhere(self) -> None:
        source = _made("lusstr_snps", "snps.tsv")
        export = _called(parse(source))
        assert [(one.sheet, one.cells) for one in export.closed] == [
            ("rows of type Ancestry", 8),
            ("rows of type Phenotype;Ancestry", 8),
        ]
        told = json.dumps(report(source)) + repr(export)
        assert "rs310644" not in told
        assert "rs12913832" not in told

    @pytest.mark.parametrize(
        ("opened", "more"),
        [({"ancestry"}, {"rs310644"}), ({"phenotype"}, set[str]())],
    )
    def test_a_setting_opens_what_it_names(
        self, opened: set[str], more: set[str]
    ) -> None:
        content = (DATA / "lusstr_snps" / "snps.tsv").read_bytes()
        export = _called(parse(Source("x", content, frozenset(opened))))
        told = {one.marker for one in export.readings}
        assert told == {"rs9951171", "rs987640", "rs9999662"} | more

    def test_an_untyped_allele_is_counted_and_not_called(self) -> None:
        export = _called(parse(_made("lusstr_snps", "snps.tsv")))
        assert [one.alleles for one in export.readings] == [("G",), ("A", "T"), ("A",)]
        assert export.sequences[1].call == "Contains untyped allele"

    def test_a_doubled_part_of_json_is_refused(self) -> None:
        with pytest.raises(InstrumentError, match="stands twice"):
            _changed("lusstr_markers", "markers.json", '"D21S11"', '"CSF1PO"')


def test_markers_of_descent_are_closed_in_a_table_of_all_markers() -> None:
    rows = b"TH01:6\t4 bases\tAATG\t12\t30\nrs310644:0\t4 bases\tACGT\t7\t7\n"
    export = _counted(parse(Source("x", rows)))
    assert [one.marker for one in export.sequences] == ["TH01"]
    assert [(one.sheet, one.cells) for one in export.closed] == [
        ("markers of ancestry", 5)
    ]
    opened = _counted(parse(Source("x", rows, frozenset({"ancestry"}))))
    assert [one.marker for one in opened.sequences] == ["TH01", "rs310644"]


class TestMicrohaplotypes:
    def test_a_profile_tells_both_copies(self) -> None:
        export = _called(parse(_made("microhaplotype_profile", "simulated.json")))
        assert [one.alleles for one in export.readings] == [
            ("A:G:A", "T:A:A"),
            ("A:T",),
        ]
        assert export.readings[1].homozygote is Homozygote.TWICE
        assert any("simulated" in one for one in export.warnings)

    def test_reads_of_a_haplotype_are_its_alleles(self) -> None:
        export = _called(parse(_made("microhaplotype_profile", "typed.json")))
        assert [peak.reads for peak in export.readings[0].peaks] == [412]
        assert [one.called for one in export.sequences] == [True, False]

    @pytest.mark.parametrize(
        ("old", "new"),
        [('"A:G:A"', '"A:G:?"'), ('"A:G:A"', "7"), ('"genotype"', '"geno"')],
    )
    def test_a_damaged_profile_is_refused(self, old: str, new: str) -> None:
        with pytest.raises(InstrumentError):
            _changed("microhaplotype_profile", "simulated.json", old, new)

    def test_parts_without_end_are_refused(self) -> None:
        deep = '{"markers": {"genotype": {"haplotype": ' + "[" * 100_000
        with pytest.raises(InstrumentError):
            parse(Source("x", deep.encode()))


def test_an_offset_is_told_with_each_marker_of_a_configuration() -> None:
    export = parse(_made("straitrazor_config", "kit.config"))
    assert isinstance(export, KitExport)
    told = {one.where: one.text for one in export.facts if one.name == "Offset"}
    assert told == {"CSF1PO": "20", "DYS612": "49", "DXS7132": "-3"}


Names = tuple[str, type[Export], int]
REAL: tuple[Names, ...] = (
    ("fdstools/F0107.txt", SequenceExport, 119),
    ("fdstools/F0107-stuttermark.out", SequenceExport, 119),
    ("fdstools/F0108.txt", SequenceExport, 75),
    ("fdstools/OmniSTR_Mixture_R1_4lt2_tssv_default.txt", SequenceExport, 287),
    (
        "fdstools/OmniSTR_Mixture_R1_4lt2_seqconvert_allelename.txt",
        SequenceExport,
        287,
    ),
    ("fdstools/allelefinder_default_accepted.txt", SequenceExport, 11),
    ("fdstools/OmniSTR_Mixture_R1_4lt2_tssv_default-report.txt", NotesExport, 33),
    ("fdstools/ForenSeqA.ini", KitExport, 156),
    ("fdstools/ID-OmniSTR.ini", KitExport, 66),
    ("fdstools/PowerSeq46GY.ini", KitExport, 47),
    ("forenseq_uas/uas_v2_format.csv", SequenceExport, 260),
    ("genemarker_hts/2800M_strresults_filtered.csv", SequencedGenotypes, 123),
    ("lusstr/Flagged_Loci.csv", NotesExport, 4),
    ("lusstr/STRmix_Files_sequence_info.csv", SequenceExport, 25),
    ("lusstr/Sample1_ngs.csv", SequenceExport, 20),
    ("lusstr/snps_uas_all.tsv", SequencedGenotypes, 344),
    ("lusstr/str_lists.json", KitExport, 4),
    ("lusstr/str_markers.json", KitExport, 62),
    ("microhaplotype/SRM8398-1-marker-read-counts.csv", NotesExport, 29),
    ("microhaplotype/bitusa-profile.json", SequencedGenotypes, 50),
    ("microhaplotype/profile-schema.json", NotesExport, 3),
    ("straitrazor/ForenSeqv1.27.config", KitExport, 227),
    ("straitrazor/MainstAY_v0.2.config", KitExport, 61),
    ("straitrazor/PowerSeqv2.31.config", KitExport, 44),
    ("straitrazor/STRaitRazor_output_test_A001.csv", SequenceExport, 613),
)


@pytest.mark.shared
@pytest.mark.parametrize(("name", "kind", "rows"), REAL, ids=[one[0] for one in REAL])
def test_a_real_file_is_read_whole(
    shared: Path, name: str, kind: type[Export], rows: int
) -> None:
    export = parse(Source.from_path(shared / "instruments" / name))
    assert isinstance(export, kind)
    assert not getattr(export, "refused", ())
    assert export.rows == rows


@pytest.mark.shared
def test_both_ways_of_writing_a_sequence_tell_the_same_reads(shared: Path) -> None:
    folder = shared / "instruments" / "fdstools"
    bases, names = (
        _counted(parse(Source.from_path(folder / f"OmniSTR_Mixture_R1_4lt2_{name}")))
        for name in ("tssv_default.txt", "seqconvert_allelename.txt")
    )
    told = [
        [(one.marker, one.reads, one.forward, one.reverse) for one in export.sequences]
        for export in (bases, names)
    ]
    assert sorted(told[0]) == sorted(told[1])
    assert [one.text for one in bases.facts] == [one.text for one in names.facts]


@pytest.mark.shared
def test_the_table_made_of_a_report_tells_its_sequences(shared: Path) -> None:
    """LusSTR's input was made of the report of 2800M-2: the same rows, one by one."""
    folder = shared / "instruments" / "forenseq_uas"
    table = _counted(parse(Source.from_path(folder / "uas_v2_format.csv")))
    name = "2800M-2 Sample Report 2026_02_24_11_14_00.xlsx"
    workbook = _called(parse(Source.from_path(folder / name)))
    autosomal = {one.marker for one in table.sequences}
    told = Counter(
        (one.marker, one.bases, one.reads)
        for one in workbook.sequences
        if one.marker in autosomal
    )
    assert told == Counter((o.marker, o.bases, o.reads) for o in table.sequences)


@pytest.mark.shared
def test_lusstr_counts_the_snps_of_uas_alike(shared: Path) -> None:
    """Its SNP table was made of a report of 1.3: the same reads, for identity SNPs."""
    folder = shared / "instruments"
    snps = _called(parse(Source.from_path(folder / "lusstr" / "snps_uas_all.tsv")))
    name = "Positive Control Sample Details Report 2316.xlsx"
    uas = _called(parse(Source.from_path(folder / "forenseq_uas" / name)))
    wanted = {one.marker for one in snps.sequences}
    told, same = (
        {
            marker: sorted(o.reads for o in export.sequences if o.marker == marker)
            for marker in wanted
        }
        for export in (snps, uas)
    )
    differ = {marker for marker in wanted if told[marker] != same[marker]}
    # One report leaves out an allele that nobody read, the other counts it as 0.
    assert all(set(told[m]) ^ set(same[m]) <= {0} for m in differ)


@pytest.mark.shared
def test_each_cell_of_the_hts_table_is_read_or_kept(shared: Path) -> None:
    path = shared / "instruments/genemarker_hts/2800M_strresults_filtered.csv"
    export = _called(parse(Source.from_path(path)))
    with path.open(newline="") as file:
        header, *rows = list(csv.reader(file))[6:]
    known = {"Marker", "Allele Name", "Filter Status", "SW Call", "User Call"}
    known |= {"Bracket Sequence", "Sequence", "Repeat"}
    known |= {f"Sequence {one} Count" for one in ("Forward", "Reverse", "Total")}
    filled = sum(
        bool(cell) and title not in known
        for row in rows
        for title, cell in zip(header, row, strict=True)
    )
    assert len(export.unread_cells) == filled
