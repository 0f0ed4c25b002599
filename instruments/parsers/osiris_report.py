"""OSIRIS 2 analysis report (`.oar`): samples, loci and alleles of one run, as XML.

AMEL is written 1 for X and 2 for Y. An allele that is called twice has `Count` 2; one
off the ladder keeps its number and is marked. What an analyst disabled or replaced is
no call. Artefacts, messages and settings are kept as lines that nobody reads.
"""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from instruments.errors import BadTable
from instruments.markup import Element, root_of, tree_of
from instruments.numbers import LONGEST
from instruments.parsers import Parser
from instruments.records import (
    GenotypeExport,
    MarkerReading,
    Maturity,
    Peak,
    RefusedRow,
    Titles,
    UnreadLine,
)
from instruments.source import Source

ROOT = "OsirisAnalysisReport"
KIT = "MarkerSetName="
TYPE, OFF_LADDER, COUNT = "Type", "OffLadder", "Count"
TITLES = Titles((TYPE, OFF_LADDER, COUNT), frozenset((TYPE, OFF_LADDER, COUNT)), "\x1f")


def claims(source: Source) -> bool:
    return root_of(source) == ROOT


def read(source: Source) -> GenotypeExport:
    report = tree_of(source)
    samples = report.all("Table", "Sample")
    if not samples:
        expected = "Table and Sample within OsirisAnalysisReport"
        raise BadTable("The report has no samples.", expected=expected)
    run = _Run(report)
    found = [one for sample in samples for one in run.readings(sample)]
    return GenotypeExport(
        **PARSER.told(source),
        rows=len(found),
        readings=tuple(one for one in found if isinstance(one, MarkerReading)),
        refused=tuple(one for one in found if isinstance(one, RefusedRow)),
        unread_lines=tuple(
            UnreadLine(leaf.line, leaf.told())
            for leaf in report.leaves()
            if id(leaf) not in run.read
        ),
        warnings=tuple(_empty(samples)),
    )


class _Run:
    """What stands above all samples, and which elements were read."""

    def __init__(self, report: Element) -> None:
        self.read: set[int] = set()
        named = report.all("Heading", "CommandLine", "argv")
        kits = [one for one in named if one.text.startswith(KIT)]
        self._kit = self._text(kits[0]).removeprefix(KIT).rstrip(";") if kits else ""
        self._dyes = {
            self._text(locus): channel.one("ChannelNr")
            for channel in report.all("Heading", "Channel")
            for locus in channel.all("LocusName")
        }
        self._mark(*report.all("Heading", "Channel", "ChannelNr"))

    def readings(self, sample: Element) -> Iterator[MarkerReading | RefusedRow]:
        file, name = sample.one("Name"), sample.one("SampleName")
        kind, start = sample.one(TYPE), sample.one("RunStart")
        for tag in ("Name", "SampleName", TYPE, "RunStart"):
            self._mark(*sample.all(tag)[:1])
        for locus in sample.all("Locus"):
            marker = locus.one("LocusName")
            calls = [
                one for one in locus.all("Allele") if one.one("Disabled") != "true"
            ]
            fault = _fault(locus, marker, name or file, calls)
            if fault:
                yield fault
                continue
            self._mark(*locus.all("LocusName")[:1])
            yield MarkerReading(
                line=locus.line,
                sample=name or file,
                source=file,
                run=start,
                well="",
                panel=self._kit,
                marker=marker,
                dye=self._dyes.get(marker, ""),
                peaks=tuple(map(self._peak, calls)),
                beside=TITLES.separator.join((kind, *self._flags(calls))),
                titles=TITLES,
            )

    def _peak(self, allele: Element) -> Peak:
        for tag in ("Name", "RFU", "BPS"):
            self._mark(*allele.all(tag)[:1])
        return Peak(
            allele.one("Name"), _number(allele.one("RFU")), _number(allele.one("BPS"))
        )

    def _flags(self, calls: list[Element]) -> tuple[str, str]:
        """The names of the alleles off the ladder, and of those that count twice."""
        self._mark(*(one for call in calls for one in call.all(OFF_LADDER)))
        self._mark(*(one for call in calls for one in call.all(COUNT)))
        off = [one.one("Name") for one in calls if one.one(OFF_LADDER) == "true"]
        count = calls[0].one(COUNT) if len(calls) == 1 else ""
        return ",".join(off), count

    def _text(self, element: Element) -> str:
        self._mark(element)
        return element.text

    def _mark(self, *elements: Element) -> None:
        self.read.update(map(id, elements))


def _fault(
    locus: Element, marker: str, sample: str, calls: list[Element]
) -> RefusedRow | None:
    """Why a locus cannot be read, if it cannot."""
    if not sample:
        expected = "the name of a sample"
        return RefusedRow(locus.line, "SampleName", "", expected, marker=marker)
    if not marker:
        expected = "the name of a marker"
        return RefusedRow(locus.line, "LocusName", "", expected, sample)
    for call in calls:
        if not call.one("Name"):
            expected = "the name of an allele"
            return RefusedRow(call.line, "Name", "", expected, sample, marker=marker)
        for tag in ("RFU", "BPS"):
            try:
                _number(call.one(tag))
            except ValueError:
                text, expected = call.one(tag), "a number"
                return RefusedRow(call.line, tag, text, expected, sample, marker=marker)
    return None


def _number(text: str) -> Decimal | None:
    """A number as OSIRIS writes it, exponents too. Raises ValueError."""
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if len(text) > LONGEST or not number.is_finite() or number < 0:
        raise ValueError(text)
    return number


def _empty(samples: list[Element]) -> Iterator[str]:
    for sample in samples:
        if not sample.all("Locus"):
            yield f"Line {sample.line}: the sample has no loci; its analysis failed."


PARSER = Parser("OSIRIS analysis report", "1", Maturity.VERIFIED, claims, read)
