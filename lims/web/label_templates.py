"""Label templates: what there is, how a label of each looks, and making one's own."""

from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
import re
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from labels import sheet_files, template
from labels.errors import LabelError
from labels.sheet_files import SheetFile
from labels.stock import Stock, Wearer
from labels.symbology import FORMS, Symbology
from labels.template import Check
from labels.words import WORDS
from lims.access import Permission, require
from lims.errors import BadInput
from lims.people import queries as people
from lims.printing import operations_templates as operations
from lims.printing import queries_templates as queries
from lims.web.languages import gettext as _
from lims.web.request import actor, form, session

pages = Blueprint("label_templates", __name__, url_prefix="/labels/templates")

SCALE = 6
"""Screen pixels a millimetre: about one and a half times its size."""
MEASURES = (
    "width", "height", "margin", "across", "down", "left", "top", "page_width",
    "page_height",
)  # fmt: skip
FIELDS = (
    *MEASURES, "name", "title", "wearer", "paper", "columns", "rows", "dpi", "square",
    "square_dots", "linear", "linear_dots", "words1", "words2", "words3", "round",
    "cut",
)  # fmt: skip
NONE = ""
MOST_SHOWN = 400
"""Sheets of one file in the list; the largest known has 200."""


@dataclass(frozen=True)
class Preview:
    """How a label looks, with what was looked at; no picture where none can be."""

    stock: Stock | None
    checks: list[Check]
    picture: str = ""
    """The address of the picture, which holds the picture itself."""
    width: int = 0
    height: int = 0

    @property
    def usable(self) -> bool:
        return bool(self.checks) and all(check.passed for check in self.checks)


@pages.before_request
def _guard() -> None:
    """Who prints, prints again or makes templates sees these pages."""
    if not actor().may(Permission.LABEL_REPRINT):
        require(actor(), Permission.LABEL_PRINT)


@pages.get("")
def page() -> str:
    every = queries.every(session(), actor())
    shown = [(one, preview(one.stock, look=False)) for one in every]
    return render_template("label_templates/list.html", templates=shown)


@pages.get("/<name>")
def show(name: str) -> str:
    found = queries.one(session(), actor(), name)
    made = queries.versions(session(), actor(), name)
    who = people.names_by_id(session(), {one.made_by for one in made})
    return render_template(
        "label_templates/show.html",
        kept=found,
        shown=preview(found.stock),
        versions=made,
        names=who,
        words=WORDS,
    )


@pages.get("/<name>/edit")
def edit(name: str) -> str:
    """A form that begins as this template."""
    require(actor(), Permission.LABEL_DESIGN)
    found = queries.one(session(), actor(), name)
    told = as_told(found.stock)
    if found.built_in:
        told |= {"name": f"own-{name}"[:24], "title": found.stock.title}
    return _form(told, preview(found.stock))


@pages.get("/draft")
def draft() -> str:
    """How it would look, as a part of the page; nothing is kept."""
    require(actor(), Permission.LABEL_DESIGN)
    seen = previewed(request.args)
    return render_template("label_templates/_preview.html", shown=seen)


@pages.post("/import")
def take_in() -> str:
    """The measures of another program's sheets, to begin a template with."""
    require(actor(), Permission.LABEL_DESIGN)
    form()
    file = request.files.get("file")
    try:
        found = sheet_files.read(file.read(sheet_files.MOST_BYTES + 1) if file else b"")
    except LabelError as error:
        raise BadInput(str(error)) from error
    shown = [(one, imported(one)) for one in found[:MOST_SHOWN]]
    return render_template("label_templates/import.html", sheets=shown, all=len(found))


@pages.get("/begin")
def begin() -> str:
    """The form with the measures that stand in the address."""
    require(actor(), Permission.LABEL_DESIGN)
    told = {name: request.args[name] for name in FIELDS if name in request.args}
    return _form(told, previewed(request.args))


@pages.post("")
def save() -> ResponseReturnValue:
    require(actor(), Permission.LABEL_DESIGN)
    try:
        stock = built(form(*FIELDS))
    except LabelError as error:
        raise BadInput(str(error)) from error
    made = operations.save(session(), actor(), stock)
    told = _(
        "Version %(n)s of %(name)s is used from now on.", n=made.version, name=made.name
    )
    flash(told, "right")
    return redirect(url_for(".show", name=made.name))


@pages.post("/<name>/retire")
def retire(name: str) -> ResponseReturnValue:
    form()
    operations.retire(session(), actor(), name)
    flash(_("%(name)s is out of use.", name=name), "right")
    return redirect(url_for(".page"))


def imported(one: SheetFile) -> dict[str, str]:
    """The fields of the form as another program's sheet fills them."""
    plain = re.sub(r"[^a-z0-9]+", "-", one.title.lower()).strip("-")
    pairs = {
        ("width", "height"): one.size, ("across", "down"): one.gap,
        ("left", "top"): one.corner, ("page_width", "page_height"): one.page,
    }  # fmt: skip
    told = {
        "name": f"s-{plain}"[:24].strip("-"), "title": one.title, "wearer": "tube",
        "paper": "sheet", "columns": str(one.columns), "rows": str(one.rows),
        "dpi": "600", "margin": "1", "square": "Data Matrix", "square_dots": "6",
        "linear": NONE, "linear_dots": "6",
    }  # fmt: skip
    for names, measures in pairs.items():
        told |= {name: f"{mm:g}" for name, mm in zip(names, measures, strict=True)}
    return told | ({"round": "yes"} if one.round else {})


def built(told: MultiDict[str, str]) -> Stock:
    """The template that the form tells. Raises LabelError."""
    names = ("name", "title", "wearer", "margin", "dpi")
    lines = (told.get(name) for name in ("words1", "words2", "words3"))
    parts: dict[str, Any] = {
        **{name: told.get(name, "") for name in names},
        **_paper(told),
        "marks": [
            {"symbology": told[kind], "dots": told.get(f"{kind}_dots", "")}
            for kind in ("square", "linear")
            if told.get(kind)
        ],
        "words": [line for line in lines if line],
        "round": "round" in told,
        "cut": "cut" in told,
    }
    try:
        return template.build(parts)
    except (ValueError, TypeError) as error:
        raise LabelError(
            "A measure is missing or is no number: write millimetres, such as 12.7."
        ) from error


def _paper(told: MultiDict[str, str]) -> dict[str, Any]:
    """Where the labels stand: on a roll the label is its own page."""
    size, down = (told.get("width", ""), told.get("height", "")), told.get("down", "")
    if told.get("paper") != "sheet":
        alone = {"page": size, "corner": (0, 0), "columns": 1, "rows": 1}
        return {"size": size, "gap": (0, down), **alone}
    return {
        "size": size,
        "gap": (told.get("across"), down),
        "page": (told.get("page_width"), told.get("page_height")),
        "corner": (told.get("left"), told.get("top")),
        "columns": told.get("columns"),
        "rows": told.get("rows"),
    }


def previewed(told: MultiDict[str, str]) -> Preview:
    try:
        return preview(built(told))
    except LabelError as error:
        return Preview(None, [Check("Measures", passed=False, told=str(error))])


def preview(stock: Stock, *, look: bool = True) -> Preview:
    """The label as it will be printed, dot by dot."""
    from labels.raster import picture  # noqa: PLC0415 - at the first label

    checks = template.checks(stock) if look else []
    try:
        drawn = picture(template.example(stock), stock)
    except LabelError:
        return Preview(stock, checks)
    file = BytesIO()
    drawn.save(file, "png")
    address = f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"
    width, height = (round(side * SCALE) for side in stock.size)
    return Preview(stock, checks, address, width, height)


def as_told(stock: Stock) -> dict[str, Any]:
    """The fields of the form, as this template fills them."""
    square = [mark for mark in stock.marks if FORMS[mark.symbology].height > 1]
    linear = [mark for mark in stock.marks if FORMS[mark.symbology].height == 1]
    pairs = {
        ("width", "height"): stock.size, ("across", "down"): stock.gap,
        ("left", "top"): stock.corner, ("page_width", "page_height"): stock.page,
    }  # fmt: skip
    told: dict[str, Any] = {
        "name": stock.name, "title": stock.title, "wearer": stock.wearer,
        "paper": "roll" if stock.roll else "sheet", "columns": stock.columns,
        "rows": stock.rows, "dpi": stock.dpi, "margin": f"{stock.margin:g}",
        "square": square[0].symbology if square else NONE,
        "square_dots": f"{square[0].dots:g}" if square else "3",
        "linear": linear[0].symbology if linear else NONE,
        "linear_dots": f"{linear[0].dots:g}" if linear else "3",
    }  # fmt: skip
    for names, measures in pairs.items():
        told |= {name: f"{mm:g}" for name, mm in zip(names, measures, strict=True)}
    for number, word in enumerate(stock.words, 1):
        told[f"words{number}"] = word
    for tick in ("round", "cut"):
        if getattr(stock, tick):
            told[tick] = "yes"
    return told


def _form(told: dict[str, Any], seen: Preview) -> str:
    choices = {
        "wearer": [(str(one), _(str(one))) for one in Wearer],
        "paper": [("roll", _("a roll")), ("sheet", _("sheets"))],
        "dpi": [(str(one), f"{one} dpi") for one in template.DPIS],
        "square": [(NONE, _("none"))]
        + [(str(one), str(one)) for one in Symbology if FORMS[one].height > 1],
        "linear": [(NONE, _("none"))]
        + [(str(one), str(one)) for one in Symbology if FORMS[one].height == 1],
        "words": list(WORDS.items()),
    }
    return render_template(
        "label_templates/edit.html", told=told, shown=seen, choices=choices
    )
