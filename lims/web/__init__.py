"""The pages. A route reads the form, calls one operation, and answers.

Each module here that has `pages`, a blueprint, is registered: to add a page, add a
file.
"""

from importlib import import_module
import pkgutil

from flask import Blueprint, Flask

from lims.laboratory import Laboratory
from lims.web import doors, headers, request, shell


def all_pages() -> list[Blueprint]:
    modules = [
        import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
    ]
    return [module.pages for module in modules if hasattr(module, "pages")]


def init_app(app: Flask, laboratory: Laboratory) -> None:
    app.extensions["lims"] = laboratory
    headers.init_app(app)
    shell.init_app(app)
    for pages in all_pages():
        app.register_blueprint(pages)
    doors.init_app(app, laboratory)
    request.init_app(app, laboratory.database, doors.identify, doors.refused)
