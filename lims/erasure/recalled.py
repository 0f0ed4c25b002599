"""What the engine was told to forget of a donor, for the page of the erasure."""

from sqlalchemy.orm import Session

from lims.access import Actor, Permission, require
from lims.cases.queries import Donor
from lims.erasure import wiping
from lims.handoff import queries as handoff
from lims.handoff.queries import Package, Recall


def told_the_engine(
    session: Session, actor: Actor, donor: Donor
) -> list[tuple[Package, Recall]]:
    """Each package that was recalled, with its recall.

    For who may erase alone: it tells which packages are of one donor.
    """
    require(actor, Permission.IDENTITY_ERASE)
    about = wiping.reach(session, actor, donor, locked=False)
    return handoff.recalled_of_samples(session, [one.id for one in about.samples])
