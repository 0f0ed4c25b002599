"""lusSTR: what it takes in, made of a report of UAS or of STRait Razor's output.

Sequence and reads at a marker, without an allele. The columns differ by what it was
made of: `Reads, Repeat Sequence` of UAS, `Total_Reads, Sequence` of STRait Razor.
"""

from instruments.grid import header_of
from instruments.parsers import Parser
from instruments.records import Maturity
from instruments.sequence_table import Plan, folded, read_table, row_of
from instruments.sequences import SequenceExport
from instruments.source import Source

OF_UAS = Plan(sample="sampleid", marker="locus", bases="repeatsequence", reads="reads")
OF_STRAITRAZOR = Plan(
    sample="sampleid", marker="locus", bases="sequence", reads="totalreads"
)


def claims(source: Source) -> bool:
    return _plan(source) is not None


def read(source: Source) -> SequenceExport:
    parser = (PARSER.name, PARSER.version, PARSER.maturity)
    plan = _plan(source) or OF_UAS
    return read_table(parser, source, row_of(plan), plan.columns)


def _plan(source: Source) -> Plan | None:
    names = set(folded(header_of(source)))
    plans = (one for one in (OF_UAS, OF_STRAITRAZOR) if one.columns <= names)
    return next(plans, None)


PARSER = Parser("lusSTR input", "1", Maturity.VERIFIED, claims, read)
