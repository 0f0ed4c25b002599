"""The states of a package on its way to the matching engine.

Two receipts, since what was transported is not yet loaded.
"""

from enum import StrEnum

from lims.workflow import Step, Workflow


class HandoffState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    RECEIVED = "received"
    LOADED = "loaded"
    REJECTED = "rejected"


H = HandoffState
HANDOFF = Workflow(
    start=H.PENDING,
    steps=(
        # Sending again after a silence sends the same bytes under the same id.
        Step("send", frozenset({H.PENDING, H.SENT}), H.SENT),
        Step("receive", frozenset({H.SENT}), H.RECEIVED, ("receipt",)),
        Step("load", frozenset({H.SENT, H.RECEIVED}), H.LOADED, ("receipt",)),
        Step(
            "reject",
            frozenset({H.SENT, H.RECEIVED}),
            H.REJECTED,
            ("receipt", "reason"),
        ),
    ),
)


class RecallState(StrEnum):
    """A recall on its way: as a package, and in the end the engine has forgotten."""

    PENDING = "pending"
    SENT = "sent"
    RECEIVED = "received"
    RECALLED = "recalled"
    REJECTED = "rejected"


R = RecallState
RECALL = Workflow(
    start=R.PENDING,
    steps=(
        Step("send", frozenset({R.PENDING}), R.SENT),
        Step("receive", frozenset({R.SENT}), R.RECEIVED, ("receipt",)),
        # Who refused at first may have forgotten since, and says so.
        Step(
            "recall",
            frozenset({R.SENT, R.RECEIVED, R.REJECTED}),
            R.RECALLED,
            ("receipt",),
        ),
        Step(
            "reject", frozenset({R.SENT, R.RECEIVED}), R.REJECTED, ("receipt", "reason")
        ),
    ),
)
