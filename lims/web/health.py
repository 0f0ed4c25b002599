"""Is the server there? Answers a stranger, and tells nothing."""

from flask import Blueprint

pages = Blueprint("health", __name__)


@pages.get("/health")
def alive() -> str:
    return "ok\n"
