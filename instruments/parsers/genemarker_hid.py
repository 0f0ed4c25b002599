"""GeneMarker HID allele report: `Allele#1, Height#1, Allele#2, Height#2 ...`.

It has as many pairs as its richest row needs, so two reports of one project differ.
"""

from instruments.columns import is_table
from instruments.genotype_table import read_table
from instruments.grid import header_of
from instruments.parsers import Parser
from instruments.records import GenotypeExport, Maturity
from instruments.source import Source


def claims(source: Source) -> bool:
    return is_table(header_of(source), "#")


def read(source: Source) -> GenotypeExport:
    return read_table(source, PARSER.name, PARSER.version, PARSER.maturity)


PARSER = Parser("GeneMarker HID allele report", "1", Maturity.VERIFIED, claims, read)
