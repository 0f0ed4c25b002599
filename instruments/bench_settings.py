"""The settings of a bench: one small TOML file, read once, faults told in a sentence.

    server = "https://lims.example"

    [[scanner]]
    name = "gun"
    port = "/dev/serial/by-id/usb-..."

    [[balance]]
    name = "pan"
    port = "rfc2217://10.0.0.9:4001"
    driver = "mt-sics"

    [[printer]]
    name = "labels"
    port = "/dev/usb/lp0"
    line = "usb"

The outbox and the token lie beside the file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
import tomllib
from typing import Any

from instruments.bench import Balance, Device, Printer, Scanner
from instruments.drivers import mettler_toledo_sics, ohaus_kern_line, sartorius_sbi
from instruments.drivers.barcode_scanner import Frame
from instruments.errors import BadBench
from instruments.links import BAUD, DeviceFile, Link, SerialLink, address
from instruments.weighing import Driver, Settings

DRIVERS: dict[str, Driver] = {
    "mt-sics": mettler_toledo_sics.DRIVER,
    "ohaus-kern": ohaus_kern_line.DRIVER,
    "sartorius-sbi": sartorius_sbi.DRIVER,
}
FRAMES = {frame.value: frame for frame in Frame}
KEYS = {
    "the file": {"server", "scanner", "balance", "printer"},
    "scanner": {"name", "port", "baud", "frame"},
    "balance": {"name", "port", "baud", "driver", "serial", "due"},
    "printer": {"name", "port", "baud", "line"},
}
LINES = {"serial": False, "usb": True}
"""How a printer hangs at the computer, and whether that is USB."""
LONGEST_NAME = 64


@dataclass(frozen=True)
class BenchSettings:
    server: str
    devices: list[Device]
    outbox: Path
    token: Path


def read(path: Path) -> BenchSettings:
    """Raises BadBench and BadAddress."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadBench(f"The settings of the bench cannot be read: {error}.") from error
    _require_known("the file", told)
    scanners = [_scanner(one) for one in _tables(told, "scanner")]
    devices: list[Device] = [
        *scanners,
        *(_balance(one) for one in _tables(told, "balance")),
        *(_printer(one) for one in _tables(told, "printer")),
    ]
    names = [device.name for device in devices]
    if not names or len(set(names)) < len(names):
        raise BadBench(
            "A bench has at least one device, and each a name of its own.",
            value=", ".join(names),
            expected="a [[scanner]], [[balance]] or [[printer]] for each device",
        )
    folder = path.resolve().parent
    return BenchSettings(
        _text(told, "server"), devices, folder / "outbox.db", folder / "token"
    )


def _scanner(told: Mapping[str, Any]) -> Scanner:
    _require_known("scanner", told)
    return Scanner(_name(told), _link(told), _chosen(told, "frame", FRAMES, "plain"))


def _balance(told: Mapping[str, Any]) -> Balance:
    _require_known("balance", told)
    due = told.get("due")
    if due is not None and type(due) is not date:
        raise BadBench(column="due", value=str(due), expected="a date as 2027-01-31")
    settings = Settings(_text(told, "serial", ""), due)
    driver = _chosen(told, "driver", DRIVERS)
    return Balance(_name(told), _link(told), driver, settings)


def _printer(told: Mapping[str, Any]) -> Printer:
    _require_known("printer", told)
    usb = _chosen(told, "line", LINES, "serial")
    link: Link = DeviceFile(address(_text(told, "port"))) if usb else _link(told)
    return Printer(_name(told), link)


def _link(told: Mapping[str, Any]) -> SerialLink:
    baud = told.get("baud", BAUD)
    if type(baud) is not int or baud <= 0:
        raise BadBench(column="baud", value=str(baud), expected="a speed such as 9600")
    return SerialLink(address(_text(told, "port")), baud)


def _name(told: Mapping[str, Any]) -> str:
    name = _text(told, "name")
    if len(name) > LONGEST_NAME:
        raise BadBench(
            column="name", value=name, expected=f"at most {LONGEST_NAME} characters"
        )
    return name


def _chosen(
    told: Mapping[str, Any], key: str, known: Mapping[str, Any], default: str = ""
) -> Any:
    name = _text(told, key, default)
    if name not in known:
        raise BadBench(column=key, value=name, expected=_listed(known))
    return known[name]


def _text(told: Mapping[str, Any], key: str, default: str | None = None) -> str:
    given = told.get(key, default)
    if not isinstance(given, str) or not (given or default == ""):
        found = None if given is None else str(given)
        raise BadBench("A part is missing.", column=key, value=found, expected="text")
    return given


def _tables(told: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    given = told.get(key, [])
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise BadBench(column=key, value=str(given), expected=f"a table [[{key}]]")
    return given


def _require_known(where: str, told: Mapping[str, Any]) -> None:
    if unknown := told.keys() - KEYS[where]:
        raise BadBench(
            f"In {where} stands what no bench knows.",
            value=min(unknown),
            expected=_listed(KEYS[where]),
        )


def _listed(names: Iterable[str]) -> str:
    return "one of " + ", ".join(f"'{name}'" for name in sorted(names))
