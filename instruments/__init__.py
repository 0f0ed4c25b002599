"""Read what instruments write. Bytes in, frozen records out; nothing else.

No module below here knows of a database, a request or a sample's history.
"""

from collections.abc import Iterator
from importlib import import_module
import pkgutil

from instruments import parsers
from instruments.errors import AmbiguousFile, InstrumentError, UnknownFile
from instruments.parsers import Parser
from instruments.records import GenotypeExport
from instruments.source import Source

__all__ = ["GenotypeExport", "InstrumentError", "Source", "all_parsers", "parse"]


def all_parsers() -> Iterator[Parser]:
    """Every parser, in the order of its file name."""
    for module in pkgutil.iter_modules(parsers.__path__):
        yield import_module(f"{parsers.__name__}.{module.name}").PARSER


def parse(source: Source) -> GenotypeExport:
    """Read a file with the one parser that claims it.

    None or two claims are an error that a person decides, never a guess: a wrong
    reading is worse than none.
    """
    match [parser for parser in all_parsers() if parser.claims(source)]:
        case [parser]:
            return parser.read(source)
        case []:
            raise source.not_text or _unknown(source)
        case several:
            names = " and ".join(parser.name for parser in several)
            raise AmbiguousFile(
                f"This file is claimed by {names}. It is not read until a person "
                "decides which it is."
            )


def _unknown(source: Source) -> UnknownFile:
    known = "; ".join(parser.name for parser in all_parsers())
    return UnknownFile(
        f"No parser claims this file. Readable are: {known}.",
        line=1,
        value=source.first_line,
    )
