"""One laboratory put together: what pages, commands and jobs work on.

Made by app.py alone, from the settings and the files of `config/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from lims.batches.kits import Kit
from lims.db import Database
from lims.results.rules import RuleSet
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
    secret_key_file: Path
    """Key of the signed cookies: made at first use, readable by its owner only."""
    kits: Mapping[str, Kit]
    """The STR kits by their names."""
    rules: RuleSet
    """The quality rules' parameters, as the laboratory has validated them."""
    words: Mapping[str, tuple[Mapping[str, str], ...]]
    """The vocabularies: elements, relations, sample types, conditions, reasons."""
    demo: Path | None = None
    """The folder that the demo's people are made from."""
