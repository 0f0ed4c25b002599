"""The kits as the project ships them, and a way to spoil one."""

from collections.abc import Mapping
from copy import deepcopy
from typing import cast

from config.kits import read_kits
from lims.batches.kits import kit

VALUES = {str(values["name"]): values for values in read_kits()}
GLOBALFILER = kit(VALUES["GlobalFiler"])
ESX17 = kit(VALUES["PowerPlex ESX 17"])


def spoiled(**changes: object) -> dict[str, object]:
    """GlobalFiler's values with some of them changed."""
    return {**deepcopy(dict(VALUES["GlobalFiler"])), **changes}


def marker_values(**changes: object) -> dict[str, object]:
    """The values of the first marker, changed."""
    markers = cast("list[Mapping[str, object]]", VALUES["GlobalFiler"]["markers"])
    return {**markers[0], **changes}
