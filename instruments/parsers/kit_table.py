"""Kits as tables with a row for each allele: strvalidator, EuroForMix, Kongoh, NFI.

strvalidator and EuroForMix tell panel, bin and range; Kongoh dye, repeat and size; a
list of a ladder marker, allele and dye alone.
"""

from collections.abc import Mapping
from decimal import Decimal

from instruments import wide
from instruments.columns import key
from instruments.errors import BadTable
from instruments.grid import grid_of, header_of
from instruments.kits import off, pairs
from instruments.parsers import Parser
from instruments.records import (
    Bin,
    KitExport,
    KitMarker,
    KitPanel,
    Maturity,
    RefusedRow,
    UnreadCell,
)
from instruments.source import Source

NAMES = {
    "panel": "panel",
    "marker": "marker",
    "allele": "allele",
    "size": "size",
    "sizemin": "left",
    "sizemax": "right",
    "virtual": "virtual",
    "color": "dye",
    "dye": "dye",
    "repeat": "repeat",
    "lengthoftherepeatunit": "repeat",
    "markermin": "low",
    "markermax": "high",
}
SENSOR = frozenset({"Q", "S"})
"""Alleles of the quality sensors of QIAGEN."""

NUMBERS = ("size", "left", "right", "repeat", "low", "high")


def claims(source: Source) -> bool:
    keys = {key(cell) for cell in header_of(source)}
    sampled = any(name.startswith("sample") for name in keys)
    return (
        {"marker", "allele"} <= keys and bool(keys & {"dye", "color"}) and not sampled
    )


def read(source: Source) -> KitExport:
    grid = grid_of(source)
    places = _places(grid.header, grid.header_line)
    beside = [at for at in range(len(grid.header)) if at not in places.values()]
    kit: dict[str, dict[str, tuple[KitMarker, list[Bin]]]] = {}
    refused: list[RefusedRow] = []
    unread: list[UnreadCell] = []
    rows = 0
    for line, cells in wide.rows_of(grid):
        rows += 1
        if unfit := wide.unfit(line, cells, len(grid.header)):
            refused.append(unfit)
            continue
        told = {name: cells[at] for name, at in places.items() if cells[at] != "NA"}
        try:
            marker, found = _row(line, told)
        except ValueError as error:
            refused.append(RefusedRow(line, "", str(error), EXPECTED))
            continue
        panel = kit.setdefault(told.get("panel", ""), {})
        panel.setdefault(marker.name, (marker, []))[1].append(found)
        unread += [
            UnreadCell(f"line {line}", grid.header[at], cells[at])
            for at in beside
            if cells[at]
        ]
    return KitExport(
        **PARSER.told(source),
        rows=rows,
        panels=tuple(_panel(name, markers) for name, markers in kit.items()),
        refused=tuple(refused),
        unread_cells=tuple(unread),
        warnings=tuple(wide.warnings(grid)),
    )


EXPECTED = "a marker, an allele, and numbers of base pairs in order"


def _places(header: list[str], line: int) -> dict[str, int]:
    places: dict[str, int] = {}
    for at, cell in enumerate(header):
        name = NAMES.get(key(cell))
        if name in places:
            raise BadTable(
                "The column stands twice, and nothing tells which one is meant.",
                line=line,
                column=cell,
                expected="each column once",
            )
        if name:
            places[name] = at
    return places


def _row(line: int, told: Mapping[str, str]) -> tuple[KitMarker, Bin]:
    """Raises ValueError with what cannot be read."""
    name, allele = told.get("marker", ""), told.get("allele", "")
    if not name or not (wide.ALLELE.fullmatch(allele) or allele in SENSOR):
        raise ValueError(allele or name)
    numbers = {one: pairs(told.get(one, "")) for one in NUMBERS}
    size, left, right = numbers["size"], numbers["left"], numbers["right"]
    if not _in_order(left, size, right) or not _in_order(
        numbers["low"], numbers["high"]
    ):
        raise ValueError(told.get("size", ""))
    marker = KitMarker(
        line=line,
        name=name,
        dye=told.get("dye", ""),
        low=numbers["low"],
        high=numbers["high"],
        repeat=numbers["repeat"],
    )
    virtual = told.get("virtual", "").casefold() in {"1", "true"}
    return marker, Bin(allele, size, off(size, left), off(size, right), virtual)


def _in_order(*numbers: Decimal | None) -> bool:
    told = [number for number in numbers if number is not None]
    return told == sorted(told)


def _panel(name: str, markers: Mapping[str, tuple[KitMarker, list[Bin]]]) -> KitPanel:
    kept = (marker._replace(bins=tuple(bins)) for marker, bins in markers.values())
    return KitPanel(name, tuple(kept))


PARSER = Parser("Kit as a table", "1", Maturity.VERIFIED, claims, read)
