"""My account: the own password and second factor."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lims.access import Permission
from lims.people import operations, queries, second_factor
from lims.web import doors, signing
from lims.web.languages import gettext as _
from lims.web.request import actor, form, needs, prepared, prepared_by, session

pages = Blueprint("account", __name__, url_prefix="/account")
pages.before_request(needs(Permission.SELF))


@pages.get("")
def page() -> str:
    visit = doors.this_visit()
    person = queries.person(session(), actor(), actor().uid)
    secret = None if person.enrolled else second_factor.new_secret()
    return render_template(
        "people/account.html",
        person=person,
        provisional=visit.provisional,
        lacking=doors.must_enrol(visit),
        secret=secret,
        square=secret and square(second_factor.address(secret, person.login)),
    )


@pages.post("/password")
@prepared_by(signing.of_own(operations.OWN_PASSWORD, "old"))
def password() -> ResponseReturnValue:
    given = form("old", "new")
    operations.set_password(
        session(),
        actor(),
        old=prepared(),
        new=given.get("new", ""),
        visit_id=doors.this_visit().id,
    )
    flash(_("Your new password counts. All your other logins have ended."), "right")
    return redirect(url_for("account.page"))


@pages.post("/second-factor")
@prepared_by(signing.of_own(operations.OWN_SECOND_FACTOR))
def enrol() -> ResponseReturnValue:
    given = form("secret", "code", "password")
    operations.enrol_second_factor(
        session(),
        actor(),
        secret=given.get("secret", ""),
        code=given.get("code", ""),
        password=prepared(),
        visit_id=doors.this_visit().id,
    )
    flash(_("Your second factor is enrolled. Each login asks for its code."), "right")
    return redirect(url_for("account.page"))


def square(text: str) -> Markup:
    """The symbol that a telephone's camera reads, as a drawing inside the page."""
    import zxingcpp  # noqa: PLC0415 - 2 MB, at the first symbol

    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    drawing = zxingcpp.write_barcode_to_svg(made, scale=5)
    return Markup(drawing[drawing.index("<svg") :])  # noqa: S704 - paths of ours
