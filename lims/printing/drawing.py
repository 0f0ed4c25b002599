"""What a sheet says, and in which order: pure, no database.

Nothing on a label means anything but the code and the number of the copy.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
import re

from labels.errors import DoesNotReadBack, LabelError
from labels.stock import Stock
from labels.template import digest, label
from lims.codes import Kind, is_code, kind, shown
from lims.errors import BadInput, RuleBroken

PDF = "pdf"
REASON = re.compile(r"[A-Z][A-Z_]{2,63}")


@dataclass(frozen=True)
class Sheet:
    """One PDF that may leave: each of its labels was read back from it."""

    content: bytes
    sha256: str
    stock: str
    codes: tuple[str, ...]
    """In the order of their positions."""
    template: str = ""
    """The hash of the template that it was drawn by."""
    form: str = PDF
    """`pdf`, or the language of a label printer."""


def draw(
    copies: Mapping[str, int], stock: Stock, skip: int = 0, form: str = PDF
) -> Sheet:
    """`copies` are the codes, each with the number of its copy.

    Samples are printed in the order of their codes, which tells nothing: the order of
    bags or of a manifest would tell who lies next to whom.
    """
    from labels import readback, thermal  # noqa: PLC0415 - 9 MB, at the first sheet

    ordered = _ordered(copies)
    wanted = [label(stock, code, shown(code), copies[code]) for code in ordered]
    try:
        if form == PDF:
            content = readback.proven(wanted, stock, skip)
        else:
            content = thermal.proven(wanted, stock, thermal.Language(form))
    except DoesNotReadBack as error:
        raise RuleBroken(str(error)) from error
    except LabelError as error:
        raise BadInput(str(error)) from error
    drawn = sha256(content).hexdigest()
    return Sheet(content, drawn, stock.name, tuple(ordered), digest(stock), form)


def require_codes(codes: Collection[str]) -> None:
    if double := sorted({code for code in codes if list(codes).count(code) > 1}):
        raise BadInput(
            f"'{double[0]}' stands twice in the list; one item wears one label."
        )
    if wrong := [code for code in codes if not is_code(code)]:
        raise BadInput(f"'{wrong[0]}' is not a code that a label could carry.")


def require_reason(reason: str) -> None:
    """One word of the vocabulary, never free text: it stands in the event."""
    if not REASON.fullmatch(reason):
        raise BadInput(
            "A reason is chosen from the list of reasons, such as LABEL_TORN; write "
            "nothing of your own."
        )


def _ordered(codes: Collection[str]) -> list[str]:
    """Samples by their code; the rest, such as a box's positions, as it is given."""
    samples = sorted(code for code in codes if kind(code) is Kind.SAMPLE)
    return samples + [code for code in codes if kind(code) is not Kind.SAMPLE]
