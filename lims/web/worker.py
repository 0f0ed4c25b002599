"""The service worker, at the root so that it may answer for every page.

A file like the static ones: whoever asks may have it, and it holds nothing.
"""

from pathlib import Path

from flask import Blueprint, current_app, send_from_directory
from werkzeug.wrappers import Response

pages = Blueprint("worker", __name__)


@pages.get("/sw.js")
def script() -> Response:
    return send_from_directory(Path(str(current_app.static_folder)), "sw.js")
