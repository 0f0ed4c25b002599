"""The laboratory's vocabularies: one CSV file each, its header naming the columns."""

import csv
from pathlib import Path

VOCABULARIES = Path(__file__).parent / "vocab"


def read_vocabulary(
    name: str, folder: Path = VOCABULARIES
) -> tuple[dict[str, str], ...]:
    """The rows of one vocabulary, such as 'skeletal_elements', in their order."""
    path = folder / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, strict=True))
