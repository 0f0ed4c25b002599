"""Who signs shows the password again: tried before the transaction is opened.

    @prepared_by(signing.of_address)
    def review(uid: str): operations.review(session(), actor(), uid, prepared(), ...)

The proof is about what the address or the ticked lines of the form name, and serves in
this request alone. Out of tries, nothing is computed any more.
"""

from collections.abc import Callable, Iterable

from flask import request

from lims import clock
from lims.people import queries
from lims.people.shown import Shown, show
from lims.web.request import actor, laboratory


def of_address(**named: str) -> Shown:
    """What the address names: one profile, one injection, one item."""
    return _shown(named.values())


def of_ticked(field: str) -> Callable[..., Shown]:
    """What is ticked in the form, each with its uid or number."""

    def prepare(**_: str) -> Shown:
        return _shown(request.form.getlist(field))

    return prepare


def of_own(what: str, field: str = "password") -> Callable[[], Shown]:
    """The own account; `field` of the form holds the password that counts now."""
    return lambda: _shown([what], field)


def _shown(about: Iterable[str], field: str = "password") -> Shown:
    with laboratory().database.reading() as reading:
        kept = queries.own_credentials(reading, actor(), clock.now())
    typed = request.form.get(field, "")
    if kept.throttled or not typed:
        return Shown.wrong(actor(), about)
    return show(actor(), typed, kept.password_hash, about)
