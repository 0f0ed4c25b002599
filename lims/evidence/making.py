"""Make what was asked for: read and pack first, then one transaction that tells of it.

A worker that dies in between loses nothing: the job's lease runs out and it is made
again.
"""

from lims import clock, queue
from lims.db import Database
from lims.evidence import operations, queries
from lims.evidence.asking import Shop
from lims.store import Store


def make(database: Database, bundles: Store, shop: Shop, uid: str, job: int) -> None:
    """Make one bundle and keep its copy; LimsError where it cannot be made now."""
    from lims.evidence.assembling import assemble  # noqa: PLC0415 - 6 MB, once wanted

    def told(done: int, total: int) -> None:
        with database.transaction() as session:
            queue.progress(session, job, done, total)

    begun = clock.now()
    with database.reading() as session:
        asked, actor = queries.asking(session, uid)
        made = assemble(session, actor, asked, shop, told)
    sha256 = bundles.keep(made.content)
    with database.transaction() as session:
        operations.finish(session, actor, uid, made, sha256, begun)
        queue.finish(session, job)
