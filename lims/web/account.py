"""My account: the own password and second factor."""

from flask import Blueprint

pages = Blueprint("account", __name__, url_prefix="/account")


@pages.get("")
def page() -> str:
    return "ok"
