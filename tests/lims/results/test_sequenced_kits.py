"""The kits that are sequenced know every marker and allele of their real exports."""

from pathlib import Path

import pytest

from instruments import Source, parse
from instruments.sequences import SequencedGenotypes
from lims.batches.kits import kit
from lims.batches.markers import canonical, canonical_allele, is_typed_beside
from lims.results.alleles import is_possible
from tests.kits import VALUES
from tests.rules import RULES
from tests.sequenced import OFFSETS

REAL = [
    (
        "ForenSeq DNA Signature Prep",
        "forenseq_uas/2800M-2 Sample Report 2026_02_24_11_14_00.xlsx",
    ),
    (
        "ForenSeq DNA Signature Prep",
        "forenseq_uas/Positive Control Sample Details Report 2316.xlsx",
    ),
    ("PowerSeq 46GY", "genemarker_hts/2800M_strresults_filtered.csv"),
]


@pytest.mark.shared
@pytest.mark.parametrize(("name", "path"), REAL, ids=["2.7", "1.3", "HTS"])
def test_a_real_control_is_the_kits_control(shared: Path, name: str, path: str) -> None:
    sequenced = kit(VALUES[name])
    export = parse(Source.from_path(shared / "instruments" / path))
    assert isinstance(export, SequencedGenotypes)
    offsets = {
        one.marker: one for one in OFFSETS if export.software.startswith(one.software)
    }
    found: dict[str, set[str]] = {}
    for one in export.readings:
        if is_typed_beside(one.marker):
            continue
        marker = canonical(one.marker) or one.marker
        named = offsets.get(marker)
        alleles = {canonical_allele(marker, allele) for allele in one.called}
        found[marker] = {named.named(a) if named else a for a in alleles}
    assert found == {m: set(told) for m, told in sequenced.positive.genotype.items()}
    beyond = RULES.e7.beyond_ladder
    for marker, alleles in found.items():
        known = sequenced.by_name[marker]
        assert all(is_possible(allele, known, beyond) for allele in alleles)
