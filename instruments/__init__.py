"""Read what instruments write. Bytes in, frozen records out; nothing else.

No module below here knows of a database, a request or a sample's history.
"""

from functools import cache
from importlib import import_module
import pkgutil

from instruments import parsers
from instruments.errors import AmbiguousFile, InstrumentError, UnknownFile
from instruments.parsers import Parser
from instruments.records import Export, GenotypeExport
from instruments.source import Source

__all__ = [
    "Export",
    "GenotypeExport",
    "InstrumentError",
    "Source",
    "all_parsers",
    "genotypes",
    "parse",
]


@cache
def all_parsers() -> tuple[Parser, ...]:
    """Every parser, in the order of its file name; looked for once."""
    modules = pkgutil.iter_modules(parsers.__path__)
    return tuple(
        import_module(f"{parsers.__name__}.{module.name}").PARSER for module in modules
    )


def parse(source: Source) -> Export:
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


def read_by(source: Source, name: str) -> Export:
    """Read a file with the parser that a person named, where none or two claim it.

    A file that one parser claims is that parser's: a person decides what is doubtful
    and overrules nothing that is sure. What the named one cannot read is refused.
    """
    claims = [parser for parser in all_parsers() if parser.claims(source)]
    named = [parser for parser in all_parsers() if parser.name == name]
    if not named:
        raise UnknownFile(f"There is no parser '{name}'.", expected=_known())
    if len(claims) == 1 or (claims and named[0] not in claims):
        possible = " or ".join(parser.name for parser in claims)
        raise AmbiguousFile(
            f"This file is claimed by {possible}, and '{name}' was chosen.",
            expected="no choice, or one of those that claim it",
        )
    try:
        return named[0].read(source)
    except (InstrumentError, MemoryError):
        raise
    except Exception as error:
        # What a parser meets in a file that is not its own cannot be foreseen; that
        # memory does not suffice says nothing of its kind.
        raise UnknownFile(
            f"'{name}' was chosen and cannot read this file: it is of another kind."
        ) from error


def genotypes(source: Source) -> GenotypeExport:
    """The same of a file that must hold genotypes."""
    match parse(source):
        case GenotypeExport() as export:
            return export
        case other:
            raise UnknownFile(
                f"This file holds no genotypes: it is a {other.kind}, read by "
                f"{other.parser}.",
                expected="a table of genotypes",
            )


def _unknown(source: Source) -> UnknownFile:
    return UnknownFile(
        f"No parser claims this file. Readable are: {_known()}.",
        line=1,
        value=source.first_line,
    )


def _known() -> str:
    return "; ".join(parser.name for parser in all_parsers())
