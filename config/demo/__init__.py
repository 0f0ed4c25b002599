"""The files that the demo's people and exports are made from. See README.md."""

from pathlib import Path

DEMO = Path(__file__).parent
