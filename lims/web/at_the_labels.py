"""The scan of a new label: until it came, the page takes no other code (journey 8)."""

from flask import url_for

from lims.codes import Kind, kind, shown
from lims.errors import RuleBroken
from lims.printing import operations, queries
from lims.printing.queries import LabelState
from lims.web.answered import Answer, Heard
from lims.web.languages import gettext as _
from lims.web.request import actor, session
from lims.web.scanned import Waiting


def replaced(heard: Heard, code: str) -> Answer | None:
    """The new label counts; another code is refused; None where none is awaited."""
    awaited = heard.waiting.label
    label = queries.latest(session(), [awaited]).get(awaited)
    if label is None or label.copy == 1 or label.state != LabelState.PRINTED:
        return None
    if code != awaited:
        raise RuleBroken(
            _(
                "First scan the new label of %(code)s, copy %(n)s. The one before is"
                " void.",
                code=shown(awaited),
                n=label.copy,
            )
        )
    operations.confirm(session(), actor(), code)
    told = _("Copy %(n)s of %(code)s counts now.", n=label.copy, code=shown(code))
    sample = kind(code) is Kind.SAMPLE
    page = "samples.show" if sample else "places.show"
    link = url_for(page, code=code), _("Go on")
    waiting = Waiting(code) if sample else Waiting()
    return Answer("right", told, waiting=waiting, changed=True, link=link)
