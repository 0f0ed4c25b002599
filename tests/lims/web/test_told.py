"""Every kind of event has words; nothing is shown as a bare tag."""

from lims.audit.tags import Tag
from lims.web.told import TITLES


def test_every_kind_of_event_has_a_title() -> None:
    assert set(TITLES) == set(Tag)
