"""Whoever is shown somebody of the identity zone is on record for it."""

from collections.abc import Iterable

from flask import request

from lims.db import Chained
from lims.people import operations_door
from lims.web.request import actor, session


def looked_at(shown: Iterable[Chained]) -> None:
    """Record what this page shows; nothing where it shows nobody.

    For views that are marked `@writes`, since a GET changes nothing otherwise.
    """
    if seen := [one.uid for one in shown]:
        operations_door.look(session(), actor(), str(request.endpoint), seen)
