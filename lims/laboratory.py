"""One laboratory put together: what pages, commands and jobs work on.

Made by app.py alone, from the settings and the files of `config/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from lims.anchors import policy
from lims.anchors.authority import Authority
from lims.batches.kits import Kit
from lims.db import Database
from lims.evidence.asking import Shop
from lims.results.arrival import Gate
from lims.results.intake import Bench
from lims.results.offsets import Offset
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
    log_origin: str
    log_keys: Path
    """The log's name, and the folder of its keys; used by the integrator alone."""
    kits: Mapping[str, Kit]
    """The STR kits by their names."""
    rules: RuleSet
    """The quality rules' parameters, as the laboratory has validated them."""
    words: Mapping[str, tuple[Mapping[str, str], ...]]
    """The vocabularies: elements, relations, sample types, conditions, reasons."""
    bundles: Store
    """Evidence bundles that were made, for some days."""
    signing_keys: Path
    """The folder of the key that signs certificates, made at first use."""
    log_policy: Path | None = None
    """Whom the log's checkpoints are carried to, by c2sp.org/tlog-policy."""
    authority: Authority | None = None
    """Who stamps a checkpoint with the time, once a day."""
    offsets: tuple[Offset, ...] = ()
    """Where a sequencer's software names alleles otherwise."""
    opened: frozenset[str] = frozenset()
    """What may be read of a person's descent and looks: nothing, unless it is set."""
    shift_ends: time | None = None
    """When the work of the day ends, in that zone."""
    demo: Path | None = None
    """The folder that the demo's people are made from."""

    @property
    def bench(self) -> Bench:
        """What files are held against."""
        return Bench(self.kits, self.rules, self.offsets, self.opened)

    @property
    def gate(self) -> Gate:
        """What a file passes on its way in."""
        return Gate(self.database, self.store, self.bench)

    @property
    def shop(self) -> Shop:
        """What evidence bundles are made with."""
        return Shop(
            self.store,
            self.zone,
            policy.read(self.log_policy),
            self.authority,
            self.signing_keys,
        )
