"""Whatever a file holds, it is read or refused in a sentence: never a crash."""

import csv
from dataclasses import replace
from decimal import Decimal
import io
from pathlib import Path
import random
import re

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
import pytest

from instruments import (
    GenotypeExport,
    InstrumentError,
    Source,
    all_parsers,
    genotypes,
    parse,
)
from instruments.report import report
from tests.instruments.test_parsers import EXPORTS

ANY = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

TEXTS = [path for path in EXPORTS if Source.from_path(path).not_text is None]

names = (
    st.text("ABCxyz019 -_.+=@", min_size=1)
    .map(str.strip)
    .filter(lambda name: name not in {"", "NA"})
)
alleles = st.sampled_from(["6", "9.3", "OL", "?", "X", "Y", ">25", "14_13_1", "=1+1"])
heights = st.integers(0, 60_000)
peaks = st.lists(st.tuples(alleles, heights), max_size=4)
rows = st.lists(st.tuples(names, names, peaks), min_size=1, max_size=30)


def _try(content: bytes) -> None:
    told = ""
    try:
        report(Source("any.txt", content))
    except InstrumentError as error:
        told = f"{error}{error.public}"
    assert told.endswith(".") or not told


@ANY
@given(st.binary())
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
@example(b"\xff\xfe\x00")
def test_any_bytes(content: bytes) -> None:
    _try(content)


@ANY
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=400), st.data())
def test_any_text_below_a_header(text: str, data: st.DataObject) -> None:
    head = data.draw(
        st.sampled_from(
            [
                "Sample Name\tMarker\tAllele 1\tHeight 1\tOS\n",
                "SampleName;Marker;Allele1;Allele2\r",
                '"Sample Name","Marker","Allele#1","Height#1"\r\n',
                "OAR 2.0\n\nSample Name\tILS\tChannels\tFGA-1\n",
            ]
        )
    )
    _try((head + text).encode())


@pytest.mark.parametrize("path", EXPORTS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_an_export_with_changed_bytes(path: Path) -> None:
    whole = path.read_bytes()
    chance = random.Random(len(whole))
    for _ in range(200):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        _try(bytes(content))


CYRILLIC = re.compile("[\u0400-\u04ff]")


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: f"{p.parent.name}/{p.name}")
@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-16-le", "utf-32"])
def test_an_export_in_another_encoding(path: Path, encoding: str) -> None:
    text = Source.from_path(path).text().replace("ö", "o")
    if encoding == "cp1252" and CYRILLIC.search(text):
        encoding = "cp1251"  # the page of a Windows that can write it at all
    try:
        found = parse(Source(path.name, text.encode(encoding)))
    except InstrumentError:
        assert encoding != "utf-16"  # with its mark it is told for sure
    else:
        same = parse(Source(path.name, text.encode()))
        assert replace(found, sha256="") == replace(same, sha256="")


@ANY
@given(rows, st.sampled_from("\t;,"), st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_what_was_written_is_read(
    table: list[tuple[str, str, list[tuple[str, int]]]],
    delimiter: str,
    interleaved: bool,  # noqa: FBT001 - drawn
    end: str,
) -> None:
    text = _written(table, delimiter, end, interleaved=interleaved)
    found = genotypes(Source("x", text.encode()))
    assert not found.refused
    assert _told(found) == table


@ANY
@given(rows, st.randoms(use_true_random=False))
def test_columns_may_stand_in_any_order(
    table: list[tuple[str, str, list[tuple[str, int]]]], chance: random.Random
) -> None:
    written = list(csv.reader(io.StringIO(_written(table)), delimiter="\t"))
    order = list(range(len(written[0])))
    chance.shuffle(order)
    lines = ["\t".join(row[index] for index in order) for row in written]
    found = genotypes(Source("x", ("\n".join(lines) + "\n").encode()))
    assert _told(found) == table


def _written(
    table: list[tuple[str, str, list[tuple[str, int]]]],
    delimiter: str = "\t",
    end: str = "\n",
    *,
    interleaved: bool = False,
) -> str:
    """The table as another program would write it."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator=end)
    if interleaved:
        pairs = [f"{kind}#{n}" for n in range(1, 5) for kind in ("Allele", "Height")]
    else:
        pairs = [f"{kind} {n}" for kind in ("Allele", "Height") for n in range(1, 5)]
    writer.writerow(["Sample Name", "Marker", *pairs])
    for sample, marker, peaks in table:
        full = [*((a, str(h)) for a, h in peaks), *[("", "")] * 4][:4]
        cells = (
            [c for p in full for c in p] if interleaved else [*zip(*full, strict=True)]
        )
        flat = cells if interleaved else [*cells[0], *cells[1]]
        writer.writerow([sample, marker, *flat])
    return file.getvalue()


def _told(found: GenotypeExport) -> list[tuple[str, str, list[tuple[str, int]]]]:
    return [
        (one.sample, one.marker, [(p.allele, int(p.height or 0)) for p in one.peaks])
        for one in found.readings
    ]


def test_every_parser_refuses_what_is_no_text() -> None:
    zipped = Source("export.txt", b"PK\x03\x04" + b"Sample Name\tMarker\tAllele 1\n")
    assert not any(parser.claims(zipped) for parser in all_parsers())
    for parser in all_parsers():
        with pytest.raises(InstrumentError, match=r"zip archive|workbook"):
            parser.read(zipped)


def test_heights_keep_their_digits() -> None:
    source = Source("x", b"SampleName,Marker,Allele1,Height1\nS,M,1,10.50\n")
    assert str(genotypes(source).readings[0].peaks[0].height) == "10.50"
    assert genotypes(source).readings[0].peaks[0].height == Decimal("10.5")
