"""What a bench asks, by its token and without a cookie: enrolment, and its readings."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from lims.errors import BadInput
from lims.stations import operations, operations_commands, queries
from lims.stations.batch import understood
from lims.web.request import laboratory, prepared, prepared_by, session

pages = Blueprint("bench", __name__, url_prefix="/bench")

SPENT = "Too many wrong codes. Wait five minutes, then try again."
NO_CODE = (
    "This code does not count: it was used, it is older than 15 minutes, or it was "
    "typed wrong. Ask the administrator for a new one."
)
NO_TOKEN = "The token of this bench is unknown, or it was revoked."  # noqa: S105 - a sentence


def _tries_left() -> bool:
    with laboratory().database.reading() as reading:
        return not queries.no_try_left(reading, request.remote_addr or "")


@pages.post("/enrol")
@prepared_by(_tries_left)
def enrol() -> ResponseReturnValue:
    """A one-time code, for the token of a bench."""
    if not prepared():
        return _refused(SPENT, 429)
    told = request.get_json(force=True, silent=True)
    code = told.get("code") if isinstance(told, dict) else None
    if not isinstance(code, str):
        raise BadInput("An enrolment is JSON with the 'code' of the bench.")
    found = operations.enrol(session(), code, request.remote_addr or "")
    if found is None:
        return _refused(NO_CODE, 401)
    station, token = found
    return {"bench": station.name, "token": token}


@pages.post("/readings")
def readings() -> ResponseReturnValue:
    """A batch of an outbox; answers what instruments/posting.py reads."""
    shown = request.headers.get("Authorization", "")
    token = shown.removeprefix("Bearer ")
    station = queries.by_token(session(), token) if token != shown else None
    if station is None:
        return _refused(NO_TOKEN, 401)
    batch = understood(request.get_json(force=True, silent=True))
    received = operations.receive(session(), station, batch)
    operations_commands.answer(session(), station, batch.outcomes)
    commands = operations_commands.hand_out(session(), station)
    return {"received": received, "commands": commands}


def _refused(sentence: str, status: int) -> ResponseReturnValue:
    return {"told": sentence}, status
