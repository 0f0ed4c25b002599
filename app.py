"""Compose the laboratory: settings, database, pages, commands.

Everything meets here, and nowhere else.
"""

from config.settings import Settings, load
from lims import tables
from lims.audit.record import watch
from lims.db import Database

__all__ = ["open_database", "tables"]


def open_database(settings: Settings | None = None) -> Database:
    settings = settings or load()
    database = Database(settings.database_url)
    watch(database.sessions)
    return database
