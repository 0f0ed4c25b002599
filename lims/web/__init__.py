"""The pages. A route reads the form, calls one operation, and answers.

Each module here that has `pages`, a blueprint, is registered: to add a page, add a
file.
"""

from importlib import import_module
import os
from pathlib import Path
import pkgutil
import secrets

from flask import Blueprint, Flask

from lims.laboratory import Laboratory
from lims.web import compressed, doors, headers, request, shell


def all_pages() -> list[Blueprint]:
    modules = [
        import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
    ]
    return [module.pages for module in modules if hasattr(module, "pages")]


def create_app(laboratory: Laboratory) -> Flask:
    app = Flask("lims.web")
    app.secret_key = _secret(laboratory.secret_key_file)
    init_app(app, laboratory)
    return app


def init_app(app: Flask, laboratory: Laboratory) -> None:
    app.extensions["lims"] = laboratory
    headers.init_app(app)
    compressed.init_app(app)
    shell.init_app(app)
    for pages in all_pages():
        app.register_blueprint(pages)
    doors.init_app(app, laboratory)
    request.init_app(app, doors.identify, doors.refused)


def _secret(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
    return path.read_bytes()
