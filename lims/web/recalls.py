"""How a recall stands, in words: on the page of its package and of an erasure."""

from lims.handoff.states import RecallState
from lims.web.languages import lazy_gettext as _l

R = RecallState
CHIPS = {
    R.PENDING: ("expected", _l("waits")),
    R.SENT: ("partly", _l("told")),
    R.RECEIVED: ("partly", _l("received")),
    R.RECALLED: ("done", _l("forgotten")),
    R.REJECTED: ("refused", _l("refused")),
}
"""What the chip of a state shows: one of the five looks, and the word."""

WORDS = {
    R.PENDING: _l(
        "The recall leaves with the worker's next round. Nothing newer of this sample "
        "leaves before it."
    ),
    R.SENT: _l(
        "The engine was told to forget this package and has not answered yet. If it "
        "stays silent, ask its keeper."
    ),
    R.RECEIVED: _l("The engine has the recall and has not said yet that it forgot."),
    R.RECALLED: _l(
        "The engine answered: it searches by this package no more and keeps no copy."
    ),
    R.REJECTED: _l(
        "The engine refused to forget. Tell its keeper; a later answer is taken, too."
    ),
}
