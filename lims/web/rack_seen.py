"""What the server itself read from a rack's picture, given back with the form.

It goes along with the page under a signature of the server, for one plate and one
person and for an hour, so that nobody can name a picture that was never read or a tube
that it did not show (rule B12).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from lims.errors import BadInput
from lims.web.languages import gettext as _
from lims.web.request import actor

HOUR = 3600
"""Seconds."""


@dataclass(frozen=True)
class RackSeen:
    sha256: str
    """Of the picture, in hexadecimal."""
    codes: Mapping[str, str]
    """Position to the code that was read there without doubt."""


def signed(plate: str, seen: RackSeen) -> str:
    told = [plate, actor().uid, seen.sha256, dict(seen.codes)]
    return str(_signer().dumps(told))


def read_back(plate: str, token: str) -> RackSeen:
    """BadInput where the server signed no such thing for this plate and person."""
    try:
        told = _signer().loads(token, max_age=HOUR)
    except BadData:
        told = None
    if not told or told[:2] != [plate, actor().uid]:
        raise BadInput(
            _(
                "What was sent is no picture that was read here for this plate within"
                " the hour. Nothing was loaded: read the picture of the rack again."
            )
        )
    return RackSeen(*told[2:])


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="rack")
