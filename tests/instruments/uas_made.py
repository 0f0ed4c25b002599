"""Reports of UAS as its versions write them, small and of nobody.

    python -m tests.instruments.uas_made

writes them into data/ anew.
"""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from tests.instruments.workbooks_made import Row, workbook

DATA = Path(__file__).parent / "data" / "forenseq_uas"
Sheets = dict[str, list[Row]]

V2_HEAD: list[Row] = [
    ("S-1 Autosomal STR Report",),
    (),
    ("Sample", "S-1"),
    ("Project", "P"),
    ("Analysis Method", "M"),
    ("Run", "R-7"),
    ("Biological Sex", "XY"),
    ("Contributor Status", "Single-Source"),
    ("Created", "02/20/2026 17:54:22"),
    ("User",),
    (),
]
V1_HEAD: list[Row] = [
    ("Sample Autosomal STR Report",),
    (),
    ("Sample", "S-1"),
    ("Project", "P"),
    ("Analysis", "A"),
    ("Run", "R-7"),
    ("Gender", "XY"),
    ("Created", "24 Nov 2020 at 04:10PM (Eastern Standard Time)"),
    ("User",),
    (),
]
TITLES = ("Locus", "Allele Name", "Typed Allele?", "Reads")


def second() -> Sheets:
    """Version 2: summary and coverage side by side, all alleles text."""
    return {
        "Autosomal STRs": [
            *V2_HEAD,
            ("Genotype Summary", "", "", "", *TITLES, "Bracketed Sequence",
             "Repeat Sequence"),
            ("Loci Typed", "3 / 4", "", "", "TH01", "8.3", "No", 14,
             "AATG[5]ATG[1]AATG[3]", "AATGAATG"),
            ("Locus", "Genotype", "QC Indicators", "", "TH01", "9.3", "Yes", 512,
             "AATG[6]ATG[1]AATG[3]", "AATGAATGAATG"),
            ("TH01", "9.3,9.3", "Stutter", "", "D5S818", "12", "Yes", 240,
             "AGAT[12]", "AGATAGAT"),
            ("D5S818", "12,12", "", "", "D5S818", "12", "Yes", 230,
             "AGAG[1]AGAT[11]", "AGAGAGAT"),
            ("PentaE", "INC", "Analytical Threshold", "", "Amelogenin", "X", "Yes", 99),
            ("Amelogenin", "X,Y", "", "", "Amelogenin", "Y", "Yes", 101, "", "AAAGTG"),
        ],
        "Autosomal STRs Figure": [("Autosomal STRs Figure",)],
        "Y STRs": [
            *V2_HEAD,
            ("Genotype Summary", "", "", "", *TITLES, "Bracketed Sequence",
             "Repeat Sequence"),
            ("Loci Typed", "1 / 1", "", "", "DYS612", "35", "Yes", 77, "CTT[5]",
             "CTTCTT"),
            ("Locus", "Genotype", "QC Indicators"),
            ("DYS612", "35"),
        ],
        "Identity SNPs": [
            *V2_HEAD,
            ("Genotype Summary", "", "", "", *TITLES),
            ("Loci Typed", "1 / 1", "", "", "rs1490413", "A", "Yes", 20),
            ("Locus", "Genotype", "QC Indicators", "", "rs1490413", "G", "No", 0),
            ("rs1490413", "A,A"),
        ],
        "Ancestry SNPs": [
            *V2_HEAD,
            ("Genotype Summary", "", "", "", *TITLES),
            ("Loci Typed", "1 / 1", "", "", "rs310644", "C", "Yes", 20),
            ("Locus", "Genotype", "QC Indicators", "", "rs310644", "T", "No", 0),
            ("rs310644", "C,C"),
        ],
        "Phenotype SNPs Figure": [("Phenotype SNPs Figure", "brown")],
        "Sample History": [("Sample History",), ("18 Feb 2026", "made")],
        "Settings": [("Locus Settings",), ("Sample", "S-1"),
                     ("Software Version", "2.7.0"), ("Locus", "AT", 3)],
    }  # fmt: skip


def first() -> Sheets:
    """Version 1.3: one table below the other, alleles as numbers and as text."""
    return {
        "Autosomal STRs": [
            *V1_HEAD,
            ("Autosomal STR Locus Information",),
            ("Loci Typed", "2 / 2"),
            ("Locus", "Genotype", "QC Indicators"),
            ("Amelogenin", "X,Y"),
            ("TH01", "6,9.3", "imbalanced"),
            (),
            (),
            ("Coverage Information",),
            (*TITLES, "Repeat Sequence"),
            ("Amelogenin", "X", "Yes", 143),
            ("Amelogenin", "Y", "Yes", 283, "AAAGTG"),
            ("TH01", 6, "Yes", 50, "AATG"),
            ("TH01", 9.3, "Yes", 44, "AATGAATG"),
            ("TH01", 10, "No", 2, "AATGAATGAATG"),
        ],
        "Autosomal STR Figure": [("TH01", 94)],
        "iSNPs": [
            *V1_HEAD,
            ("Loci Typed", "1 / 1"),
            ("Locus", "Genotype", "QC Indicators"),
            ("rs1490413", "G,A"),
            (),
            ("Coverage Information",),
            TITLES,
            ("rs1490413", "A", "Yes", 10),
            ("rs1490413", "G", "Yes", 12),
        ],
        "Settings": [("Secondary Analysis Module Version", "1.3.6897")],
    }


def kintelligence() -> Sheets:
    """Kintelligence before 2.5: one table, its genotype in a locus's first row."""
    return {
        "Kinship SNPs": [
            ("Kinship SNP Report",),
            (),
            ("Sample Name", "S-1"),
            ("Project Name", "P"),
            ("Run Name", "R-7"),
            ("Gender", "XX"),
            (),
            ("Locus", "Genotype", *TITLES[1:], "QC Indicators"),
            ("rs6690515", "A,G", "A", "Yes", "21"),
            ("rs6690515", "", "G", "Yes", "23"),
            ("rs28635343", "C,C", "C", "Yes", "40"),
            ("rs28635343", "", "T", "No", "1"),
            ("rs424079", "INC", "A", "No", "3", "Analytical Threshold"),
        ],
        "Settings": [("Software Version", "2.0.3")],
    }


MADE = {"v1.xlsx": first, "v2.xlsx": second, "kintelligence.xlsx": kintelligence}


def written(sheets: Sheets) -> bytes:
    return workbook(sheets)


def of(sample: str, sheets: Sheets) -> Sheets:
    """The same report of another sample."""
    return {
        name: [tuple(sample if cell == "S-1" else cell for cell in row) for row in rows]
        for name, rows in sheets.items()
    }


def archive(reports: Mapping[str, bytes]) -> bytes:
    """The folder of a run, packed as it is."""
    kept = BytesIO()
    with ZipFile(kept, "w", ZIP_DEFLATED) as folder:
        for name, content in reports.items():
            folder.writestr(f"run 7/{name}", content)
    return kept.getvalue()


def run_of(*samples: str) -> dict[str, bytes]:
    return {f"{one} report.xlsx": written(of(one, second())) for one in samples}


def main() -> None:
    DATA.mkdir(exist_ok=True)
    for name, sheets in MADE.items():
        (DATA / name).write_bytes(written(sheets()))
    folder = DATA.with_name("run_archive")
    folder.mkdir(exist_ok=True)
    (folder / "run.zip").write_bytes(archive(run_of("S-1", "S-2")))


if __name__ == "__main__":
    main()
