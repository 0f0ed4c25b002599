"""Log in, log out, and the people of the laboratory."""

from flask import Blueprint

pages = Blueprint("people", __name__)


@pages.route("/login", methods=["GET", "POST"])
def login() -> str:
    return "ok"
