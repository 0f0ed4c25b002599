"""lusSTR: sequences after its filters, on the strand of UAS, with what each was judged.

`..._sequence_info.csv` has the judgement (`Typed`, `-1_stutter`); the table that it
makes of it for STRmix (`Locus, CE Allele, Allele Seq, Reads`) names neither a sample
nor a judgement. R's way of writing a whole allele (8.0) is read as 8.
"""

from instruments.grid import header_of
from instruments.parsers import Parser
from instruments.records import Maturity
from instruments.sequence_table import Plan, folded, read_table, row_of
from instruments.sequences import SequenceExport
from instruments.source import Source

JUDGED = Plan(
    sample="sampleid",
    marker="locus",
    allele="ceallele",
    bases="uasoutputsequence",
    bracket="uasoutputbracketednotation",
    reads="reads",
    call="alleletype",
)
FOR_STRMIX = Plan(marker="locus", allele="ceallele", bases="alleleseq", reads="reads")
TYPED = frozenset({"Typed"})


def claims(source: Source) -> bool:
    return _plan(source) is not None


def read(source: Source) -> SequenceExport:
    parser = (PARSER.name, PARSER.version, PARSER.maturity)
    plan = _plan(source) or JUDGED
    return read_table(parser, source, row_of(plan, TYPED), plan.columns)


def _plan(source: Source) -> Plan | None:
    names = set(folded(header_of(source)))
    plans = (one for one in (JUDGED, FOR_STRMIX) if one.columns <= names)
    return next(plans, None)


PARSER = Parser("lusSTR filtered table", "1", Maturity.VERIFIED, claims, read)
