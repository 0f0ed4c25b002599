"""lusSTR: each sequence at a marker with its length allele, bracket form and reads.

Its converted table, whose columns were renamed between versions: `CE_Allele` was
`Traditional_STR_Allele`, and `..._Bracketed_Notation` `..._Bracketed_form`. Bases and
bracket form are those of the forward strand; the form of UAS, which is on the other
strand at some markers, is kept unread with LUS and LUS+.
"""

from instruments.grid import header_of
from instruments.parsers import Parser
from instruments.records import Maturity
from instruments.sequence_table import Plan, folded, read_table, row_of
from instruments.sequences import SequenceExport
from instruments.source import Source

OLDER = {
    "traditionalstrallele": "ceallele",
    "forwardstrandbracketedform": "forwardstrandbracketednotation",
}
PLAN = Plan(
    sample="sampleid",
    marker="locus",
    allele="ceallele",
    bases="forwardstrandsequence",
    bracket="forwardstrandbracketednotation",
    reads="reads",
)


def claims(source: Source) -> bool:
    return PLAN.columns <= set(folded(header_of(source), OLDER))


def read(source: Source) -> SequenceExport:
    parser = (PARSER.name, PARSER.version, PARSER.maturity)
    return read_table(parser, source, row_of(PLAN), PLAN.columns, OLDER)


PARSER = Parser("lusSTR table", "1", Maturity.VERIFIED, claims, read)
