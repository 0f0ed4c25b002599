"""How codes, moments and states are written on every page, the same everywhere."""

from datetime import UTC, date, datetime, tzinfo

from babel.dates import format_date, format_datetime
from flask import current_app
from flask_babel import get_locale
from markupsafe import Markup, escape

from lims import clock, codes
from lims.web.languages import lazy_gettext as _l

CHIPS = {
    "expected": ("○", _l("expected")),
    "partly": ("◐", _l("partly")),
    "done": ("✓", _l("done")),
    "held": ("⏸\ufe0e", _l("held")),
    "refused": ("✕", _l("refused")),
}
"""The one vocabulary of states: sign and word; colour comes from the class."""

BANDS = {
    "idle": ("·", ""),
    "right": ("✓", _l("Right.")),
    "again": ("↻", _l("Already done.")),
    "ask": ("?", _l("Your turn.")),
    "hold": ("⏸\ufe0e", _l("Held.")),
    "wrong": ("✕", _l("Wrong.")),
}
"""What a scan may be answered: sign and word, and a tone of the same name."""


def code(value: object) -> Markup:
    """A code as one: monospaced, grouped, apart from the text's direction."""
    return Markup('<bdi><code class="code">{}</code></bdi>').format(grouped(str(value)))


def grouped(value: str) -> str:
    """Our own codes in fours, `S7K2-M9QX-AT`; foreign ones as they are written."""
    return codes.shown(value) if codes.is_code(value) else value


def sentence(value: object) -> str:
    """Words that stand alone: with a capital and a full stop."""
    told = str(value)
    return f"{told[:1].upper()}{told[1:]}."


def now() -> datetime:
    return clock.now()


def moment(value: datetime | None) -> Markup:
    """`12 Oct 09:14` in the laboratory's zone; the exact UTC on hover and in print."""
    if value is None:
        return Markup("–")
    local = value.astimezone(zone())
    this_year = now().astimezone(zone()).year
    pattern = "d MMM HH:mm" if local.year == this_year else "d MMM y HH:mm"
    return _time(
        value.astimezone(UTC).isoformat(),
        format_datetime(local, pattern, locale=get_locale()),
        f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
    )


def day(value: date | None) -> Markup:
    """`12 Oct 2026`, where the hour does not matter."""
    if value is None:
        return Markup("–")
    written = format_date(value, "d MMM y", locale=get_locale())
    return _time(value.isoformat(), written, value.isoformat())


def chip(state: str, text: object = None) -> Markup:
    """A state in its sign, its colour and a word: the chip's own, or the reason."""
    sign, word = CHIPS[state]
    return Markup(
        '<span class="chip {}"><span aria-hidden="true">{}</span> <bdi>{}</bdi></span>'
    ).format(state, sign, escape(text or word))


def zone() -> tzinfo:
    """The laboratory's time zone."""
    laboratory = current_app.extensions.get("lims")
    return UTC if laboratory is None else laboratory.zone


def _time(exact: str, written: str, title: str) -> Markup:
    return Markup('<bdi><time datetime="{}" title="{}">{}</time></bdi>').format(
        exact, title, written
    )
