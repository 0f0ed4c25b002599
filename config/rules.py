"""The parameters of the quality rules: one TOML file per programme, versioned."""

from decimal import Decimal
from pathlib import Path
import tomllib

RULES = Path(__file__).parent / "rules"


def read_rules(name: str = "default", folder: Path = RULES) -> dict[str, object]:
    text = (folder / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)
