"""The printers of the laboratory: added, tried with a test page, taken out of use."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from labels.errors import LabelError
from lims.access import Permission
from lims.errors import BadInput
from lims.printing import operations_printers as operations
from lims.printing import queries_printers as queries
from lims.printing import queries_templates as templates
from lims.printing.addresses import DPIS, LANGUAGES
from lims.printing.drawing import PDF
from lims.printing.operations_printers import NewPrinter
from lims.printing.queries_printers import Printer
from lims.printing.sending import Way
from lims.stations import queries as stations
from lims.web import sent_labels
from lims.web.languages import gettext as _
from lims.web.languages import lazy_gettext as _l
from lims.web.numbers import whole_number
from lims.web.request import actor, form, needs, session
from lims.web.shell import NavItem, in_rail

pages = Blueprint("printers", __name__, url_prefix="/printers")
pages.before_request(needs(Permission.PRINTER_MANAGE))
in_rail(pages, NavItem(97, "printers.page", _l("Printers"), Permission.PRINTER_MANAGE))

NAMES = {"zpl": "ZPL (Zebra)", "epl": "EPL2", "brother": "Brother QL", "pdf": "PDF"}


@pages.get("")
def page() -> str:
    kept = templates.every(session(), actor())
    rolls = [(one.stock.name, one.stock.title) for one in kept if one.stock.roll]
    benches = stations.with_devices(session(), actor(), "printer")
    return render_template(
        "printers/list.html",
        printers=queries.in_use(session(), actor()),
        ways=[(str(way), told) for way, told in sent_labels.ways().items()],
        languages=[(one, NAMES[one]) for one in LANGUAGES],
        dpis=[(str(one), f"{one} dpi") for one in DPIS],
        benches=[
            (f"{one.bench}/{device}", f"{one.name}: {device}")
            for one in benches
            for device in one.devices
        ],
        rolls=rolls,
    )


@pages.post("")
def add() -> ResponseReturnValue:
    told = form("name", "way", "address", "language", "dpi", "silent", "device")
    way = told.get("way", "")
    if way not in set(Way):
        raise BadInput(_("Choose how the printer is reached."))
    bench, _slash, device = told.get("device", "").partition("/")
    at_bench = way == Way.BENCH
    made = operations.add(
        session(),
        actor(),
        NewPrinter(
            told.get("name", ""),
            Way(way),
            device if at_bench else told.get("address", ""),
            told.get("language", ""),
            whole_number(told, "dpi") or 0,
            tells="silent" not in told,
            bench=bench if at_bench else "",
        ),
    )
    flash(
        _("%(name)s can be chosen where labels are printed.", name=made.name), "right"
    )
    return redirect(url_for(".page"))


@pages.post("/<uid>/retire")
def retire(uid: str) -> ResponseReturnValue:
    form()
    found = operations.retire(session(), actor(), uid)
    flash(_("%(name)s is out of use.", name=found.name), "right")
    return redirect(url_for(".page"))


@pages.post("/<uid>/test")
def test(uid: str) -> ResponseReturnValue:
    told = form("stock")
    printer = queries.printer(session(), actor(), uid)
    content, labels = _test_page(printer, told.get("stock", ""))
    operations.queue_test(session(), actor(), uid, content, labels)
    flash(_("The test page is on its way to %(name)s.", name=printer.name), "right")
    return redirect(url_for(".page"))


def _test_page(printer: Printer, name: str) -> tuple[bytes, int]:
    from labels import density, sheet  # noqa: PLC0415 - at the first test page
    from labels.template import example  # noqa: PLC0415 - ditto
    from labels.thermal import Language  # noqa: PLC0415 - ditto

    try:
        if printer.language == PDF:
            stock = templates.usable(session(), actor(), "paper")
            return sheet.render([example(stock)], stock), 1
        stock = templates.usable(session(), actor(), name)
        language = Language(printer.language)
        page = density.render(stock, language)
        return page, len(density.darknesses(language))
    except LabelError as error:
        raise BadInput(str(error)) from error
