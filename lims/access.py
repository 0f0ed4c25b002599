"""Permissions: named once here, granted to roles here, required in operations.

Roles and grants follow docs/roles.md. What no grant can lift, such as two different
readers, is a rule of its slice and a constraint of the database.
"""

from dataclasses import dataclass
from enum import StrEnum

from lims.errors import NotPermitted


class Permission(StrEnum):
    """<what>:<action>, in alphabetical order."""

    AUDIT_READ = "audit:read"
    BATCH_PLAN = "batch:plan"
    BATCH_READ = "batch:read"
    CONSIGNMENT_ANNOUNCE = "consignment:announce"
    CONSIGNMENT_READ = "consignment:read"
    CONSIGNMENT_RECEIVE = "consignment:receive"
    CUSTODY_CORRECT = "custody:correct"
    CUSTODY_DESTROY = "custody:destroy"
    CUSTODY_HOLD = "custody:hold"
    CUSTODY_MOVE = "custody:move"
    DESK_ANSWER = "desk:answer"
    DESK_READ = "desk:read"
    DESK_WORK = "desk:work"
    EVIDENCE_EXPORT = "evidence:export"
    FINDING_CLOSE = "finding:close"
    HANDOFF_READ = "handoff:read"
    HANDOFF_RECALL = "handoff:recall"
    HANDOFF_RUN = "handoff:run"
    IDENTITY_ERASE = "identity:erase"
    IDENTITY_LINK = "identity:link"
    IDENTITY_QUESTION = "identity:question"
    IDENTITY_READ = "identity:read"
    IDENTITY_WRITE = "identity:write"
    IMPORT_FILE = "import:file"
    IMPORT_READ = "import:read"
    LABEL_DESIGN = "label:design"
    LABEL_PRINT = "label:print"
    LABEL_QUEUE = "label:queue"
    LABEL_REPRINT = "label:reprint"
    LEGAL_HOLD = "legal:hold"
    LOG_READ = "log:read"
    ORGANISATION_MANAGE = "organisation:manage"
    PLACE_MANAGE = "place:manage"
    PRINTER_MANAGE = "printer:manage"
    PROFILE_READ = "profile:read"
    PROFILE_RELEASE = "profile:release"
    PROFILE_REVIEW = "profile:review"
    READING_SIGN = "reading:sign"
    SAMPLE_ACCESSION = "sample:accession"
    SAMPLE_DERIVE = "sample:derive"
    SAMPLE_READ = "sample:read"
    SELF = "self:manage"
    STATION_MANAGE = "station:manage"
    TRACE_CHECK = "trace:check"
    TRAIL_READ = "trail:read"
    USER_MANAGE = "user:manage"
    USER_READ = "user:read"


class Role(StrEnum):
    """Whom a user acts as; one person may hold several."""

    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    COLLECTOR = "collector"
    COORDINATOR = "coordinator"
    INSTRUMENT = "instrument agent"
    MANAGER = "manager"
    MORTUARY = "mortuary"
    QUALITY = "quality manager"
    REVIEWER = "technical reviewer"
    TECHNICIAN = "technician"
    TRAINEE = "trainee"
    WORKER = "hand-off worker"


P = Permission
_LAB_READ = frozenset(
    {P.BATCH_READ, P.IMPORT_READ, P.SAMPLE_READ, P.TRAIL_READ, P.USER_READ, P.SELF}
)
_PARTNER = frozenset(
    {
        P.CONSIGNMENT_ANNOUNCE, P.CONSIGNMENT_READ, P.IDENTITY_READ, P.IDENTITY_WRITE,
        P.SELF,
    }
)  # fmt: skip
ROLES: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            P.ORGANISATION_MANAGE, P.PRINTER_MANAGE, P.SELF, P.STATION_MANAGE,
            P.USER_MANAGE, P.USER_READ,
        }
    ),
    Role.ANALYST: _LAB_READ | {P.PROFILE_READ, P.READING_SIGN},
    Role.AUDITOR: _LAB_READ
    | {
        P.AUDIT_READ, P.CONSIGNMENT_READ, P.DESK_READ, P.DESK_WORK, P.EVIDENCE_EXPORT,
        P.HANDOFF_READ, P.LOG_READ, P.PROFILE_READ,
    },
    Role.COLLECTOR: _PARTNER,
    Role.COORDINATOR: frozenset(
        {
            P.CONSIGNMENT_READ, P.EVIDENCE_EXPORT, P.HANDOFF_READ, P.HANDOFF_RECALL,
            P.IDENTITY_LINK, P.IDENTITY_READ, P.IDENTITY_WRITE, P.LABEL_PRINT,
            P.LABEL_QUEUE, P.SAMPLE_ACCESSION, P.SAMPLE_READ, P.SELF,
            P.TRAIL_READ, P.USER_READ, P.IDENTITY_ERASE, P.LEGAL_HOLD,
        }
    ),
    Role.INSTRUMENT: frozenset(
        {P.BATCH_READ, P.IDENTITY_QUESTION, P.IMPORT_FILE, P.SAMPLE_READ}
    ),
    Role.MANAGER: _LAB_READ
    | {
        P.AUDIT_READ, P.CONSIGNMENT_READ, P.CONSIGNMENT_RECEIVE, P.CUSTODY_CORRECT,
        P.CUSTODY_DESTROY, P.CUSTODY_HOLD, P.EVIDENCE_EXPORT, P.FINDING_CLOSE,
        P.HANDOFF_READ, P.HANDOFF_RECALL, P.IDENTITY_QUESTION, P.LABEL_DESIGN,
        P.LABEL_QUEUE, P.LABEL_REPRINT, P.LOG_READ, P.PLACE_MANAGE, P.PROFILE_READ,
        P.PROFILE_RELEASE,
    },
    Role.MORTUARY: _PARTNER,
    Role.QUALITY: _LAB_READ
    | {
        P.AUDIT_READ, P.CUSTODY_HOLD, P.DESK_ANSWER, P.EVIDENCE_EXPORT,
        P.FINDING_CLOSE, P.HANDOFF_READ, P.LEGAL_HOLD, P.LOG_READ, P.PROFILE_READ,
    },
    Role.REVIEWER: _LAB_READ
    | {P.FINDING_CLOSE, P.PROFILE_READ, P.PROFILE_REVIEW, P.IDENTITY_QUESTION},
    Role.TECHNICIAN: _LAB_READ
    | {
        P.BATCH_PLAN, P.CONSIGNMENT_READ, P.CONSIGNMENT_RECEIVE, P.CUSTODY_CORRECT,
        P.CUSTODY_HOLD, P.CUSTODY_MOVE, P.IDENTITY_QUESTION, P.IMPORT_FILE,
        P.LABEL_PRINT, P.LABEL_QUEUE,
        P.LABEL_REPRINT, P.SAMPLE_DERIVE,
    },
    Role.TRAINEE: frozenset({P.SELF}),
    Role.WORKER: frozenset(
        {P.HANDOFF_READ, P.HANDOFF_RUN, P.PROFILE_READ, P.TRACE_CHECK}
    ),
}  # fmt: skip

SIGNERS = frozenset(
    {
        Role.ADMINISTRATOR, Role.ANALYST, Role.AUDITOR, Role.COORDINATOR, Role.MANAGER,
        Role.QUALITY, Role.REVIEWER,
    }
)  # fmt: skip
"""Who signs, administers or audits needs a second factor at each login."""


@dataclass(frozen=True)
class Actor:
    """Who asks: a user, or a machine account. Events name the uid alone."""

    uid: str
    name: str
    roles: frozenset[Role]
    user_id: int
    organisation_id: int

    def may(self, permission: Permission) -> bool:
        return any(permission in ROLES[role] for role in self.roles)

    @property
    def scope(self) -> int | None:
        """The organisation whose things are seen; None where an auditor sees all."""
        return None if Role.AUDITOR in self.roles else self.organisation_id

    @property
    def is_blind(self) -> bool:
        """Who reads the calls is not told which tube is the extraction blank."""
        return self.may(P.READING_SIGN) and not self.may(P.BATCH_PLAN)


SYSTEM = Actor("system", "system", frozenset(), 0, 0)
"""The program itself, where no person stands behind a change, such as a migration."""


def require(actor: Actor, permission: Permission) -> None:
    if not actor.may(permission):
        roles = ", ".join(sorted(actor.roles)) or "no role"
        raise NotPermitted(
            f"'{permission}' is not open to {roles}. Ask the manager who may do this."
        )
