"""Every table, in one place for Alembic and the database. Only app.py imports this."""

from lims import queue
from lims.audit import tables as audit
from lims.batches import tables as batches
from lims.cases import tables as cases
from lims.custody import tables as custody
from lims.db import Base
from lims.handoff import tables as handoff
from lims.organisations import tables as organisations
from lims.people import tables as people
from lims.printing import tables as printing
from lims.profiles import tables as profiles
from lims.results import tables as results
from lims.review import tables as review
from lims.samples import tables as samples

metadata = Base.metadata
__all__ = [
    "audit", "batches", "cases", "custody", "handoff", "metadata", "organisations",
    "people", "printing", "profiles", "queue", "results", "review", "samples",
]  # fmt: skip
