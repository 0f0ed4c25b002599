"""Under an auditor's hands no table changes but the desk's own."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
import yaml

from lims.access import ROLES, Permission, Role
from lims.db import Base, Database
from tests.cast import Cast
from tests.lims.web.conftest import SAFE, Entrance, app_on
from tests.objects import OBJECTS

MATRIX = Path(__file__).parents[2] / "authz.yaml"
DESK = {
    "desk_check", "desk_draw", "desk_drawn", "desk_finding", "desk_note", "desk_search",
}  # fmt: skip
RECORD = {"audit_event", "audit_opening", "subject_key"}
"""Each act is an event; its free text is sealed under a key of its own."""
DOOR = {"auth_session", "login_attempt", "person", "queue_job"}
"""Logins, the own password, refusals on the own chain, and the worker's list."""
TAKEN = {"evidence_bundle"}
"""Taking evidence away is on record as well."""


@pytest.fixture
def entrance(database: Database, tmp_path: Path) -> Entrance:
    return Entrance(app_on(database, tmp_path))


def content(database: Database) -> dict[str, list[str]]:
    with database.engine.connect() as connection:
        return {
            table.name: sorted(
                str(tuple(row))
                for row in connection.execute(text(f'SELECT * FROM "{table.name}"'))
            )
            for table in Base.metadata.sorted_tables
        }


def requests() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every endpoint that changes something, as the matrix of roles asks it."""
    for endpoint, methods in yaml.safe_load(MATRIX.read_text()).items():
        for method, told in methods.items():
            if method not in SAFE and told["allow"] != "strangers":
                yield endpoint, method, told


def filled(fields: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    def value(field: Any) -> Any:
        match field:
            case {"file": name}:
                return BytesIO(made[name]), f"{name}.txt"
            case list():
                return [value(one) for one in field]
        return str(field).format(**made)

    return {name: value(field) for name, field in fields.items()}


def test_every_form_of_the_laboratory_changes_the_desk_alone(
    entrance: Entrance, cast: Cast
) -> None:
    """Each is sent by the auditor as whoever may would send it."""
    walked, changed_desk = 0, set()
    for endpoint, method, told in requests():
        made: dict[str, Any] = {"number": walked}
        if "make" in told:
            made |= OBJECTS[told["make"]](entrance.laboratory)
        client = entrance(cast.auditor)
        (rule, *_) = entrance.app.url_map.iter_rules(endpoint)
        adapter = entrance.app.url_map.bind("localhost")
        address = adapter.build(
            endpoint, {name: made[name] for name in rule.arguments}, method=method
        )
        before = content(entrance.database)
        client.open(
            address,
            method=method,
            query_string=filled(told.get("query", {}), made),
            data=filled(told.get("form", {}), made),
        )
        after = content(entrance.database)
        changed = {name for name in after if after[name] != before[name]}
        assert changed <= DESK | RECORD | DOOR | TAKEN, (endpoint, changed)
        if endpoint.startswith("desk"):
            assert "audit_event" in changed or endpoint == "desk_findings.answer"
            changed_desk |= changed & DESK
        walked += 1
    assert walked > 40
    assert changed_desk == DESK


def test_an_auditor_holds_no_permission_to_write_but_the_desks() -> None:
    """And so no operation of another slice lets an auditor pass its first line."""
    writing = {one for one in ROLES[Role.AUDITOR] if not one.endswith(":read")}
    assert writing == {
        Permission.DESK_WORK, Permission.EVIDENCE_EXPORT, Permission.SELF,
    }  # fmt: skip
