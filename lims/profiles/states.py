"""The states of a profile, from the first import to the engine (domain 7.4).

There is no "no DNA": a profile that is not usable is insufficient *now* and its
item stays re-testable (rule K1).
"""

from enum import StrEnum

from lims.workflow import Step, Workflow


class ProfileState(StrEnum):
    RAW = "raw"
    QC_CLEAR = "checks clear"
    QC_HOLD = "checks hold"
    READ_1 = "read once"
    READ_2 = "read twice"
    CONCORDANT = "concordant"
    DISCORDANT = "discordant"
    CONSENSUS = "consensus"
    TECH_OK = "technically reviewed"
    RELEASED = "released"
    HANDED_OFF = "handed off"
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    RECALLED = "recalled"
    WITHDRAWN = "withdrawn"
    INSUFFICIENT_NOW = "insufficient now"
    REJECTED = "rejected"


P = ProfileState
BEFORE_RELEASE = frozenset(
    {
        P.QC_CLEAR,
        P.READ_1,
        P.READ_2,
        P.CONCORDANT,
        P.DISCORDANT,
        P.CONSENSUS,
        P.TECH_OK,
    }
)
OUT = frozenset({P.RELEASED, P.HANDED_OFF, P.ACTIVE})

PROFILE = Workflow(
    start=P.RAW,
    steps=(
        Step("clear", frozenset({P.RAW}), P.QC_CLEAR),
        Step("hold", frozenset({P.RAW}) | BEFORE_RELEASE, P.QC_HOLD, ("reason",)),
        Step("resolve", frozenset({P.QC_HOLD}), P.QC_CLEAR, ("cause",)),
        Step("reject", frozenset({P.QC_HOLD}), P.REJECTED, ("cause",)),
        Step("read", frozenset({P.QC_CLEAR}), P.READ_1, ("signature",)),
        Step("read blind", frozenset({P.READ_1}), P.READ_2, ("signature",)),
        Step("agree", frozenset({P.READ_2}), P.CONCORDANT),
        Step("differ", frozenset({P.READ_2}), P.DISCORDANT),
        Step(
            "settle",
            frozenset({P.DISCORDANT}),
            P.CONCORDANT,
            ("decision", "signature"),
        ),
        Step("build consensus", frozenset({P.CONCORDANT}), P.CONSENSUS),
        Step("review", frozenset({P.CONSENSUS}), P.TECH_OK, ("signature",)),
        Step("release", frozenset({P.TECH_OK}), P.RELEASED, ("signature",)),
        Step("hand off", frozenset({P.RELEASED}), P.HANDED_OFF, ("package",)),
        Step("loaded", frozenset({P.HANDED_OFF}), P.ACTIVE, ("receipt",)),
        Step("not loaded", frozenset({P.HANDED_OFF}), P.RELEASED, ("receipt",)),
        Step("supersede", frozenset({P.ACTIVE}), P.SUPERSEDED, ("new version",)),
        Step("recall", OUT, P.RECALLED, ("reason",)),
        Step(
            "withdraw",
            frozenset({P.RAW, P.QC_HOLD, P.INSUFFICIENT_NOW}) | BEFORE_RELEASE | OUT,
            P.WITHDRAWN,
            ("reason",),
        ),
        Step(
            "set aside",
            BEFORE_RELEASE - {P.TECH_OK},
            P.INSUFFICIENT_NOW,
            ("method",),
        ),
        Step("test again", frozenset({P.INSUFFICIENT_NOW}), P.RAW, ("reason",)),
    ),
)
