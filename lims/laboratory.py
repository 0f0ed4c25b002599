"""One laboratory put together: what pages, commands and jobs work on.

Made by app.py alone, from the settings and the files of `config/`.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from lims.db import Database
from lims.store import Store


@dataclass(frozen=True)
class Laboratory:
    database: Database
    store: Store
    zone: ZoneInfo
    """For times that an instrument wrote without one, and for showing times."""
    idle: timedelta
    absolute: timedelta
    """A login ends after so long without a request, and after so long in any case."""
    secure_cookies: bool
    import_folder: Path | None
    handoff_out: Path | None
    handoff_in: Path | None
