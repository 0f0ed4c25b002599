"""GENis: the kit is the panel, and mutations are those of the sequenced ranges."""

from instruments import GenotypeExport, Source, genotypes
from instruments.report import is_mixture

HEAD = "Sample Name\tSpecimen Category\tRange From\tRange To\tMut1\tMut2\n"


def _parse(text: str) -> GenotypeExport:
    return genotypes(Source("genis.txt", text.encode()))


def test_a_range_is_a_marker_and_its_differences_are_alleles() -> None:
    (reading,) = _parse(f"{HEAD}P1\tIR\t16024\t16569\t\tT16046C\n").readings
    assert (reading.marker, reading.alleles) == ("mtDNA 16024-16569", ("T16046C",))
    assert reading.unread == {"Specimen Category": "IR"}


def test_what_is_no_difference_and_no_base_is_refused() -> None:
    rows = "P1\tIR\t1\t400\tsee note\t\nP1\tIR\tone\t400\t\t\n\tIR\t1\t400\t\t\n"
    export = _parse(HEAD + rows)
    assert not export.readings
    assert [row.column for row in export.refused] == [
        "Mut",
        "Range From",
        "Sample Name",
    ]


def test_a_mixture_is_not_seen_in_mitochondrial_differences() -> None:
    rows = "P1\tIR\t1\t400\tA73G\tA263G\nP1\tIR\t401\t900\tA500G\tA510G\n"
    head = HEAD.replace("Mut2", "Mut2\tMut3")
    rows = rows.replace("A263G", "A263G\t315.1C").replace("A510G", "A510G\t524.1A")
    assert not is_mixture(_parse(head + rows).readings)


def test_the_kit_is_the_panel() -> None:
    head = "Sample Name\tSpecimen Category\tUD1\tUD2\tMarker\tAllele 1\n"
    (reading,) = _parse(f"{head}P1\tSIMPLE\tsetup\tPowerplex21\tTH01\t6\n").readings
    assert (reading.panel, reading.alleles) == ("Powerplex21", ("6",))
    assert reading.unread == {"Specimen Category": "SIMPLE", "UD1": "setup"}
