"""A file that comes after an erasure and names who was erased is searched, too.

What is loaded is refused row by row as it comes; what waits for a person is not read
for whom it names. The worker looks at it once. The donor's own name is gone with the
erasure, so the codes of the samples are what is left to look for.
"""

from dataclasses import replace

from sqlalchemy.orm import Session

from lims.access import SYSTEM, Role
from lims.cases import erasing as identities
from lims.db import Database
from lims.erasure import remembered, wiping
from lims.erasure.remembered import Entry
from lims.results import emptying
from lims.results import queries as results
from lims.sealing import keys
from lims.store import Store


def search(database: Database, store: Store, after: int = 0) -> int:
    """Search the files that came after this one; the row of the newest."""
    with database.reading() as session:
        newest = results.newest(session)
    if newest > after:
        entries = remembered.entries(database.ring.folder)
        for entry in entries:
            with database.transaction() as session:
                _search(session, store, entry, after)
    return newest


def _search(session: Session, store: Store, entry: Entry, after: int) -> None:
    from lims.results import redacting  # noqa: PLC0415 - 3 MB, at the first erasure

    roles = frozenset({Role.COORDINATOR})
    acting = replace(SYSTEM, roles=roles, organisation_id=entry.organisation)
    donor = identities.donor_with(session, entry.donor)
    if donor is None or keys.standing(session, entry.subjects):
        return  # not erased here yet: the next start does it again
    about = wiping.reach(session, acting, donor)
    worn = wiping.codes(session, donor)
    made = wiping.made(session, acting, worn)
    named = frozenset(one.code for one in made if one.code)
    redacting.files(session, acting, store, list(worn), named, after=after)
    emptying.files(session, acting, list(worn), named, about.subjects, after=after)
