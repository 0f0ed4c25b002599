"""What OSIRIS writes beside its results: settings, logs, pull-up, batches, schemas.

Nothing of it is a genotype. It is read as facts: a name and a text, line by line.
"""

from collections.abc import Iterator
import re

from instruments.errors import BadTable
from instruments.markup import root_of, tree_of
from instruments.parsers import Parser
from instruments.records import Fact, Maturity, NotesExport
from instruments.source import Source

ROOTS = frozenset(("ArtifactLabels", "xs:schema", "xsd:schema"))
BATCH = re.compile(r"<x>\s*<dirInput>")
FIRST = re.compile(
    r"InputDirectory = .*;|Laser .*Pullup Fractions .*"
    r"|FileName = .* and SampleName = .*"
)
LOG = "OSIRIS PARAMETERS"
SETTING = re.compile(r"\s*([^=\t]{1,80}?)\s*=\s*(.*?);?\s*")
MOST_LINES = 200_000


def claims(source: Source) -> bool:
    root = root_of(source)
    if root:
        return root in ROOTS or (root == "x" and bool(BATCH.search(source.head)))
    log = source.first_line.strip() == "Directory:" and LOG in source.head
    return log or bool(FIRST.fullmatch(source.first_line.rstrip()))


def read(source: Source) -> NotesExport:
    facts = tuple(_elements(source) if root_of(source) else _lines(source))
    return NotesExport(
        **PARSER.told(source),
        rows=len(facts),
        facts=facts,
    )


def _elements(source: Source) -> Iterator[Fact]:
    for leaf in tree_of(source).leaves():
        given = " ".join(f"{name}={text}" for name, text in leaf.given.items())
        yield Fact(leaf.line, given, leaf.tag, leaf.text)


def _lines(source: Source) -> Iterator[Fact]:
    lines = source.text().split("\n")
    if len(lines) > MOST_LINES:
        expected = "the papers of one run"
        raise BadTable(f"The file has {len(lines)} lines.", expected=expected)
    for number, line in enumerate(lines, 1):
        if not line.strip("; \t"):
            continue
        found = SETTING.fullmatch(line)
        name, text = (found[1], found[2]) if found else ("", line.strip())
        yield Fact(number, "", name, text)


PARSER = Parser("OSIRIS companion file", "1", Maturity.VERIFIED, claims, read)
