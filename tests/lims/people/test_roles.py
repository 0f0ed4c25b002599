"""Which roles one person may hold together."""

import pytest

from lims.access import Role
from lims.people.roles import fault


@pytest.mark.parametrize(
    "roles",
    [
        {Role.ANALYST, Role.REVIEWER},
        {Role.TECHNICIAN, Role.MANAGER},
        {Role.COORDINATOR, Role.MORTUARY},
        {Role.ADMINISTRATOR},
        {Role.AUDITOR},
    ],
)
def test_a_person_may_hold_these_together(roles: set[Role]) -> None:
    assert fault(roles, machine=False) is None


@pytest.mark.parametrize(
    ("roles", "why"),
    [
        (set[Role](), "without a role"),
        (
            {Role.ADMINISTRATOR, Role.MANAGER},
            "'administrator': this role is held alone",
        ),
        ({Role.AUDITOR, Role.TECHNICIAN}, "'auditor': this role is held alone"),
        ({Role.COORDINATOR, Role.ANALYST}, "'coordinator' sees whose sample it is"),
        ({Role.MORTUARY, Role.TECHNICIAN}, "'technician' must not"),
        ({Role.INSTRUMENT}, "machine accounts"),
    ],
)
def test_a_person_may_not_hold_these(roles: set[Role], why: str) -> None:
    assert why in (fault(roles, machine=False) or "")


def test_a_machine_holds_a_machines_role_and_no_other() -> None:
    assert fault({Role.INSTRUMENT}, machine=True) is None
    assert fault({Role.TECHNICIAN}, machine=True)
