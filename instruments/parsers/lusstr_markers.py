"""lusSTR: what it knows of its markers, as JSON. A definition of kits.

`str_markers.json` tells repeats and known alleles of each marker; `str_lists.json`
which markers a kit has.
"""

from decimal import Decimal
from typing import Any

from instruments.errors import BadTable
from instruments.json_text import Lines, leaves, read_object
from instruments.parsers import Parser
from instruments.records import Fact, KitExport, KitMarker, KitPanel, Maturity
from instruments.source import Source

REPEATS, ALLELES = "Repeats", "Alleles"
SIGN = '"BasesToSubtract"'
LISTS = "strs"


def claims(source: Source) -> bool:
    if not source.first_line.startswith("{"):
        return False
    return SIGN in source.head or f'{LISTS}"' in source.head


def read(source: Source) -> KitExport:
    found = read_object(source)
    lines = Lines(source.text())
    panels: list[KitPanel] = []
    facts: list[Fact] = []
    single: list[KitMarker] = []
    for name, told in found.items():
        line = lines.of(name)
        match told:
            case list() if name.endswith(LISTS):
                markers = tuple(KitMarker(line, _text(one)) for one in told)
                panels.append(KitPanel(name, markers))
            case {"Repeats": list(), "Alleles": list()}:
                single.append(_marker(line, name, told))
                rest = {k: v for k, v in told.items() if k != ALLELES}
                facts += [Fact(line, name, at, text) for at, text in leaves(rest)]
            case _:
                facts += [Fact(line, name, at, text) for at, text in leaves(told)]
    if single:
        panels.append(KitPanel("", tuple(single)))
    if not panels:
        raise BadTable("The file tells of no marker.")
    return KitExport(
        **PARSER.told(source),
        rows=len(found),
        panels=tuple(panels),
        facts=tuple(facts),
    )


def _marker(line: int, name: str, told: dict[str, Any]) -> KitMarker:
    repeats = [_text(one) for one in told[REPEATS]]
    lengths = {len(one) for one in repeats}
    return KitMarker(
        line,
        name,
        repeat=Decimal(lengths.pop()) if len(lengths) == 1 else None,
        alleles=tuple(_text(one) for one in told[ALLELES]),
    )


def _text(one: object) -> str:
    if not isinstance(one, str) or not one:
        raise BadTable("A name is no text.", value=str(one), expected="a text")
    return one


PARSER = Parser("lusSTR markers", "1", Maturity.VERIFIED, claims, read)
