"""A table of measured quantities, whatever file it stands in: columns found by name.

Columns are the user's choice and move between versions; `Ct` may hold a Cyrillic
letter; thousands may have commas (instrument formats, parts 8.1 to 8.5).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
import re
from typing import NamedTuple
import unicodedata

from instruments.errors import BadTable
from instruments.numbers import Numbers, style_of
from instruments.quantities import Quantity, StandardCurve
from instruments.records import Fact, RefusedRow, UnreadCell

WELL = re.compile(r"[0-9]{1,4}(?:\.0)?|[A-P][0-9]{1,2}")
POSITION = re.compile(r"[A-P][0-9]{1,2}")
CYRILLIC_TE = "\u0442"
POWER = re.compile(r"([0-9](?:[.,][0-9]+)?)[Ee]([+-]?[0-9]{1,2})")
"""A small amount as programs write it: 4.5E-4."""
UNMEASURED = frozenset({"", "undetermined", "-"})
NAMES = {
    "well": "well",
    "wellposition": "position",
    "omit": "omit",
    "sample": "sample",
    "samplename": "sample",
    "target": "target",
    "targetname": "target",
    "detector": "target",
    "task": "task",
    "quantity": "quantity",
    "qty": "quantity",
    "ct": "ct",
    "cq": "ct",
    "slope": "slope",
    "y-intercept": "intercept",
    "r(superscript2)": "r2",
    "r2": "r2",
    "efficiency": "efficiency",
    "degradationindex": "index",
}
INSTEAD = {
    "reporter": "reporter",
    "snpassayname": "assay",
    "allele1ct": "ct1",
    "allele2ct": "ct2",
}
"""Columns that are read where there is none of targets, and only there."""
SAME = ("well", "position", "omit", "sample", "task")
PER_ALLELE = ("ct1", "ct2")
"""Of a genotyping experiment: one row tells the cycles of both alleles of an assay."""
CURVE = ("slope", "intercept", "r2", "efficiency")
NUMBERS = ("quantity", "ct", *CURVE)
FLAGS = frozenset(
    (
        *("BADROX", "CQCONF", "EXPFAIL", "HIGHSD", "IPCCT", "HIGHQT", "LOWQT"),
        *("MTFR", "NOAMP", "NOISE", "NTCCT", "OUTLIERRG", "SLOPE", "SPIKE", "YINT"),
    )
)
EXPECTED = "a well, a target, and numbers or 'Undetermined', no cell beyond the header"

Row = tuple[int, Sequence[str]]
"""The number of a line, and its cells as written."""


class Table(NamedTuple):
    line: int
    """Where the header stands, counted from 1."""
    header: Sequence[str]
    rows: Sequence[Row]
    where: Callable[[int], str]
    """What a person calls a line of it, such as `sheet 'Results', row 12`."""


@dataclass(frozen=True)
class Measured:
    quantities: tuple[Quantity, ...]
    curves: tuple[StandardCurve, ...]
    refused: tuple[RefusedRow, ...]
    beside: tuple[UnreadCell, ...]
    warnings: tuple[str, ...]


def measured(table: Table) -> Measured:
    """Every row read, or refused. BadTable: a column that is needed is not there."""
    table, told_apart = _with_targets(table)
    places = _places(table)
    numbers = Numbers(style_of(_numeric(table, places)))
    quantities: list[Quantity] = []
    curves: dict[StandardCurve, None] = {}
    refused: list[RefusedRow] = []
    beside: list[UnreadCell] = []
    for line, cells in table.rows:
        told = {name: cells[at] for name, at in places.items() if at < len(cells)}
        if told.get("task", "").casefold() == "task":
            raise BadTable(
                "The header stands again, and columns may have moved.",
                line=line,
                expected="one table",
            )
        try:
            _check(told, cells, table.header, places)
            found = _quantity(line, told, _flags(table.header, cells), numbers)
            curve = _curve(told, numbers)
        except ValueError as error:
            refused.append(RefusedRow(line, "", str(error), EXPECTED))
            continue
        if found.target:  # an empty well has a row and no target
            quantities.append(found)
        if any(part is not None for part in curve[1:]):
            curves.setdefault(curve)
        beside += _beside(table, line, cells, set(places.values()))
    return Measured(
        tuple(quantities),
        tuple(curves),
        tuple(refused),
        tuple(beside),
        (*told_apart, *_warnings(quantities, list(curves))),
    )


def of_instrument(facts: Iterable[Fact]) -> Iterator[str]:
    """What a person should know of the instrument that the preamble names."""
    for fact in facts:
        if fact.name == "Instrument Type" and fact.text.startswith("sds7500"):
            yield (
                "No file of a 7500 was at hand: its layout is as public programs read"
                " it. Compare this with the instrument's own report."
            )


def places_of(header: Sequence[str]) -> dict[str, int]:
    """Where each known column stands; the first of a name counts."""
    places: dict[str, int] = {}
    for at, name in enumerate(header):
        known = _key(name)
        if found := NAMES.get(known) or INSTEAD.get(known):
            places.setdefault(found, at)
    return places


def _with_targets(table: Table) -> tuple[Table, tuple[str, ...]]:
    """The table with a target in each row, and what a person should know of it.

    A genotyping experiment tells the cycles of two alleles a row: each is a target. An
    export that was made without targets names the dyes at least, if not the samples.
    """
    places = places_of(table.header)
    if "target" in places:
        return table, ()
    if {"assay", *PER_ALLELE} <= places.keys():
        told = "This is a genotyping experiment: each allele of an assay is a target."
        return _by_allele(table, places), (told,)
    if "reporter" not in places:
        return table, ()
    added = ["Target"] if "sample" in places else ["Target", "Sample"]
    at = places["reporter"]
    rows = [
        (
            line,
            _beyond(table, _without(cells, {at}), [_at(cells, at), ""][: len(added)]),
        )
        for line, cells in table.rows
    ]
    nameless = "" if "sample" in places else " It names no samples, but their wells."
    told = f"The export names no targets: the dyes stand for them.{nameless}"
    return table._replace(header=[*table.header, *added], rows=rows), (told,)


def _by_allele(table: Table, places: Mapping[str, int]) -> Table:
    """Each row twice; what no allele has of its own is told with the first alone."""
    moved = {places[one] for one in ("assay", *PER_ALLELE)}
    same = {places[one] for one in SAME if one in places}
    rows: list[Row] = []
    for line, cells in table.rows:
        assay = _at(cells, places["assay"])
        others = {*range(len(cells))} - same
        for which, gone in ((1, moved), (2, others)):
            target = assay and f"{assay} allele {which}"
            cycle = _at(cells, places[f"ct{which}"])
            own = _without(cells, gone)
            rows.append((line, _beyond(table, own, [target, cycle])))
    return table._replace(header=[*table.header, "Target", "CT"], rows=rows)


def _without(cells: Sequence[str], gone: Collection[int]) -> list[str]:
    return ["" if at in gone else cell for at, cell in enumerate(cells)]


def _beyond(table: Table, cells: Sequence[str], added: Sequence[str]) -> list[str]:
    """A row with cells for added columns; what stood beyond the header still does."""
    width = len(table.header)
    missing = [""] * (width - len(cells))
    return [*cells[:width], *missing, *added, *cells[width:]]


def _at(cells: Sequence[str], at: int) -> str:
    return cells[at] if at < len(cells) else ""


def _warnings(
    quantities: Sequence[Quantity], curves: Sequence[StandardCurve]
) -> Iterator[str]:
    if any(value.ct_told and value.value is None for value in quantities):
        yield "Wells without a quantity tell their cycle alone."
    targets = [curve.target for curve in curves]
    for target in dict.fromkeys(targets):
        if (times := targets.count(target)) > 1:
            yield f"'{target}' has {times} standard curves that differ: all are kept."


@lru_cache(maxsize=1024)
def _key(name: str) -> str:
    """A column's name without blanks, case, or the Cyrillic letter in `Ct`."""
    folded = unicodedata.normalize("NFKC", name).casefold().replace(CYRILLIC_TE, "t")
    return "".join(folded.split())


def _places(table: Table) -> dict[str, int]:
    known = set(NAMES.values())
    found = places_of(table.header)
    places = {name: at for name, at in found.items() if name in known}
    wanted = ["sample", "target", "ct"]
    if "position" not in places:
        wanted.insert(0, "well")
    lacking = [one for one in wanted if one not in places]
    if lacking:
        raise BadTable(
            f"The results have no column for the {' and the '.join(lacking)}.",
            line=table.line,
            expected="an export with Well, Sample Name, Target Name and CT",
        )
    return places


def _numeric(table: Table, places: Mapping[str, int]) -> Iterator[tuple[int, str, str]]:
    columns = [places[name] for name in NUMBERS if name in places]
    for line, cells in table.rows:
        for at in columns:
            if at < len(cells):
                yield line, table.header[at], cells[at].removeprefix("-")


def _check(
    told: Mapping[str, str],
    cells: Sequence[str],
    header: Sequence[str],
    places: Mapping[str, int],
) -> None:
    """Raises ValueError where a row is none, or two columns of a name disagree."""
    if any(cells[len(header) :]):
        raise ValueError(next(cell for cell in cells[len(header) :] if cell))
    for name, form in (("well", WELL), ("position", POSITION)):
        if name in places and not form.fullmatch(told.get(name, "")):
            raise ValueError(told.get(name, ""))
    for at, cell in enumerate(cells[: len(header)]):
        name = NAMES.get(_key(header[at]), "")
        if name and at != places[name] and cell != told.get(name, ""):
            raise ValueError(cell)


def _quantity(
    line: int, told: Mapping[str, str], flags: tuple[str, ...], numbers: Numbers
) -> Quantity:
    sample, target = told.get("sample", ""), told.get("target", "")
    amount, cycle = told.get("quantity", ""), told.get("ct", "")
    if not target and (sample or amount or cycle):
        raise ValueError(sample or amount or cycle)
    return Quantity(
        line=line,
        sample=sample,
        well=told.get("position", "") or told["well"],
        target=target,
        task=told.get("task", ""),
        value=_number(amount, numbers),
        unit="",
        told=amount,
        ct=_number(cycle, numbers),
        ct_told=cycle,
        omitted=told.get("omit", "").casefold() == "true",
        flags=flags,
        index_told=told.get("index", ""),
    )


def _curve(told: Mapping[str, str], numbers: Numbers) -> StandardCurve:
    parts = [_number(told.get(name, ""), numbers) for name in CURVE]
    return StandardCurve(told.get("target", ""), *parts)


def _number(cell: str, numbers: Numbers) -> Decimal | None:
    """Raises ValueError where a cell is neither a number nor told unmeasured."""
    if cell.casefold() in UNMEASURED:
        return None
    told = cell.removeprefix("-")
    powered = POWER.fullmatch(told)
    number = numbers.one(powered[1] if powered else told)
    if number is not None and powered:
        number = number.scaleb(int(powered[2]))
    return -number if number is not None and cell.startswith("-") else number


def _flags(header: Sequence[str], cells: Sequence[str]) -> tuple[str, ...]:
    pairs = zip(header, cells, strict=False)
    return tuple(name for name, cell in pairs if name in FLAGS and cell == "Y")


def _beside(
    table: Table, line: int, cells: Sequence[str], read: set[int]
) -> Iterator[UnreadCell]:
    for at, cell in enumerate(cells[: len(table.header)]):
        name = table.header[at]
        if cell and at not in read and _key(name) not in NAMES and name not in FLAGS:
            yield UnreadCell(table.where(line), name, cell)
