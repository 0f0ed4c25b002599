"""The kinds of symbols that labels wear, and the room that each takes."""

from dataclasses import dataclass
from enum import StrEnum


class Symbology(StrEnum):
    CODE_128 = "Code 128"
    DATA_MATRIX = "Data Matrix"
    QR = "QR Code"


@dataclass(frozen=True)
class Form:
    """How a symbology is written, and what room it takes, in modules."""

    options: dict[str, str | bool]
    width: int
    height: int
    """1 for a linear symbol: its bars are as tall as there is room."""
    quiet: int
    """The blank margin on each side (ISO/IEC 16022, 15417, 18004)."""


FORMS = {
    Symbology.CODE_128: Form({}, 145, 1, 10),
    Symbology.DATA_MATRIX: Form({"force_square": True}, 14, 14, 1),
    Symbology.QR: Form({"ec_level": "M"}, 21, 21, 4),
}
