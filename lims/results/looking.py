"""Hold the traces of a plate against its calls, each in a process of its own.

Outside any transaction a trace is opened and looked at; then one keeps what it said.
"""

from sqlalchemy.orm import Session

from instruments import InstrumentError, Source
from instruments.traces import TraceExport
from lims.access import Actor, Permission, require
from lims.batches.kits import Kit
from lims.db import Database
from lims.errors import NotFound
from lims.results import opinions, originals
from lims.results.intake import Bench
from lims.results.operations_traces import keep_opinion
from lims.results.queries_traces import Looked, to_look_at
from lims.results.reading import read, second_opinion
from lims.results.tables import Import
from lims.store import Store


def look(
    database: Database, store: Store, bench: Bench, actor: Actor, plate: str
) -> int:
    """Look at each trace that was not yet held against what stands; how many.

    Ladders first: they give the bins for the others. A trace that was erased, or of a
    kit without a panel, is passed over.
    """
    require(actor, Permission.IMPORT_FILE)
    count = 0
    for ladder in (True, False):
        with database.reading() as session:
            waiting = to_look_at(session, actor, plate, ladder=ladder)
            opened = [(one, _content(session, store, one.import_id)) for one in waiting]
        for one, source in opened:
            kit = bench.kits.get(one.well.kit)
            if source is not None and kit is not None:
                count += _look_at(database, actor, one, source, kit)
    return count


def opened(session: Session, store: Store, row: Import) -> TraceExport:
    """A kept trace with its points; NotFound where it was erased or cannot be read."""
    content = originals.content(session, store, row)
    try:
        found = read(Source(row.name, content))
    except InstrumentError as error:
        raise NotFound(f"The trace cannot be read any more. {error.public}") from error
    if not isinstance(found, TraceExport):
        raise NotFound("This original is no trace.")
    return found


def _look_at(
    database: Database, actor: Actor, one: Looked, source: Source, kit: Kit
) -> int:
    ladder = None if one.ladder is None else opinions.as_bins(one.ladder)
    ask = opinions.asked(kit, one.well.role, one.calls, ladder)
    try:
        answer = second_opinion(source, ask)
    except InstrumentError:
        return 0  # no panel of this kit is known: the trace is kept, and not judged
    verdicts = opinions.verdicts(answer, one.well.position)
    with database.transaction() as session:
        keep_opinion(session, actor, one, verdicts, answer.bins)
    return 1


def _content(session: Session, store: Store, number: int) -> Source | None:
    row = session.get_one(Import, number)
    try:
        return Source(row.name, originals.content(session, store, row))
    except NotFound:
        return None
