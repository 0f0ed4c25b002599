"""What can be wrong with a file or a device: where, what was found, what was expected.

The value that was found may be a person's name. It is shown to the importer alone:
`str(error)` quotes it; `error.public` is the same sentence without it, for lists, logs
and events.
"""

LONGEST_QUOTE = 60
"""Characters of a value that are shown: a hostile cell must not fill the page."""


def quoted(value: str) -> str:
    """The value in quotes, cut, with a mark for each sign that cannot be printed."""
    cut = value if len(value) <= LONGEST_QUOTE else f"{value[:LONGEST_QUOTE]}…"
    return "'" + "".join(sign if sign.isprintable() else "\ufffd" for sign in cut) + "'"


def sentence(
    says: str, line: int | None, column: str, value: str | None, expected: str
) -> str:
    """One message from its parts; every part may be missing."""
    place = _joined(f"line {line}" if line else "", f"'{column}'" if column else "")
    found = "" if value is None else f"found {quoted(value)}"
    told = _joined(found, f"expected {expected}" if expected else "")
    words = " ".join(part for part in (says, f"{told}." if told else "") if part)
    return f"{place}: {words}" if place else words


def _joined(*parts: str) -> str:
    joined = ", ".join(part for part in parts if part)
    return joined[:1].upper() + joined[1:]


class InstrumentError(Exception):
    """The file or the device cannot be used."""

    def __init__(
        self,
        says: str = "",
        *,
        line: int | None = None,
        column: str = "",
        value: str | None = None,
        expected: str = "",
    ) -> None:
        super().__init__(says)
        self.says = says
        self.line = line
        self.column = column
        self.value = value
        self.expected = expected

    @property
    def public(self) -> str:
        """The message without the value, for everybody who is not the importer."""
        return sentence(self.says, self.line, self.column, None, self.expected)

    def __str__(self) -> str:
        return sentence(self.says, self.line, self.column, self.value, self.expected)


class Unreadable(InstrumentError):
    """The file cannot be opened, is empty, too large, or no text."""


class BadEncoding(InstrumentError):
    """The bytes are no text in an encoding that can be told for sure."""


class UnknownFile(InstrumentError):
    """No parser claims the file."""


class AmbiguousFile(InstrumentError):
    """More than one parser claims the file."""


class BadTable(InstrumentError):
    """The table cannot be read as a whole: header, size or style of numbers."""


class BadAddress(InstrumentError):
    """No device can be reached under this name."""


class BadBench(InstrumentError):
    """The settings of a bench cannot be used."""


class LinkLost(InstrumentError):
    """The device is away, or its port cannot be opened now. It may come back."""


class LinkClosed(InstrumentError):
    """The line was closed on purpose: nothing more will come."""
