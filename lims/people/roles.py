"""Which roles one person may hold together (domain part 8, separation rules)."""

from collections.abc import Collection

from lims.access import ROLES, Permission, Role

MACHINES = frozenset({Role.INSTRUMENT, Role.WORKER})
ALONE = MACHINES | {Role.ADMINISTRATOR, Role.AUDITOR}
"""The administrator has no part in a case; the auditor changes nothing in one."""
BENCH = frozenset({Role.ANALYST, Role.REVIEWER, Role.TECHNICIAN})
"""They work blind: who knows whose bone it is does not read its profile."""


def fault(roles: Collection[Role], *, machine: bool) -> str | None:
    """Why nobody may hold these together, in a sentence; None when one may."""
    held = frozenset(roles)
    if not held:
        return "A person without a role can do nothing. Choose at least one role."
    if bool(held & MACHINES) != machine:
        return f"{_listed(MACHINES)}: these roles are for machine accounts, alone."
    if len(held) > 1 and (lonely := held & ALONE):
        return f"{_listed(lonely)}: this role is held alone, without any other."
    knowing = {role for role in held if Permission.IDENTITY_READ in ROLES[role]}
    if knowing and (blind := held & BENCH):
        return (
            f"{_listed(knowing)} sees whose sample it is, {_listed(blind)} must not. "
            "Two people hold these roles."
        )
    return None


def _listed(roles: Collection[Role]) -> str:
    return ", ".join(f"'{role}'" for role in sorted(roles))
