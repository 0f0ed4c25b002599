"""Where a sequencer's software names alleles otherwise: one TOML file, as it stands."""

from pathlib import Path
import tomllib

OFFSETS = Path(__file__).with_name("offsets.toml")


def read_offsets(path: Path = OFFSETS) -> tuple[dict[str, object], ...]:
    """The values of every offset, in their order."""
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(values.get("offset", ()))
