"""Every endpoint, method and role, in one's own and in a foreign organisation.

The matrix and its form are in tests/authz.yaml, the things in tests/objects.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse
import yaml

from lims.access import Actor, Role
from lims.audit.tables import Event
from lims.db import Base
from lims.people.roles import MACHINES
from tests.cast import PEOPLE, Cast
from tests.lims.web.conftest import Browser, Enter
from tests.objects import OBJECTS, Made

MATRIX = Path(__file__).parents[2] / "authz.yaml"
PERSONS = sorted(set(Role) - MACHINES)
HOME = {"LAB", "MORT", "FAM", "AUDIT"}
KEYS = {
    "allow", "make", "form", "query", "answers", "foreign", "shows", "strangers",
    "unseen",
}  # fmt: skip
CAST = Cast()
_numbers = count(1)


@dataclass(frozen=True)
class Row:
    """One endpoint under one method."""

    endpoint: str
    method: str
    told: Mapping[str, Any]

    @property
    def open(self) -> bool:
        return bool(self.told["allow"] == "strangers")

    @property
    def allowed(self) -> list[Role]:
        listed = self.told["allow"]
        everybody = isinstance(listed, str)
        return PERSONS if everybody else [Role(one) for one in listed]

    @property
    def unseen(self) -> list[Role]:
        return [Role(one) for one in self.told.get("unseen", [])]

    @property
    def answers(self) -> int:
        return int(self.told.get("answers", 200 if self.method == "GET" else 302))

    @property
    def foreign(self) -> int:
        return int(
            self.told.get("foreign", 404 if "make" in self.told else self.answers)
        )


def _rows() -> list[Row]:
    found = yaml.safe_load(MATRIX.read_text(encoding="utf-8"))
    return [
        Row(endpoint, method, told)
        for endpoint, methods in found.items()
        for method, told in methods.items()
    ]


ROWS = _rows()


def _name(row: Row) -> str:
    return f"{row.method}-{row.endpoint}"


def test_every_endpoint_and_method_stands_in_the_matrix_and_no_other(
    enter: Enter,
) -> None:
    there = {
        (rule.endpoint, method)
        for rule in enter.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    written = {(row.endpoint, row.method) for row in ROWS}
    assert written - there == set(), "no such endpoint any more"
    assert there - written == set(), "write these into tests/authz.yaml"


@pytest.mark.parametrize("row", ROWS, ids=_name)
def test_a_row_says_what_the_test_understands(row: Row) -> None:
    assert set(row.told) <= KEYS
    assert row.told["allow"] in ("everyone", "strangers") or row.allowed
    assert row.told.get("make", "unknown") in OBJECTS


@pytest.mark.parametrize("row", [row for row in ROWS if not row.open], ids=_name)
def test_who_is_not_allowed_changes_nothing(enter: Enter, row: Row) -> None:
    """Roles of one's own organisation that are not allowed, then strangers."""
    people = [*_own_people(), *_foreign_people()]
    known = {*row.allowed, *row.unseen}
    denied = [actor for role, actor in people if role not in known]
    made, browsers = _make(enter, row), _browsers(enter, denied)
    before = _content(enter)
    for actor in denied:
        assert _ask(browsers[actor.uid], row, made).status_code == 403, actor
    stranger = _ask(enter(), row, made)
    assert stranger.status_code == (302 if row.method == "GET" else 401)
    if row.method == "GET":
        assert stranger.location.startswith("/login?next=")
    _expect_refusals(before, _content(enter), denied)


@pytest.mark.parametrize("row", ROWS, ids=_name)
def test_a_foreign_organisation_sees_and_changes_nothing_of_ours(
    enter: Enter, row: Row
) -> None:
    known = {*row.allowed, *row.unseen}
    people = [actor for role, actor in _foreign_people() if role in known]
    people += [actor for role, actor in _own_people() if role in row.unseen]
    made, browsers = _make(enter, row), _browsers(enter, people)
    before = _content(enter)
    for actor in people:
        answer = _ask(browsers[actor.uid], row, {**made, "number": next(_numbers)})
        assert answer.status_code == row.foreign, actor
        if shown := row.told.get("shows"):
            assert shown.format(**made) not in answer.text
        if row.foreign == 404 or row.method == "GET":
            assert _content(enter) == before, actor


@pytest.mark.parametrize("row", ROWS, ids=_name)
def test_who_is_allowed_does_it_on_record(enter: Enter, row: Row) -> None:
    people = [actor for role, actor in _own_people() if role in row.allowed]
    browsers = _browsers(enter, people)
    made = _make(enter, row)
    for number, actor in enumerate(people):
        if number and row.method != "GET":
            made = _make(enter, row)  # the one before is used up
        before = _events(enter)
        answer = _ask(browsers[actor.uid], row, made)
        assert answer.status_code == row.answers, (actor, answer.text)
        if shown := row.told.get("shows"):
            assert shown.format(**made) in answer.text
        if row.method != "GET" and row.answers < 400:
            assert _events(enter) > before, f"{actor}: changed without an event"
    if row.open:
        answer = _ask(enter(), row, _make(enter, row))
        assert answer.status_code == row.told.get("strangers", row.answers)


@cache
def _own_people() -> list[tuple[Role, Actor]]:
    """One person of each role, at home."""
    people: dict[Role, Actor] = {}
    for login, (place, role) in PEOPLE.items():
        if place in HOME and role not in MACHINES:
            people.setdefault(role, getattr(CAST, login))
    assert set(people) == set(PERSONS)
    return sorted(people.items())


@cache
def _foreign_people() -> list[tuple[Role, Actor]]:
    return [
        (role, getattr(CAST, login))
        for login, (place, role) in PEOPLE.items()
        if place not in HOME
    ]


def _browsers(enter: Enter, people: list[Actor]) -> dict[str, Browser]:
    """Theirs, logged in."""
    tokens = enter.log_in(*people)
    browsers = {actor.uid: enter() for actor in people}
    for actor, token in zip(people, tokens, strict=True):
        browsers[actor.uid].set_cookie("nomen", token)
    return browsers


def _make(enter: Enter, row: Row) -> dict[str, Any]:
    made: Made = (
        OBJECTS[row.told["make"]](enter.laboratory) if "make" in row.told else {}
    )
    return {"number": next(_numbers), **made}


def _ask(client: Browser, row: Row, made: Mapping[str, Any]) -> TestResponse:
    return client.open(
        _address(client, row, made),
        method=row.method,
        query_string=_filled(row.told.get("query", {}), made),
        data=_filled(row.told.get("form", {}), made) or None,
        buffered=True,
    )


def _address(client: Browser, row: Row, made: Mapping[str, Any]) -> str:
    adapter = client.application.url_map.bind("localhost")
    (rule, *_) = client.application.url_map.iter_rules(row.endpoint)
    wanted = {name: made[name] for name in rule.arguments}
    return adapter.build(row.endpoint, wanted, method=row.method)


def _filled(fields: Mapping[str, Any], made: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(field, made) for name, field in fields.items()}


def _value(field: Any, made: Mapping[str, Any]) -> Any:
    match field:
        case {"file": name}:
            return BytesIO(cast("bytes", made[name])), f"{name}.txt"
        case list():
            return [_value(one, made) for one in field]
    return str(field).format(**made)


def _content(enter: Enter) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as they lie there."""
    with enter.database.engine.connect() as connection:
        return {
            table.name: [
                tuple(row)
                for row in connection.exec_driver_sql(f"SELECT * FROM {table.name}")
            ]
            for table in Base.metadata.sorted_tables
        }


def _events(enter: Enter) -> int:
    with enter.database.reading() as session:
        return session.scalar(select(func.count(Event.id))) or 0


def _expect_refusals(
    before: dict[str, list[tuple[Any, ...]]],
    after: dict[str, list[tuple[Any, ...]]],
    refused: list[Actor],
) -> None:
    """Each refusal is one event of who was refused; nothing else is different."""
    new = after.pop("audit_event")[len(before.pop("audit_event")) :]
    assert [(row[7], row[8]) for row in new] == [
        (actor.uid, "access:refused") for actor in refused
    ]
    people, were = after.pop("person"), before.pop("person")
    heads = ("uid", "ver", "head_hash")
    assert [row[: -len(heads)] for row in people] == [
        row[: -len(heads)] for row in were
    ]
    assert after == before
