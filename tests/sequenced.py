"""A sequencer's reports of a planned plate: a workbook for each well, in an archive."""

from collections.abc import Iterable, Mapping

from config.offsets import read_offsets
from lims.batches.kits import Kit, MarkerKind, kit
from lims.batches.plate import WellRole
from lims.batches.wells import WellView
from lims.results.calls import Calls
from lims.results.offsets import offset
from tests.instruments.uas_made import TITLES, V2_HEAD, Sheets, written
from tests.instruments.workbooks_made import Row
from tests.kits import VALUES

FORENSEQ = kit(VALUES["ForenSeq DNA Signature Prep"])
OFFSETS = tuple(map(offset, read_offsets()))
NAMES = {
    "AMEL": "Amelogenin",
    "DYS385": "DYS385a-b",
    "Penta D": "PentaD",
    "Penta E": "PentaE",
    "YGATAH4": "Y-GATA-H4",
}
"""As UAS writes them."""
READS = 400


def report(
    name: str, run: str, calls: Calls, kit: Kit = FORENSEQ, version: str = "2.7.0"
) -> bytes:
    """The report of one sample, each allele typed and a stutter of it not."""
    sheets: Sheets = {}
    for title, y_only in (("Autosomal STRs", False), ("Y STRs", True)):
        markers = [
            one.name for one in kit.markers if (one.kind is MarkerKind.Y) is y_only
        ]
        sheets[title] = _sheet(name, run, [(m, _alleles(calls, m)) for m in markers])
    sheets["Identity SNPs"] = _sheet(name, run, [("rs1490413", ["A"])])
    sheets["Ancestry SNPs"] = _sheet(name, run, [("rs310644", ["C"])])
    sheets["Settings"] = [("Locus Settings",), ("Software Version", version)]
    return written(sheets)


def reports(
    wells: Iterable[WellView], contents: Mapping[str, Calls], version: str = "2.7.0"
) -> dict[str, bytes]:
    """Of each well but the ladder's, which no sequencer knows."""
    return {
        f"{well.name} Sample Report.xlsx": report(
            well.name,
            f"{well.plate}_run1",
            contents.get(well.name, {}),
            version=version,
        )
        for well in wells
        if well.role is not WellRole.LADDER
    }


def _alleles(calls: Calls, marker: str) -> list[str]:
    return [call.allele for call in calls.get(marker, ())]


def _sheet(name: str, run: str, loci: list[tuple[str, list[str]]]) -> list[Row]:
    head = [
        (label, {"Sample": name, "Run": run}.get(str(label), told))
        if (label := (row[0] if row else ""))
        and (told := (row[1] if len(row) > 1 else ""))
        else tuple(row)
        for row in V2_HEAD
    ]
    left: list[tuple[str, ...]] = [
        ("Genotype Summary", "", ""),
        ("Loci Typed", f"{sum(bool(a) for _, a in loci)} / {len(loci)}", ""),
        ("Locus", "Genotype", "QC Indicators"),
        *(
            (NAMES.get(marker, marker), _genotype(marker, alleles), "")
            for marker, alleles in loci
        ),
    ]
    right: list[tuple[str | float, ...]] = [
        (*TITLES, "Bracketed Sequence", "Repeat Sequence")
    ]
    for marker, alleles in loci:
        for allele in dict.fromkeys(alleles):
            called = (NAMES.get(marker, marker), allele, "Yes", READS)
            right.append((*called, f"TCTA[{allele}]", "TCTATCTA"))
    height = max(len(left), len(right))
    left += [("", "", "")] * (height - len(left))
    right += [()] * (height - len(right))
    return [*head, *((*a, "", *b) for a, b in zip(left, right, strict=True))]


def _genotype(marker: str, alleles: list[str]) -> str:
    if not alleles:
        return "INC"
    twice = len(alleles) == 1 and not marker.startswith("DY")
    return ",".join(alleles * 2 if twice else alleles)
