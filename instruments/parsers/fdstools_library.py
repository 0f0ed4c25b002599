"""FDSTools: a library file, which says where each marker lies on the genome.

Sections in brackets, `name = value` lines, comments after a semicolon. Each name under
`[genome_position]` is a marker; all other values are told as they stand.
"""

import re

from instruments.errors import BadTable
from instruments.parsers import Parser
from instruments.records import (
    Fact,
    KitExport,
    KitMarker,
    KitPanel,
    Maturity,
    UnreadLine,
)
from instruments.source import Source

SECTION = re.compile(r"\[([a-z_]{1,40})\]")
VALUE = re.compile(r"([^=;\[\]]{1,60}?)\s*=\s*(.*)")
MARKERS = "genome_position"
PLACE = re.compile(r"(?:[0-9]{1,2}|[XYM])(?:, *[0-9]{1,9}){1,40}")
TITLED = re.compile(r"; *(.*?) library file for FDSTools.*")


def claims(source: Source) -> bool:
    lines = (line.strip() for line in source.head.split("\n"))
    filled = (line for line in lines if line and not line.startswith(";"))
    return next(filled, "") == f"[{MARKERS}]"


def read(source: Source) -> KitExport:
    section, name, rows = "", "", 0
    markers: list[KitMarker] = []
    facts: list[Fact] = []
    notes: list[UnreadLine] = []
    for at, written in enumerate(source.text().split("\n"), 1):
        line = written.strip()
        if not line:
            continue
        if line.startswith(";"):
            name = name or (found[1] if (found := TITLED.fullmatch(line)) else "")
            notes.append(UnreadLine(at, line))
        elif found := SECTION.fullmatch(line):
            section = found[1]
        elif found := VALUE.fullmatch(line):
            rows += 1
            facts.append(Fact(at, section, found[1], found[2]))
            if section == MARKERS:
                markers.append(_marker(at, found[1], found[2], markers))
        else:
            raise BadTable(
                "A line is no section, no value and no comment.",
                line=at,
                value=line,
                expected="'name = value'",
            )
    if not markers:
        raise BadTable("The library has no markers.", expected=f"[{MARKERS}]")
    return KitExport(
        **PARSER.told(source),
        rows=rows,
        panels=(KitPanel(name, tuple(markers)),),
        facts=tuple(facts),
        unread_lines=tuple(notes),
    )


def _marker(line: int, name: str, place: str, known: list[KitMarker]) -> KitMarker:
    if not PLACE.fullmatch(place):
        raise BadTable(
            "A marker has no place on the genome.",
            line=line,
            value=place,
            expected="a chromosome, a first and a last base",
        )
    if any(one.name == name for one in known):
        raise BadTable("A marker stands twice.", line=line, value=name)
    return KitMarker(line, name)


PARSER = Parser("FDSTools library", "1", Maturity.VERIFIED, claims, read)
