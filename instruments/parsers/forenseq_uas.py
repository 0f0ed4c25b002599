"""ForenSeq Universal Analysis Software (UAS): the report of one sample, as a workbook.

Of 1.3 (Sample Details Report), 2.x (Sample Report) and Kintelligence. A sheet holds a
summary (locus, genotype) and the coverage (each sequence with its reads), one below or
beside the other, in older Kintelligence as one table; headers are looked for, not
counted to. An allele's cell is a number in one row and text in the next.

The two tables tell the same thing, and so they are held against each other: a genotype
is read only where its alleles are those of the sequences marked as typed, and a sheet
only where it holds as many loci as it says.

Sheets are read by what they are known to be. Those of ancestry and phenotype are closed
(see `instruments.closing`), and so is each sheet that nobody knows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
import re

from instruments.closing import is_closed, kinds_of
from instruments.errors import BadTable
from instruments.parsers import Parser
from instruments.records import (
    Closed,
    Fact,
    MarkerReading,
    Maturity,
    RefusedRow,
    UnreadCell,
)
from instruments.sequences import Place, Sequence, SequencedGenotypes, reading
from instruments.sheet_tables import Row, Table, tables
from instruments.source import Source
from instruments.workbook import Cell, Sheet, Workbook, names_in

READ = re.compile(
    r"(?:autosomal|[xy])[ -]?strs?|isnps?|(?:identity|kinship|[xy])[ -]snps?",
    re.IGNORECASE,
)
ESTIMATED = re.compile(r"(?:ancestry|phenotype)[ -]snps?|[ap]isnps?", re.IGNORECASE)
"""Sheets of the same make, which only a setting opens."""
BESIDE = re.compile(
    rf"(?:{READ.pattern}) figures?|sample history|settings", re.IGNORECASE
)
"""Sheets that are kept unread: pictures of the same, the log, the thresholds."""

LOCUS, GENOTYPE, QC = "locus", "genotype", "qcindicators"
ALLELE, TYPED, READS = "allelename", "typedallele?", "reads"
BRACKET, BASES = "bracketedsequence", "repeatsequence"
SUMMARY = (LOCUS, GENOTYPE)
COVERAGE = (LOCUS, ALLELE, TYPED, READS)
KNOWN = frozenset((*SUMMARY, *COVERAGE, QC, BRACKET, BASES))

SAMPLE, RUN, CREATED, LOCI = "sample", "run", "created", "loci typed"
OTHERWISE = {"sample name": SAMPLE, "run name": RUN}
VERSIONS = ("Software Version", "Secondary Analysis Module Version")
SETTINGS = "Settings"

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./_-]{0,39}")
NAMED = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,2})?|[A-Z]|[ACGT-]{1,40}")
UNCALLED = frozenset({"", "INC", "NA", "NN"})
"""Genotypes that say there is none: incomplete."""
DNA = re.compile(r"[ACGTN]*")
WHOLE = re.compile(r"[0-9]{1,9}")
COUNTED = re.compile(r"([0-9]{1,6}) */ *([0-9]{1,6})")
CALLS = {"Yes": True, "No": False}

LOOKED = 60
"""Rows from the top of a sheet that may say something of the sample."""


def claims(source: Source) -> bool:
    names = names_in(source)
    return any(map(READ.fullmatch, names)) and SETTINGS in names


def read(source: Source) -> SequencedGenotypes:
    book = Workbook(source)
    told = _Report()
    closed: list[Closed] = []
    for name in book.names:
        sheet = book.sheet(name)
        title = next((cell.text for cell in sheet.cells()), "")
        if _stays_closed(source, name, title):
            closed.append(Closed(name, sum(1 for _ in sheet.cells())))
        elif BESIDE.fullmatch(name):
            told.keep(sheet)
        else:
            told.take(sheet)
    if not told.rows:
        raise BadTable("The workbook has no table of loci.", expected=f"'{LOCUS}' ...")
    return SequencedGenotypes(
        **PARSER.told(source),
        rows=told.rows,
        readings=tuple(told.readings),
        sequences=tuple(told.sequences),
        refused=tuple(told.refused),
        software=f"UAS {told.software}".strip(),
        facts=tuple(told.facts),
        unread_cells=tuple(told.unread),
        closed=tuple(closed),
        warnings=tuple(told.warnings()),
    )


def _stays_closed(source: Source, name: str, title: str) -> bool:
    """By its name, and by its title, should somebody have given it another name."""
    if is_closed(source.opened, name, title):
        return True
    known = READ.fullmatch(name) or BESIDE.fullmatch(name) or ESTIMATED.fullmatch(name)
    return not known and not (kinds_of(name) and name.endswith("Figure"))


@dataclass
class _Report:
    """What the sheets say so far, of one sample."""

    rows: int = 0
    readings: list[MarkerReading] = field(default_factory=list)
    sequences: list[Sequence] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    unread: list[UnreadCell] = field(default_factory=list)
    software: str = ""
    sample: str = ""
    _read: set[Cell] = field(default_factory=set)

    def keep(self, sheet: Sheet) -> None:
        """A sheet of which nothing is read but the version of the software."""
        for row in sheet.rows[:LOOKED]:
            cells = [cell for cell in row if cell is not None]
            if len(cells) > 1 and cells[0].text.strip() in VERSIONS:
                self._tell(sheet, cells[0], cells[1])
                self.software = self.software or cells[1].text.strip()
        self._keep_unread(sheet, {})

    def take(self, sheet: Sheet) -> None:
        """A sheet of loci. Raises BadTable where it is about another sample."""
        found = list(tables(sheet, LOCUS))
        heading = self._heading(sheet, min(map(_corner, found), default=(0, LOOKED)))
        about = heading.get(SAMPLE, "")
        if not about:
            raise BadTable(
                "A sheet does not say whose it is.",
                column=sheet.name,
                expected="a row 'Sample' above the loci",
            )
        if self.sample and about != self.sample:
            raise BadTable(
                "One workbook tells of two samples.",
                column=sheet.name,
                value=about,
                expected="the report of one sample",
            )
        self.sample = about
        counted = self._sequences(sheet, found)
        loci, typed = self._genotypes(sheet, found, heading.get(RUN, ""), counted)
        self._check_count(sheet, heading.get(LOCI, ""), loci, typed)
        self._keep_unread(sheet, _titles(found))

    def warnings(self) -> Iterator[str]:
        created = {one.text for one in self.facts if one.name.casefold() == CREATED}
        if any("(" not in text for text in created):
            yield "The time of creation is told without a zone."
        if not self.software:
            yield "The version of the software is not told."

    def _heading(self, sheet: Sheet, corner: tuple[int, int]) -> dict[str, str]:
        """Label and value, in the rows above the leftmost table."""
        found: dict[str, str] = {}
        for row in sheet.rows[: min(corner[1], LOOKED) - 1]:
            label, value = [*row, None, None][:2]
            if label is None or value is None or value.text.strip() == "":
                continue
            name = label.text.strip().casefold()
            if name in found:
                continue
            found[OTHERWISE.get(name, name)] = value.text.strip()
            self._tell(sheet, label, value)
        return found

    def _tell(self, sheet: Sheet, label: Cell, value: Cell) -> None:
        name, text = label.text.strip(), value.text.strip()
        self.facts.append(Fact(label.row, sheet.name, name, text))
        self._read |= {label, value}

    def _sequences(self, sheet: Sheet, found: list[Table]) -> dict[str, list[Sequence]]:
        """Those that were called, by their locus."""
        called: dict[str, list[Sequence]] = {}
        for table in found:
            if not set(COVERAGE) <= set(table.names):
                continue
            for row in table.rows:
                self.rows += 1
                one = self._sequence(sheet, row)
                if isinstance(one, RefusedRow):
                    self.refused.append(one)
                    continue
                self.sequences.append(one)
                self._mark(row)
                if one.called:
                    called.setdefault(one.marker, []).append(one)
        return called

    def _sequence(self, sheet: Sheet, row: Row) -> Sequence | RefusedRow:
        checks = (
            (LOCUS, NAME, "the name of a locus"),
            (ALLELE, NAMED, "the name of an allele"),
            (TYPED, re.compile("Yes|No"), "'Yes' or 'No'"),
            (READS, WHOLE, "a whole number of reads"),
            (BASES, DNA, "bases"),
        )
        for title, fits, expected in checks:
            if not fits.fullmatch(row.text(title)):
                return self._no(sheet, row, title, expected)
        return Sequence(
            row.line,
            self.sample,
            row.text(LOCUS),
            row.text(ALLELE),
            row.text(BASES),
            row.text(BRACKET),
            int(row.text(READS)),
            row.text(TYPED),
            CALLS[row.text(TYPED)],
        )

    def _genotypes(
        self,
        sheet: Sheet,
        found: list[Table],
        run: str,
        called: dict[str, list[Sequence]],
    ) -> tuple[int, int]:
        """Read each; how many loci there are, and how many have a genotype."""
        seen: dict[str, int] = {}
        typed = 0
        for table in found:
            if not set(SUMMARY) <= set(table.names):
                continue
            whole = not set(COVERAGE) <= set(table.names)
            for row in table.rows:
                locus = row.text(LOCUS)
                if not whole and (locus in seen or not locus):
                    continue  # a further sequence of the locus: it was read as one
                self.rows += whole
                one = self._genotype(sheet, row, run, called)
                if locus in seen:
                    one = self._no(sheet, row, LOCUS, f"once: line {seen[locus]}")
                seen.setdefault(locus, row.line)
                typed += row.text(GENOTYPE) not in UNCALLED
                if isinstance(one, RefusedRow):
                    self.refused.append(one)
                else:
                    self.readings.append(one)
                    self._mark(row)
        for locus in called.keys() - seen.keys():
            line = called[locus][0].line
            expected = "a genotype of this locus, for its sequences are typed"
            self.refused.append(
                RefusedRow(line, sheet.name, locus, expected, self.sample, marker=locus)
            )
        return len(seen), typed

    def _genotype(
        self, sheet: Sheet, row: Row, run: str, called: dict[str, list[Sequence]]
    ) -> MarkerReading | RefusedRow:
        locus, told = row.text(LOCUS), row.text(GENOTYPE)
        if not NAME.fullmatch(locus):
            return self._no(sheet, row, LOCUS, "the name of a locus")
        alleles = [] if told in UNCALLED else [one.strip() for one in told.split(",")]
        if not all(map(NAMED.fullmatch, alleles)):
            return self._no(sheet, row, GENOTYPE, "alleles, parted by a comma")
        own = called.get(locus, [])
        names = list(dict.fromkeys(one.allele for one in own))
        if set(names) != set(alleles):
            typed = ", ".join(names) or "none"
            return self._no(sheet, row, GENOTYPE, f"the typed alleles: {typed}")
        place = Place(row.line, self.sample, run, sheet.name, locus)
        flags = [("QC Indicators", row.text(QC))]
        if not alleles:
            flags.append(("Genotype", told))
        return reading(place, alleles, own, flags)

    def _check_count(self, sheet: Sheet, told: str, loci: int, typed: int) -> None:
        """A row that was lost on the way is missed here."""
        counted = COUNTED.fullmatch(told)
        if counted and (int(counted[1]), int(counted[2])) != (typed, loci):
            expected = f"{typed} / {loci}, as the sheet holds"
            column = f"{sheet.name}, Loci Typed"
            self.refused.append(RefusedRow(1, column, told, expected, self.sample))

    def _no(self, sheet: Sheet, row: Row, title: str, expected: str) -> RefusedRow:
        text, locus = row.text(title), row.text(LOCUS)
        column = f"{sheet.name}, {title}"
        return RefusedRow(row.line, column, text, expected, self.sample, marker=locus)

    def _mark(self, row: Row) -> None:
        self._read |= {cell for name, cell in row.cells.items() if name in KNOWN}

    def _keep_unread(self, sheet: Sheet, titles: dict[int, dict[int, str]]) -> None:
        """All that was not read, but for the titles of what was."""
        heads = {(row, at) for row, names in titles.items() for at in names}
        for cell in sheet.cells():
            place = (cell.row, cell.column)
            if cell.text.strip() and cell not in self._read and place not in heads:
                name = _title_above(titles, cell)
                self.unread.append(UnreadCell(sheet.where(cell), name, cell.text))
        self._read.clear()


def _corner(table: Table) -> tuple[int, int]:
    return table.titles[0].column, table.line


def _titles(found: list[Table]) -> dict[int, dict[int, str]]:
    """Row to column to the title that stands there."""
    told: dict[int, dict[int, str]] = {}
    for table in found:
        for title in table.titles:
            told.setdefault(title.row, {})[title.column] = title.text
    return told


def _title_above(titles: dict[int, dict[int, str]], cell: Cell) -> str:
    above = [row for row in titles if row < cell.row and cell.column in titles[row]]
    return titles[max(above)][cell.column] if above else ""


PARSER = Parser("ForenSeq UAS report", "1", Maturity.VERIFIED, claims, read)
