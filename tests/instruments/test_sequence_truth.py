"""2800M by five programs, held against the published control list, marker by marker.

The one difference is DYS612, which UAS 1.3 names six repeats lower than UAS 2.7 and
STRait Razor do, for the same bases. The table of offsets tells it.
"""

from collections import Counter
from collections.abc import Mapping
import csv
from pathlib import Path
import re

import pytest

from config.offsets import read_offsets
from instruments import Source, parse
from instruments.records import GenotypeExport
from instruments.sequences import SequencedGenotypes, SequenceExport
from lims.results.offsets import of_software, offset

pytestmark = pytest.mark.shared

Genotypes = Mapping[str, frozenset[str]]

SEX = {"1": "X", "2": "Y", "chrX": "X", "chrY": "Y"}
RAZOR_SEX = {"0": "X", "1": "Y"}
ALIASES = {"amelogenin": "amel", "dys385ab": "dys385"}
UAS_1 = "forenseq_uas/Positive Control Sample Details Report 2316.xlsx"
UAS_2 = "forenseq_uas/2800M-2 Sample Report 2026_02_24_11_14_00.xlsx"
HTS = "genemarker_hts/2800M_strresults_filtered.csv"
RAZOR = "straitrazor/2800M_STRaitRazor.txt"
LUSSTR = "lusstr/2800M_full_convert.txt"

OFFSETS = tuple(map(offset, read_offsets()))


def _name(marker: str) -> str:
    folded = re.sub(r"[\s_/.-]", "", marker).casefold()
    return ALIASES.get(folded, folded)


@pytest.fixture(scope="module")
def control(shared: Path) -> Genotypes:
    """What is published of 2800M; two alleles that are alike stand once."""
    path = shared / "instruments/kit_definitions/StandardPositiveControlList.txt"
    with path.open(newline="") as file:
        header, *rows = list(csv.reader(file, delimiter="\t"))
    column = header.index("2800M")
    told = {_name(row[0]): row[column] for row in rows if len(row) > column}
    return {
        marker: frozenset(SEX.get(a, a) if marker == "amel" else a for a in alleles)
        for marker, text in told.items()
        if text and (alleles := text.split(","))
    }


def _called(export: GenotypeExport) -> Genotypes:
    """The alleles of each marker, under the names of capillary electrophoresis."""
    offsets = of_software(OFFSETS, getattr(export, "software", ""))
    found: dict[str, frozenset[str]] = {}
    for one in export.readings:
        named = offsets.get(one.marker)
        alleles = [named.named(a) if named else a for a in one.called]
        if alleles and not one.marker.startswith("rs"):
            found[_name(one.marker)] = (
                frozenset(SEX.get(a, a) for a in alleles)
                if (_name(one.marker) == "amel")
                else frozenset(alleles)
            )
    return found


def _read(shared: Path, name: str) -> SequencedGenotypes:
    export = parse(Source.from_path(shared / "instruments" / name))
    assert isinstance(export, SequencedGenotypes)
    return export


def _counted(shared: Path, name: str) -> dict[str, Counter[str]]:
    export = parse(Source.from_path(shared / "instruments" / name))
    assert isinstance(export, SequenceExport)
    found: dict[str, Counter[str]] = {}
    for one in export.sequences:
        marker = _name(one.marker)
        allele = (
            RAZOR_SEX.get(one.allele, one.allele) if marker == "amel" else one.allele
        )
        found.setdefault(marker, Counter())[allele] += one.reads
    return found


@pytest.mark.parametrize(
    ("name", "markers"),
    [(UAS_1, 43), (UAS_2, 43), (HTS, 45)],
    ids=["1.3", "2.7", "HTS"],
)
def test_what_was_called_is_the_control(
    shared: Path, control: Genotypes, name: str, markers: int
) -> None:
    found = _called(_read(shared, name))
    both = found.keys() & control.keys()
    assert {one: found[one] for one in both} == {one: control[one] for one in both}
    assert len(both) == markers


def test_what_was_read_most_is_the_control(shared: Path, control: Genotypes) -> None:
    """STRait Razor calls nobody: as many alleles as the control has stand first."""
    found = _counted(shared, RAZOR)
    both = found.keys() & control.keys()
    for marker in both:
        wanted = control[marker]
        first = found[marker].most_common(len(wanted))
        assert {allele for allele, _ in first} == wanted, marker
    assert len(both) == 43


def test_lusstr_tells_the_control(shared: Path, control: Genotypes) -> None:
    found = {m: frozenset(told) for m, told in _counted(shared, LUSSTR).items()}
    both = found.keys() & control.keys()
    assert {one: found[one] for one in both} == {one: control[one] for one in both}
    assert len(both) == 23


def test_programs_agree_where_the_control_list_is_silent(
    shared: Path, control: Genotypes
) -> None:
    first, second = (_called(_read(shared, name)) for name in (UAS_1, UAS_2))
    counted = _counted(shared, RAZOR)
    assert first == second
    silent = first.keys() - control.keys()
    assert {"dys612", "d9s1122", "dxs10135", "dyf387s1"} <= silent
    for marker in silent:
        most = counted[marker].most_common(len(first[marker]))
        assert {allele for allele, _ in most} == first[marker], marker


def test_the_difference_at_dys612_is_one_of_names_alone(shared: Path) -> None:
    told = [
        [(one.allele, one.bases) for one in export.sequences if one.called]
        for name in (UAS_1, UAS_2)
        if (export := _at(_read(shared, name), "DYS612"))
    ]
    ((old, bases),), ((new, same),) = told
    assert (old, new) == ("29", "35")
    assert bases == same
    assert len(bases) == 35 * 3


def _at(export: SequencedGenotypes, marker: str) -> SequenceExport:
    return SequenceExport(
        parser=export.parser,
        version=export.version,
        maturity=export.maturity,
        sha256=export.sha256,
        rows=export.rows,
        sequences=tuple(one for one in export.sequences if one.marker == marker),
    )
