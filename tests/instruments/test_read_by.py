"""A person names the parser where none or two claim a file, and overrules no other."""

import pytest

from instruments import GenotypeExport, InstrumentError, Source, read_by
from tests.instruments.test_parsers import DATA

TABLE = Source("t.txt", b"Sample Name\tMarker\tAllele 1\nS1\tTH01\t6\n")
NOBODYS = Source("t.txt", b"Sample Name\tILS\tChannels\tTH01-2\nS1.fsa\tOK\t\t6\n")


def test_the_named_parser_reads_what_none_claims() -> None:
    export = read_by(NOBODYS, "OSIRIS summary")
    assert isinstance(export, GenotypeExport)
    assert export.readings[0].alleles == ("6",)


@pytest.mark.parametrize("name", ["GeneMapper genotypes table", "OSIRIS summary"])
def test_what_one_claims_is_not_overruled(name: str) -> None:
    with pytest.raises(InstrumentError, match="claimed by GeneMapper"):
        read_by(TABLE, name)


def test_a_parser_that_is_not_there_is_named() -> None:
    with pytest.raises(InstrumentError, match="There is no parser 'Abacus'"):
        read_by(NOBODYS, "Abacus")


@pytest.mark.parametrize(
    "name", ["Persons in columns", "Names of trace files", "GENis import", "ABIF trace"]
)
def test_what_it_cannot_read_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(InstrumentError) as told:
        read_by(NOBODYS, name)
    assert str(told.value).endswith(".")


def test_every_parser_meets_every_kind_without_a_crash() -> None:
    told = []
    for path in DATA.glob("*/*"):
        for name in ("Kit as XML", "Genotypes in wide form", "OSIRIS plot"):
            try:
                read_by(Source.from_path(path), name)
            except InstrumentError as error:
                told.append(error.public)
    assert told
    assert all(one.endswith(".") for one in told)
