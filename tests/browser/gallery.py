"""A page with every part on it, and a scan endpoint that follows the contract."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from time import sleep
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    g,
    redirect,
    render_template,
    render_template_string,
    request,
)
from jinja2 import ChoiceLoader, FileSystemLoader

from lims.access import Actor, Permission
from lims.errors import RuleBroken
from lims.web import compressed, headers, shell
from lims.web.languages import lazy_gettext as _l
from tests.cast import Cast

CAST = Cast()
AT = datetime(2026, 10, 12, 7, 14, 3, tzinfo=UTC)
SIGNS = {"A12": "blank", "B12": "positive", "C12": "negative", "D12": "ladder"}
ANSWER = '{% import "_parts.html" as parts %}{{ parts.band(*said) }}'

SLOW = 0.5
"""Seconds that a slow answer takes: the next scan stands in line meanwhile."""


@dataclass
class Heard:
    """What reached the server."""

    scans: list[dict[str, str]] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    live: int = 0


def wells() -> dict[str, dict[str, Any]]:
    """A plate of remains with its controls, and one well held."""
    found: dict[str, dict[str, Any]] = {
        f"{row}{column:02d}": {"kind": "sample", "text": "M9QX-AT", "href": "/well"}
        for column in range(1, 9)
        for row in "ABCDEFGH"
    }
    found |= {f"{row}09": {"kind": "reference", "text": "R"} for row in "ABCDEFGH"}
    found |= {place: {"kind": kind} for place, kind in SIGNS.items()}
    found["C07"] |= {"state": "hold", "title": "held: sex markers disagree"}
    found["D07"] |= {"state": "wrong"}
    return found


def bags() -> list[dict[str, str]]:
    return [
        {
            "code": f"CY-00418{n}",
            "seal": "intact",
            "mass": "2.10 g",
            "state": s,
            "why": w,
        }
        for n, s, w in (
            (7, "done", "received 09:14"),
            (6, "held", "photograph and reason"),
            (5, "refused", "seal differs"),
            (4, "expected", ""),
        )
    ]


def gallery(actor: Actor | None = CAST.technician) -> tuple[Flask, Heard]:
    """The app as one person sees it, and what it heard from the browser."""
    app = Flask("lims.web")
    app.secret_key = "for the test"
    folder = FileSystemLoader(Path(__file__).parent)
    app.jinja_loader = ChoiceLoader([app.jinja_loader or folder, folder])
    heard = Heard()
    headers.init_app(app)
    compressed.init_app(app)
    shell.init_app(app)
    app.before_request(lambda: setattr(g, "actor", actor))
    app.register_blueprint(_pages(heard))
    app.register_blueprint(_scan(heard))
    app.register_error_handler(RuleBroken, _refusal)
    return app, heard


def _refusal(error: RuleBroken) -> tuple[str, int]:
    return render_template("error.html", message=str(error)), 409


def _pages(heard: Heard) -> Blueprint:
    pages = Blueprint("gallery", __name__)
    words = ("Today", "Consignments", "Samples", "Batches", "Imports", "Readings")
    pages.add_url_rule("/", "all", _all, methods=["GET"])
    for place, word in enumerate(words):
        pages.add_url_rule(f"/{word.lower()}", word.lower(), _all)
        item = shell.NavItem(
            place, f"gallery.{word.lower()}", _l(word), Permission.SELF
        )
        shell.in_rail(pages, item)

    @pages.post("/describe")
    def describe() -> Response:
        heard.forms.append(request.path)
        return redirect("/")  # type: ignore[return-value]

    @pages.post("/sign")
    def sign() -> Response:
        heard.forms.append(request.path)
        if request.form["password"] != "right":
            raise RuleBroken("The password is not yours. Nothing was signed.")
        return redirect("/today")  # type: ignore[return-value]

    @pages.get("/live")
    def live() -> str:
        heard.live += 1
        return render_template_string(
            '{% import "_parts.html" as parts %}<section class="sheet" id="live" '
            '{{ parts.live("/live") }}>again</section>'
        )

    return pages


def _all() -> str:
    return render_template(
        "gallery.html", wells=wells(), bags=bags(), at=AT, today=date(2026, 10, 12)
    )


def _scan(heard: Heard) -> Blueprint:
    pages = Blueprint("scan", __name__)

    @pages.post("/scan")
    def scan() -> Response:
        form = request.form.to_dict()
        heard.scans.append(form)
        match form["code"]:
            case "REFUSED1":
                raise RuleBroken("Bag 'REFUSED1' is not on this manifest.")
            case "GOTO0001":
                return redirect("/today")  # type: ignore[return-value]
            case "DONE0001":
                said = ("again", "Bag was received before", "", "")
            case "ARMS0001" | "SLOW0001" as code:
                sleep(SLOW if code == "SLOW0001" else 0)
                said = ("ask", "Tube taken: scan its place", "", "tube 1")
            case code:
                said = ("right", f"Bag {code} received", "undo: scan UNDO", "")
        response = Response(render_template_string(ANSWER, said=said))
        response.headers["HX-Trigger"] = "refresh"
        return response

    return pages
