"""A label template as data, and what is checked before it can be used.

A template is a stock with what its labels carry: symbols in whole printer dots, and
lines of a fixed list. It is told as JSON, so that each version can be kept and named
by its hash.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
import json
from math import isfinite
import re
from typing import Any

from labels.content import Label
from labels.errors import DoesNotFit, LabelError
from labels.layout import Box, layout
from labels.stock import Mark, Stock, Wearer, refuse_unprintable
from labels.symbology import FORMS, Symbology
from labels.words import MOST, texts

NAME = re.compile(r"[a-z][a-z0-9-]{1,23}")
DPIS = (203, 300, 600)
LONGEST_MM = 500.0
MOST_ON_SHEET = 1000
BENT = {Wearer.TUBE, Wearer.CAP}
"""Bars around what is 16 mm wide or less were not read once in 60 simulated scans."""
CARRIER_MM = 64.0
"""The longest bars that plate carriers admit."""
SURE_MM = 0.25
"""Modules that every scanner of the laboratory reads."""
MIL = 0.0254
PAIRS = ("page", "size", "corner", "gap")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `told` says what was found, in a sentence."""

    name: str
    passed: bool
    told: str


def document(stock: Stock) -> str:
    """The template as JSON, always the same text for the same template."""
    return json.dumps(_plain(asdict(stock)), sort_keys=True, ensure_ascii=False)


def _plain(told: Any) -> Any:
    """25.0 as 25: the same measure is told in one way."""
    match told:
        case dict():
            return {name: _plain(value) for name, value in told.items()}
        case list() | tuple():
            return [_plain(value) for value in told]
        case float() if told.is_integer():
            return int(told)
    return told


def digest(stock: Stock) -> str:
    return sha256(document(stock).encode()).hexdigest()


def read(told: str) -> Stock:
    """A template from its JSON. Raises LabelError."""
    try:
        return build(json.loads(told))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise LabelError("This is no label template that can be read.") from error


def build(told: Mapping[str, Any]) -> Stock:
    """A template from its parts; what it is worth, `checks` tells."""
    pairs = {name: _pair(name, told[name]) for name in PAIRS}
    marks = tuple(
        Mark(Symbology(one["symbology"]), _number("module", one["dots"]))
        for one in told["marks"]
    )
    stock = Stock(
        name=str(told["name"]),
        title=str(told["title"]).strip()[:64],
        columns=int(told["columns"]),
        rows=int(told["rows"]),
        marks=marks,
        cut=bool(told["cut"]),
        dpi=int(told["dpi"]),
        wearer=Wearer(told["wearer"]),
        words=tuple(str(one) for one in told["words"]),
        margin=_number("margin", told["margin"]),
        round=bool(told["round"]),
        **pairs,
    )
    _require_sane(stock)
    return stock


def checks(stock: Stock) -> list[Check]:
    """All that is looked at. A template is used only where each of it passed."""
    looked = (
        ("Whole dots", _dots), ("Blinding", _blinding), ("What wears it", _wearer),
        ("Fit", _fit), ("Quiet zone", _quiet), ("Reads back", _reads),
    )  # fmt: skip
    return [_looked(name, look, stock) for name, look in looked]


def require_usable(stock: Stock) -> None:
    """Raises DoesNotFit with the first thing that did not pass."""
    for check in checks(stock):
        if not check.passed:
            raise DoesNotFit(f"{check.name}: {check.told}")


def example(stock: Stock) -> Label:
    """A label as long as any: a second copy with all its lines."""
    return label(stock, "S7K2M9QXAV", "S7K2-M9QX-AV", 2)


def label(stock: Stock, code: str, text: str, copy: int) -> Label:
    """What a label of this template says; the first copy does not tell its number."""
    said = texts(stock.words)
    if stock.round:
        return Label(code, text, said, str(copy) if copy > 1 else "")
    return Label(code, text, (*said, f"copy {copy}") if copy > 1 else said)


def _looked(name: str, look: Callable[[Stock], str], stock: Stock) -> Check:
    try:
        return Check(name, passed=True, told=look(stock))
    except LabelError as error:
        return Check(name, passed=False, told=str(error))


def _dots(stock: Stock) -> str:
    refuse_unprintable(stock)
    told = [
        f"{mark.symbology}: a module of {int(mark.dots)} dots is "
        f"{stock.module_mm(mark):.3f} mm, for a scanner of "
        f"{stock.module_mm(mark) / MIL:.0f} mil"
        for mark in stock.marks
    ]
    fine = [mark for mark in stock.marks if stock.module_mm(mark) < SURE_MM]
    ask = "; print the test page and scan it before you rely on it" if fine else ""
    return "; ".join(told) + ask + "."


def _blinding(stock: Stock) -> str:
    if len(stock.words) > MOST:
        raise LabelError(f"A label says at most {MOST} lines beside its code.")
    said = texts(stock.words)
    return (
        "The symbols hold the blind code alone. Beside it stand the code, the number "
        f"of the copy and {len(said) or 'no'} lines of the list."
    )


def _wearer(stock: Stock) -> str:
    linear = [mark for mark in stock.marks if FORMS[mark.symbology].height == 1]
    if not stock.marks or len(linear) > 1 or len(stock.marks) - len(linear) > 1:
        raise LabelError("A label has one square symbol, one linear one, or both.")
    if linear and stock.wearer in BENT:
        raise LabelError(
            f"Bars around a {stock.wearer} are not read; take a Data Matrix alone."
        )
    for mark in linear if stock.wearer is Wearer.PLATE else ():
        long = FORMS[mark.symbology].width * stock.module_mm(mark)
        if long > CARRIER_MM:
            raise LabelError(
                f"The bars are {long:.1f} mm long; plate carriers admit {CARRIER_MM}."
            )
    return f"The symbols suit a {stock.wearer}."


def _fit(stock: Stock) -> str:
    plan = layout(stock)
    width, height = (stock.dots(side) for side in stock.size)
    for _, box in plan.symbols:
        if box.left < 0 or box.top < 0:
            raise DoesNotFit("A symbol stands beyond the label's edge.")
    return f"All stands within {width} x {height} dots."


def _quiet(stock: Stock) -> str:
    """The layout's own answer, measured again."""
    plan, least = layout(stock), []
    width, height = (stock.dots(side) for side in stock.size)
    for mark, box in plan.symbols:
        form = FORMS[mark.symbology]
        quiet = form.quiet * int(mark.dots)
        beside = min(box.left, width - box.left - box.width)
        above = min(box.top, height - box.top - box.height)
        if beside < quiet or (form.height > 1 and above < quiet):
            raise DoesNotFit(f"The {mark.symbology} has no quiet zone of {quiet} dots.")
        if _touches(box, quiet, plan.text):
            raise DoesNotFit(f"The text stands in the {mark.symbology}'s quiet zone.")
        least.append(f"{mark.symbology} {quiet} dots")
    return f"Blank on each side: {', '.join(least)}."


def _touches(box: Box, quiet: int, text: Box) -> bool:
    beside = box.left - quiet < text.left + text.width and text.left < (
        box.left + box.width + quiet
    )
    across = box.top < text.top + text.height and text.top < box.top + box.height
    return beside and across


def _reads(stock: Stock) -> str:
    from labels import readback, thermal  # noqa: PLC0415 - 9 MB, at the first look

    one = example(stock)
    if stock.roll:
        thermal.proven([one], stock, thermal.Language.ZPL)
    else:
        readback.proven([one], stock)
    return "A label was drawn as it is printed, and reads as its code."


def _require_sane(stock: Stock) -> None:
    if not NAME.fullmatch(stock.name) or not stock.title:
        raise LabelError(
            "A template has a title, and a name of 2 to 24 small letters, digits and "
            "dashes, such as 'roll-tube'."
        )
    if stock.dpi not in DPIS:
        raise LabelError(f"A printer has {', '.join(map(str, DPIS))} dots an inch.")
    if not 0 < stock.columns * stock.rows <= MOST_ON_SHEET or stock.rows < 1:
        raise LabelError(f"A sheet has 1 to {MOST_ON_SHEET} labels.")
    if not all(0 < side <= LONGEST_MM for side in (*stock.size, *stock.page)):
        raise LabelError(f"Labels and pages have 0.1 to {LONGEST_MM:.0f} mm a side.")
    if min(*stock.gap, *stock.corner, stock.margin) < 0:
        raise LabelError("A gap, a margin and the first label's place are not below 0.")
    if stock.round and stock.size[0] != stock.size[1]:
        raise LabelError("A round label is as wide as it is high.")


def _pair(name: str, told: Any) -> tuple[float, float]:
    first, second = told
    return _number(name, first), _number(name, second)


def _number(name: str, told: Any) -> float:
    number = float(told)
    if not isfinite(number) or abs(number) > LONGEST_MM:
        raise LabelError(f"The {name} '{told}' is no measure of a label.")
    return number
