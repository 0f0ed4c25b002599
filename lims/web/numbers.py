"""Numbers as people write them into forms."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from lims.errors import BadInput
from lims.web.languages import gettext as _

LONGEST = 6


def whole_number(told: Mapping[str, str], name: str) -> int | None:
    """A count or a year that may be left out."""
    written = told.get(name, "").strip()
    if not written:
        return None
    if not written.isascii() or not written.isdigit() or len(written) > LONGEST:
        raise BadInput(
            _("'%(found)s' is no whole number. Write digits alone.", found=written[:12])
        )
    return int(written)


def amount(told: Mapping[str, str], name: str) -> Decimal:
    """A quantity, with a point or a comma."""
    written = told.get(name, "").strip().replace(",", ".")
    try:
        return Decimal(written)
    except InvalidOperation:
        found = written[:12]
        raise BadInput(
            _("'%(found)s' is not an amount. Write a number: 0.41.", found=found)
        ) from None


def plain(value: Decimal) -> str:
    """As people write it: without an exponent and without empty decimals."""
    written = f"{value:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
