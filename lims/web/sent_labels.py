"""Which printer a sheet goes to, and how it gets there."""

from collections.abc import Mapping
from dataclasses import dataclass

from lims.access import Permission
from lims.printing import operations_printers as operations
from lims.printing import queries_printers as queries
from lims.printing.drawing import PDF, Sheet
from lims.printing.queries_printers import LabelSending, Printer
from lims.printing.sending import Way
from lims.stations import operations_commands as benches
from lims.web.languages import gettext as _
from lims.web.request import actor, session


@dataclass(frozen=True)
class Target:
    """A printer, or nobody: the sheet leaves as a file."""

    uid: str
    language: str


def choices() -> list[tuple[str, str]]:
    """The printers that this person can print on, by name; empty where none is."""
    return [
        (one.uid, one.name) for one in queries.in_use(session(), actor()) if _may(one)
    ]


def _may(printer: Printer) -> bool:
    """Benches are asked by who prints first labels (lims/stations)."""
    return printer.way != Way.BENCH or actor().may(Permission.LABEL_PRINT)


def printer_of(told: Mapping[str, str]) -> Target:
    uid = told.get("printer", "")
    if not uid:
        return Target("", PDF)
    return Target(uid, queries.printer(session(), actor(), uid).language)


def queue(sheet: Sheet, printer: str) -> LabelSending:
    row = operations.queue(session(), actor(), printer, sheet)
    return handed_over(row)


def handed_over(row: LabelSending) -> LabelSending:
    """At a bench it is asked for at once; elsewhere the worker takes it."""
    printer = queries.of(session(), row)
    if printer.way == Way.BENCH:
        asked = benches.command(
            session(), actor(), printer.bench, benches.Does.PRINT, printer.address,
            bytes(row.content),
        )  # fmt: skip
        operations.handed(session(), actor(), row, asked.uid)
    return row


def ways() -> dict[Way, str]:
    """How a printer is reached, in words."""
    return {
        Way.RAW: _("network, port 9100"),
        Way.IPP: _("print server (IPP, CUPS)"),
        Way.BENCH: _("at a bench, USB or serial"),
    }
