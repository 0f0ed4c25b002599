"""STRait Razor 3: its configuration, which says by what each marker is recognised.

Tab-separated, with or without a header: marker, type, both flanks, motif, period,
offset. The offset is taken from the length before it is divided by the period, and so
decides how alleles are named.
"""

from decimal import Decimal
import re

from instruments.parsers import Parser
from instruments.records import (
    Fact,
    KitExport,
    KitMarker,
    KitPanel,
    Maturity,
    RefusedRow,
)
from instruments.source import Source

HEADER = ("#Marker", "Type", "5'Flank", "3'Flank", "Motif", "Period", "Offset")
IUPAC = "[ACGTRYSWKMBDHVN]"
FLANK = f"{IUPAC}{{1,100}}(?:,[0-9])?"
"""With the number of bases that may differ, where another is allowed than usual."""
ROW = re.compile(
    r"([^\t]{1,60})\t(autosomal|x|y)"
    rf"\t({FLANK})\t({FLANK})\t({IUPAC}{{1,100}})"
    r"\t([0-9]{1,2})\t(-?[0-9]{1,4})",
    re.IGNORECASE,
)
EXPECTED = "a marker, its type, two flanks, a motif, a period and an offset"


def claims(source: Source) -> bool:
    line = source.first_line
    return tuple(line.split("\t")) == HEADER or bool(ROW.fullmatch(line))


def read(source: Source) -> KitExport:
    lines = [(at, line) for at, line in enumerate(source.text().split("\n"), 1)]
    filled = [(at, line) for at, line in lines if line.strip()]
    if tuple(filled[0][1].split("\t")) == HEADER:
        filled = filled[1:]
    markers: dict[str, KitMarker] = {}
    facts: list[Fact] = []
    refused: list[RefusedRow] = []
    for at, line in filled:
        cells = ROW.fullmatch(line)
        if not cells or cells[1] in markers:
            expected = "a marker that stands once" if cells else EXPECTED
            refused.append(RefusedRow(at, "", line, expected))
            continue
        period = Decimal(cells[6])
        markers[cells[1]] = KitMarker(at, cells[1], repeat=period)
        facts += [
            Fact(at, cells[1], title, cell)
            for title, cell in zip(HEADER[1:], cells.groups()[1:], strict=True)
            if title != "Period"
        ]
    return KitExport(
        **PARSER.told(source),
        rows=len(filled),
        panels=(KitPanel("", tuple(markers.values())),),
        refused=tuple(refused),
        facts=tuple(facts),
    )


PARSER = Parser("STRait Razor configuration", "1", Maturity.VERIFIED, claims, read)
