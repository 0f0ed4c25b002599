"""Settings, read once at start; every fault is told in one message.

A laboratory's own file is named by LIMS_SETTINGS; single settings come from
LIMS_<NAME> in the environment, which wins.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
import os
from pathlib import Path
import tomllib
from typing import Any

DEFAULTS = Path(__file__).with_name("defaults.toml")


class BadSettings(Exception):
    """The settings cannot be used; the message lists every fault."""


@dataclass(frozen=True)
class Settings:
    database_url: str
    """SQLAlchemy address; `sqlite:///PATH` is the embedded database."""
    data_folder: str
    """Originals of instrument files and photographs."""
    secret_key_file: str
    """Key of the signed cookies; made at first start, readable by its owner only."""
    subject_keys: str
    """Folder of the keys that wrap the subjects' keys, and of the list of erasures.

    Empty: beside an embedded database. With PostgreSQL it must be named.
    """
    import_folder: str
    """Watched for exports; empty: not watched."""
    handoff_out: str
    """Where packages for the matching engine are dropped; empty: none are sent."""
    handoff_in: str
    """Where the engine's receipts are taken from."""
    log_origin: str
    """The name of the laboratory's log, such as `lab.example/record`; kept for ever."""
    log_keys: str
    """The folder of the log's private keys and of what it signed last."""
    log_policy: str
    """File that names the witnesses of the log (c2sp.org/tlog-policy); empty: none."""
    timestamp_url: str
    """Address of a time-stamping authority (RFC 3161); empty: none is asked."""
    timestamp_root: str
    """File with the authority's root certificate, in PEM."""
    signing_keys: str
    """Folder of the key that signs certificates, and of its certificate."""
    time_zone: str
    """The laboratory's zone, for times that an instrument wrote without one."""
    shift_ends: str
    """When the day's work ends in that zone, such as `18:00`; empty: at no hour.

    Who holds an item then is asked for it; in any case after twelve hours.
    """
    opened_sheets: str
    """What of a person's descent and looks is read of exports: `ancestry`, `phenotype`.

    Empty: such sheets stay closed, and are counted only.
    """
    idle_minutes: int
    """After this long without a request the login ends."""
    absolute_hours: int
    """After this long the login ends in any case."""
    secure_cookies: bool
    """True wherever TLS ends before the browser; false on 127.0.0.1 only."""


def load(
    path: Path | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """The defaults, then the laboratory's file over them, then the environment."""
    environment = os.environ if environment is None else environment
    values = tomllib.loads(DEFAULTS.read_text())
    file = path or (Path(p) if (p := environment.get("LIMS_SETTINGS")) else None)
    if file:
        values |= tomllib.loads(file.read_text())
    kinds = {field.name: field.type for field in fields(Settings)}
    faults = [f"Unknown setting: '{name}'." for name in sorted(values.keys() - kinds)]
    faults += [f"Missing setting: '{name}'." for name in sorted(kinds.keys() - values)]
    for name in kinds:
        given = environment.get(f"LIMS_{name.upper()}")
        if given is not None:
            values[name] = given
    read = {
        name: _read(name, kinds[name], values[name], faults)
        for name in kinds
        if name in values
    }
    if faults:
        raise BadSettings("\n".join(faults))
    return Settings(**read)


def _read(name: str, kind: object, value: object, faults: list[str]) -> Any:
    """A setting of its kind; what comes from the environment is text."""
    match kind, value:
        case (k, str()) if k is int and value.isdigit():
            return int(value)
        case (k, str()) if k is bool and value.lower() in {"true", "false"}:
            return value.lower() == "true"
        case (k, _) if isinstance(k, type) and type(value) is k:
            return value
    expected = getattr(kind, "__name__", str(kind))
    faults.append(f"Setting '{name}': found '{value}', expected: {expected}.")
    return value
