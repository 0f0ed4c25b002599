"""Which tubes a run speaks of: names are codes, as the instrument was told them.

A name that has no form of a code is a control's or a stranger's: it is set aside, and
the account says so. A code that is wrong or unknown makes the whole file wait.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lims.access import Actor
from lims.codes import looks_like_code, read
from lims.errors import BadInput
from lims.quantities.measured import Run
from lims.samples import queries as samples
from lims.samples.queries import Sample
from lims.sealing import keys


@dataclass(frozen=True)
class Tubes:
    rows: Mapping[str, Sample]
    """Name in the file to the tube, locked."""
    subjects: Mapping[str, str]
    """Name in the file to whose it is."""
    aside: Sequence[str]
    """Names that are no code."""
    erased: Sequence[str]
    """Names of tubes whose donor withdrew: nothing of them is kept."""
    unknown: Sequence[str]
    """What looks like a code, and is none that is known here."""


def tubes_of(session: Session, actor: Actor, run: Run) -> Tubes:
    named = {name: _code(name) for name in run.tubes if looks_like_code(name)}
    rows = samples.known(session, actor, set(named.values()), locked=True)
    matched = {name: rows[code] for name, code in named.items() if code in rows}
    sources = {one.source_id or one.id for one in matched.values()}
    uids = samples.uids(session, sources)
    whose = {name: uids[one.source_id or one.id] for name, one in matched.items()}
    standing = keys.standing(session, set(whose.values()))
    return Tubes(
        {name: one for name, one in matched.items() if whose[name] in standing},
        whose,
        [name for name in run.tubes if name not in named],
        [name for name in matched if whose[name] not in standing],
        [name for name in named if name not in matched],
    )


def _code(name: str) -> str:
    """Empty where its check character does not fit."""
    try:
        return read(name)
    except BadInput:
        return ""
