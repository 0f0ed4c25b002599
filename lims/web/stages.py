"""Stages, kinds and streams of samples as people read them: words, sign, colour."""

from markupsafe import Markup

from lims.custody.queries import Item
from lims.custody.stages import Stage
from lims.samples.tables import SampleKind, Stream
from lims.web.languages import lazy_gettext as _l
from lims.web.shown import chip

S = Stage
STAGES = {
    S.ANNOUNCED: ("expected", _l("announced")),
    S.PACKED: ("expected", _l("packed")),
    S.IN_TRANSIT: ("expected", _l("on its way here")),
    S.RECEIVED: ("partly", _l("received")),
    S.WAITING_CONSENT: ("held", _l("waiting for consent")),
    S.ACCESSIONED: ("partly", _l("has its code")),
    S.STORED: ("done", _l("stored")),
    S.IN_USE: ("partly", _l("in use")),
    S.PROCESSED: ("partly", _l("processed")),
    S.REFUSED: ("refused", _l("refused")),
    S.RETURN_PENDING: ("partly", _l("to be sent back")),
    S.RETURNING: ("partly", _l("on the way back")),
    S.RETURNED: ("done", _l("returned")),
    S.CONSUMED: ("done", _l("used up")),
    S.DESTRUCTION_PENDING: ("partly", _l("to be destroyed")),
    S.DESTROYED: ("done", _l("destroyed")),
    S.LOST_ON_THE_WAY: ("refused", _l("lost before it had a code")),
    S.LOST: ("refused", _l("lost")),
    S.WITHDRAWN: ("held", _l("consent withdrawn")),
    S.LOST_WITHDRAWN: ("refused", _l("lost after withdrawal")),
}
"""Each stage's state chip and its words."""
KINDS = {
    SampleKind.BLANK: _l("extraction blank"),
    SampleKind.BONE: _l("bone sample"),
    SampleKind.CUT: _l("cut"),
    SampleKind.EXTRACT: _l("extract"),
    SampleKind.POWDER: _l("powder"),
    SampleKind.PUNCH: _l("punch"),
    SampleKind.REFERENCE: _l("reference sample"),
}
STREAMS = {Stream.BONE: _l("bone"), Stream.REFERENCE: _l("reference")}
_NO_CONSENT = {S.WAITING_CONSENT, S.WITHDRAWN, S.LOST_WITHDRAWN}


def stage_chip(item: Item) -> Markup:
    """Where it is on its way; a hold comes before everything."""
    if item.holds:
        return chip("held", _l("held"))
    return chip(*STAGES[item.stage])


def consent(item: Item) -> object:
    """Yes or no, and nothing of whom: what the stage already tells."""
    if item.stream is Stream.BONE or item.kind is SampleKind.BLANK:
        return _l("not needed")
    return _l("no") if item.stage in _NO_CONSENT else _l("yes")
