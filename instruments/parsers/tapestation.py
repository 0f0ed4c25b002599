"""TapeStation (Agilent): XML with a sample for each lane; its concentration is read.

No file was at hand: names of elements as a public reader takes them.
"""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from instruments.errors import BadTable
from instruments.markup import Element, root_of, tree_of
from instruments.parsers import Parser
from instruments.quantities import Quantity, QuantityExport
from instruments.records import Fact, Maturity, RefusedRow, UnreadLine
from instruments.source import Source

ROOT, SIGN = "File", "<ScreenTape"
OF_SAMPLE = frozenset({"WellNumber", "Comment", "Concentration", "Observations"})
UNTOLD = frozenset({"", "-"})


def claims(source: Source) -> bool:
    return root_of(source) == ROOT and SIGN in source.head


def read(source: Source) -> QuantityExport:
    root = tree_of(source)
    samples = root.all("Samples", "Sample")
    if not samples:
        raise BadTable("The file holds no samples.", expected="<Samples> with <Sample>")
    units = root.all("Assay", "Units")
    unit = units[0].one("ConcentrationUnit") if units else ""
    if not unit:
        raise BadTable(
            "The file tells no unit of its concentrations.",
            expected="<ConcentrationUnit>",
        )
    assay = root.one("FileInformation", "Assay")
    quantities: list[Quantity] = []
    refused: list[RefusedRow] = []
    for sample in samples:
        try:
            quantities.append(_quantity(sample, assay, unit))
        except ValueError as error:
            expected = "a well, and a number or '-'"
            refused.append(
                RefusedRow(sample.line, "Concentration", str(error), expected)
            )
    facts = root.all("FileInformation")
    known = {id(leaf) for leaf in _known(root)}
    return QuantityExport(
        **PARSER.told(source),
        rows=len(samples),
        quantities=tuple(quantities),
        refused=tuple(refused),
        facts=tuple(
            Fact(leaf.line, "", leaf.tag, leaf.text)
            for above in facts
            for leaf in above.leaves()
        ),
        unread_lines=tuple(
            UnreadLine(leaf.line, leaf.told())
            for leaf in root.leaves()
            if id(leaf) not in known
        ),
    )


def _quantity(sample: Element, assay: str, unit: str) -> Quantity:
    """The lane's comment is the only name that a person can give it."""
    told, well = sample.one("Concentration"), sample.one("WellNumber")
    observed = sample.one("Observations")
    if not well:
        raise ValueError(told)
    return Quantity(
        line=sample.line,
        sample=sample.one("Comment"),
        well=well,
        target=assay,
        task=observed if observed == "Ladder" else "",
        value=None if told in UNTOLD else _number(told),
        unit=unit,
        told=told,
        ct=None,
        ct_told="",
        flags=(observed,) if observed not in {"", "Ladder"} else (),
    )


def _number(told: str) -> Decimal:
    try:
        found = Decimal(told)
    except InvalidOperation as error:
        raise ValueError(told) from error
    if not found.is_finite():
        raise ValueError(told)
    return found


def _known(root: Element) -> Iterator[Element]:
    for above in root.all("FileInformation"):
        yield from above.leaves()
    yield from root.all("Assay", "Units", "ConcentrationUnit")
    for sample in root.all("Samples", "Sample"):
        yield from (one for one in sample.children if one.tag in OF_SAMPLE)


PARSER = Parser("TapeStation", "1", Maturity.READERS_ONLY, claims, read)
