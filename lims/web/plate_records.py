"""Pages of the plate records: what an instrument is told of a planned plate."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from lims.access import Permission
from lims.batches import queries, telling
from lims.people import queries as people
from lims.web.languages import lazy_gettext as _l
from lims.web.request import actor, form, needs, session

pages = Blueprint("plate_records", __name__, url_prefix="/batches")
pages.before_request(needs(Permission.BATCH_PLAN))

TITLES = {
    "3130": _l("Plate record of the 3130, 3130xl and 3730"),
    "3500": _l("Plate layout of the 3500 and 3500xL"),
    "7500": _l("Set-up of the 7500 and 7500 Fast"),
    "illumina": _l("Sample sheet of the MiSeq and MiSeq FGx"),
    "quantstudio": _l("Set-up of the QuantStudio and ViiA 7"),
    "seqstudio": _l("Well list for the SeqStudio"),
}


@pages.get("/<code>/records/<name>")
def show(code: str, name: str) -> str:
    wanted = telling.format_named(name)
    plate = queries.plate(session(), actor(), code)
    made = [
        one for one in telling.records_of(session(), plate) if one.format == wanted.name
    ]
    return render_template(
        "batches/record.html",
        plate=plate,
        wanted=wanted,
        title=TITLES[wanted.name],
        usual=telling.usual(session(), actor(), wanted),
        made=made,
        names=people.names_by_id(session(), {one.made_by for one in made}),
    )


@pages.post("/<code>/records/<name>")
def make(code: str, name: str) -> Response:
    wanted = telling.format_named(name)
    given = form(*(one.name for one in wanted.settings))
    settings = {one.name: given.get(one.name, one.usual) for one in wanted.settings}
    file = telling.tell(session(), actor(), code, wanted, settings)
    answer = Response(file.content, mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer
