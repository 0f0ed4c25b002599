"""GeneMapper ID, ID-X and 4 to 5: genotypes table in any table setting.

Reference tables and EuroForMix files have the same shape with few columns. Columns are
numbered with a blank, a dot or nothing: `Allele 1`, `Allele.1`, `Allele1`.
"""

from instruments.columns import is_table, key
from instruments.genotype_table import read_table
from instruments.grid import header_of
from instruments.parsers import Parser
from instruments.records import GenotypeExport, Maturity
from instruments.source import Source


def claims(source: Source) -> bool:
    header = header_of(source)
    to_genis = any(key(cell) == "specimencategory" for cell in header)
    return is_table(header, "", " ", ".", "_", "-") and not to_genis


def read(source: Source) -> GenotypeExport:
    return read_table(source, PARSER.name, PARSER.version, PARSER.maturity)


PARSER = Parser("GeneMapper genotypes table", "3", Maturity.VERIFIED, claims, read)
