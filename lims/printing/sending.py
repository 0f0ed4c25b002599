"""The states of a print job, as a table: no arrow leads back without a person."""

from enum import StrEnum

from lims.workflow import Step, Workflow


class SendState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    PRINTED = "printed"
    DOUBTFUL = "doubtful"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Way(StrEnum):
    """How a printer is reached."""

    RAW = "raw"
    """TCP, port 9100 as a rule."""
    IPP = "ipp"
    BENCH = "bench"
    """On USB or a serial line of a bench, by `lims bench`."""


S = SendState
SENDING = Workflow(
    S.WAITING,
    (
        Step("take", frozenset({S.WAITING}), S.SENDING),
        Step("printed", frozenset({S.SENDING}), S.PRINTED),
        Step("failed", frozenset({S.SENDING}), S.FAILED),
        Step("doubtful", frozenset({S.SENDING}), S.DOUBTFUL),
        Step("send again", frozenset({S.FAILED}), S.WAITING),
        Step("all came out", frozenset({S.DOUBTFUL}), S.PRINTED),
        Step("none came out", frozenset({S.DOUBTFUL}), S.FAILED),
        Step("cancel", frozenset({S.WAITING, S.FAILED, S.DOUBTFUL}), S.CANCELLED),
    ),
)
BY_HAND = ("send again", "all came out", "none came out", "cancel")
"""What a person does; the worker does the rest."""
