"""Nobody waits for the database while a signature's password is tried."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from lims.db import Database
from lims.people import passwords
from tests.cast import PASSWORD, Cast
from tests.lims.web.conftest import Enter

WEB = sorted((Path(__file__).parents[3] / "lims/web").glob("*.py"))
ALLOWED = {"people.py", "signing.py"}
"""The login, and what tries a password before the transaction."""


def test_the_password_is_tried_outside_of_every_transaction(
    enter: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, tried = [False], []
    transaction, fits = Database.transaction, passwords._fits

    @contextmanager
    def noted(database: Database) -> Iterator[Session]:
        with transaction(database) as session:
            writing[0] = True
            try:
                yield session
            finally:
                writing[0] = False

    def trying(kept: str, password: str) -> bool:
        tried.append(writing[0])
        return fits(kept, password)

    client = enter(cast.manager)
    monkeypatch.setattr(Database, "transaction", noted)
    monkeypatch.setattr(passwords, "_fits", trying)
    forms: dict[str, dict[str, str | list[str]]] = {
        "/release/unknown/review": {},
        "/release/": {"profile": ["one", "two"]},
        "/release/unknown/set-aside": {"method": "PCR"},
        "/samples/S000000000/consume": {"authority": "1", "witness": "2"},
        "/samples/S000000000/destroy": {"order": "1", "witness": "2"},
    }
    for path, told in forms.items():
        tried.clear()
        client.post(path, data={**told, "password": PASSWORD})
        assert tried == [False], path


def test_an_empty_or_wrong_password_signs_nothing_on_any_page(
    enter: Enter, cast: Cast
) -> None:
    client = enter(cast.manager)
    secret = {"secret": "A" * 32, "code": "000000"}
    for told in ({}, {"password": ""}, {"password": "some other words here"}):
        answer = client.post("/account/second-factor", data={**secret, **told})
        assert answer.status_code == 403


@pytest.mark.parametrize("path", WEB, ids=lambda path: str(path.name))
def test_no_page_hands_a_password_on_to_be_tried_in_its_transaction(
    path: Path,
) -> None:
    if path.name in ALLOWED:
        return
    for node in ast.walk(ast.parse(path.read_text())):
        read = None
        if isinstance(node, ast.Subscript):
            read = node.slice
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".get"):
            read = node.args[0] if node.args else None
        if isinstance(read, ast.Constant):
            assert read.value not in {"password", "old"}, ast.unparse(node)
