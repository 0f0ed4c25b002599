"""Browsers of the cast, each on a laboratory of its own.

    def test_...(enter: Enter, cast: Cast) -> None:
        client = enter(cast.technician)              # logged in, embedded database
        assert client.post("/plates", data={...}).status_code == 302
        with enter.database.reading() as session: ...

    client_of(Role.REVIEWER)                         # the cast's own person of a role
    Entrance(app_on(database, tmp_path))(actor)      # the same on a given database

Each unsafe request carries a right CSRF token, as the pages' own forms do; a client
whose `forged` is set sends none.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
import pytest
from werkzeug.test import TestResponse

from app import laboratory
from config.settings import load
from lims import web
from lims.access import Actor, Role
from lims.db import Database
from lims.laboratory import Laboratory
from lims.people import logins, passwords
from lims.store import Store
from tests.cast import PASSWORD_HASH, PEOPLE, Cast, user

SAFE = {"GET", "HEAD", "OPTIONS"}


class Browser(FlaskClient):
    """A browser with the pages' CSRF token, unless `forged` is set."""

    forged = False

    def open(self, *arguments: Any, **named: Any) -> TestResponse:
        if named.get("method", "GET") not in SAFE and not self.forged:
            headers = dict(named.pop("headers", None) or {})
            named["headers"] = {"X-CSRFToken": self._csrf_token(), **headers}
        return super().open(*arguments, **named)

    def _csrf_token(self) -> str:
        with self.session_transaction() as form_cookie:
            raw = form_cookie.setdefault("csrf_token", "ab" * 20)
        key = self.application.secret_key
        assert key is not None
        made = URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(raw)
        return made if isinstance(made, str) else made.decode()


class Entrance:
    """`enter(actor)`: that person's browser. `enter()`: a stranger's."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.laboratory: Laboratory = app.extensions["lims"]
        self.database = self.laboratory.database

    def __call__(self, actor: Actor | None = None) -> Browser:
        client = self.app.test_client()
        assert isinstance(client, Browser)
        if actor is not None:
            client.set_cookie("nomen", *self.log_in(actor))
        return client

    def log_in(self, *people: Actor) -> list[str]:
        """The tokens of new logins, as the login page gives them."""
        with self.database.transaction() as session:
            return [
                logins.begin(session, user(session, actor), second_factor=True)
                for actor in people
            ]


Enter = Entrance


def app_on(database: Database, folder: Path, **settings: Any) -> Flask:
    """The pages as app.py makes them, on this database; `settings` differ."""
    return _pages(_on(database, folder, **settings))


def _on(database: Database, folder: Path, **settings: Any) -> Laboratory:
    store = Store(folder / "originals")
    changes = {"secure_cookies": False, **settings}
    kept = {
        "bundles": Store(folder / "bundles"),
        "log_keys": folder / "log-keys",
        "signing_keys": folder / "signing",
    }
    return replace(_furnished(), database=database, store=store, **{**kept, **changes})


def _pages(on: Laboratory) -> Flask:
    app = Flask("lims.web")
    app.secret_key, app.testing = b"of the tests", True
    app.test_client_class = Browser
    web.init_app(app, on)
    return app


@cache
def _same_pages() -> Flask:
    """Made once: rules and templates are compiled once, not for every test."""
    return _pages(replace(_furnished(), secure_cookies=False))


@cache
def _furnished() -> Laboratory:
    """Kits, rules and words, read once."""
    return laboratory(replace(load(environment={}), database_url="sqlite://"))


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the few rounds that the cast's own hash has."""
    few = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", few)
    monkeypatch.setattr(passwords, "NOBODY", PASSWORD_HASH)


@pytest.fixture
def enter(embedded: Database, tmp_path: Path) -> Entrance:
    app = _same_pages()
    app.extensions["lims"] = _on(embedded, tmp_path)
    return Entrance(app)


@pytest.fixture
def client_of(enter: Entrance, cast: Cast) -> Callable[[Role], Browser]:
    """The browser of the cast's own person of a role."""

    def client(role: Role) -> Browser:
        login = next(name for name, (_, held) in PEOPLE.items() if held == role)
        return enter(getattr(cast, login))

    return client
