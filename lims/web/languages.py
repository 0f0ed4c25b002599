"""The language of a page, and a pretended one that finds what was not translated.

The pseudo-locale `en-XA` writes every text that goes through gettext with accents,
between brackets and a third longer: what stays plain in it was forgotten, and what
overflows will overflow in German.
"""

import re

from babel.support import NullTranslations, Translations
from flask import g, request
import flask_babel
from flask_babel.speaklater import LazyString

COOKIE = "language"
PSEUDO = "en-XA"
OFFERED = ("en", "ar", PSEUDO)
WRITTEN = ("en",)
"""Languages that a browser's wish alone may choose; a cookie may choose any offered."""

_ACCENTS = str.maketrans(
    "ACEGIJKLNORSTUYZacegijklnorstuyz", "ÅÇÉĞÎĴĶĻÑÖŔŠŢÛÝŽåçéğîĵķļñöŕšţûýž"
)
_KEPT = re.compile(r"(%\(\w+\)[a-z]|%%|<[^>]*>|&\w+;)")
"""Placeholders and markup stay as they are."""


def gettext(text: str, **values: object) -> str:
    """Import it as `_`: the text in this request's language."""
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """The text that fits the number; `%(num)s` stands in both."""
    return str(flask_babel.ngettext(one, many, num, **values))


def lazy_gettext(text: str) -> LazyString:
    """Import it as `_l`: a text outside any request, translated when it is shown."""
    return LazyString(flask_babel.gettext, text)


def language() -> str:
    """By the person's cookie, else by what the browser asks for."""
    if "language" not in g:
        wish = request.cookies.get(COOKIE)
        asked = request.accept_languages.best_match(WRITTEN) or WRITTEN[0]
        g.language = wish if wish in OFFERED else asked
    return str(g.language)


def locale() -> str:
    """For dates and numbers: the pretended language has those of English."""
    return "en" if language() == PSEUDO else language()


def direction() -> str:
    """`ltr` or `rtl`, for the page's `dir`."""
    found = flask_babel.get_locale()
    right = found is not None and found.character_order == "right-to-left"
    return "rtl" if right else "ltr"


def pretended(text: str) -> str:
    """The text as the pseudo-locale shows it."""
    parts = _KEPT.split(text)
    written = "".join(
        part if number % 2 else part.translate(_ACCENTS)
        for number, part in enumerate(parts)
    )
    return f"[{written}{'~' * (len(text) * 3 // 10)}]"


class Pseudo(Translations):
    """A catalogue made while it is read."""

    def gettext(self, message: str) -> str:
        return pretended(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pretended(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002 - gettext's
        return pretended(message)

    ugettext = gettext
    ungettext = ngettext
    upgettext = pgettext


class Languages(flask_babel.Domain):  # type: ignore[misc]  # it has no types
    """The stored catalogues, and the pretended one beside them."""

    def get_translations(self) -> NullTranslations:
        if request and language() == PSEUDO:
            return Pseudo()
        found: NullTranslations = super().get_translations()
        return found
