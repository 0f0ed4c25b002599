"""The STR kits that this laboratory uses: one TOML file each, read as it stands."""

from decimal import Decimal
from pathlib import Path
import tomllib

KITS = Path(__file__).parent / "kits"


def read_kits(folder: Path = KITS) -> tuple[dict[str, object], ...]:
    """The values of every kit file, in the order of file names."""
    return tuple(
        tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        for path in sorted(folder.glob("*.toml"))
    )
