"""Every table, in one place for Alembic and the database. Only app.py imports this."""

from lims import queue
from lims.anchors import tables as anchors
from lims.audit import tables as audit
from lims.batches import tables as batches
from lims.cases import tables as cases
from lims.custody import tables as custody
from lims.custody import tables_inventory as inventories
from lims.custody import tables_overdue as reminders
from lims.db import Base
from lims.desk import tables as desk
from lims.evidence import tables as evidence
from lims.handoff import tables as handoff
from lims.organisations import tables as organisations
from lims.people import tables as people
from lims.printing import tables as printing
from lims.profiles import tables as profiles
from lims.quantities import tables as quantities
from lims.results import tables as results
from lims.review import tables as review
from lims.samples import tables as samples
from lims.sealing import tables as sealing
from lims.stations import tables as stations

metadata = Base.metadata
__all__ = [
    "anchors", "audit", "batches", "cases", "custody", "desk", "evidence", "handoff",
    "inventories", "metadata", "organisations", "people", "printing", "profiles",
    "quantities", "queue", "reminders", "results", "review", "samples", "sealing",
    "stations",
]  # fmt: skip
