"""The ways in which a plate is put down wrongly (rule C4).

A turn maps the well that was planned to the well where its content was found.
"""

from enum import StrEnum

from lims.batches.plate import COLUMNS, ROWS, place, position_at


class Turn(StrEnum):
    IDENTITY = "as planned"
    TURNED = "turned by 180 degrees"
    COLUMN_ON = "one column too far"
    COLUMN_BACK = "one column too early"
    ROW_ON = "one row too far"
    ROW_BACK = "one row too early"
    MIRRORED = "mirrored left to right"
    FLIPPED = "mirrored top to bottom"


_INVERSE = {
    Turn.COLUMN_ON: Turn.COLUMN_BACK,
    Turn.COLUMN_BACK: Turn.COLUMN_ON,
    Turn.ROW_ON: Turn.ROW_BACK,
    Turn.ROW_BACK: Turn.ROW_ON,
}


def inverse(turn: Turn) -> Turn:
    """The turn that undoes this one."""
    return _INVERSE.get(turn, turn)


def found_at(turn: Turn, position: str) -> str | None:
    """Where the content planned for this well lies; None if beside the plate."""
    return position_at(*_moved(turn, *place(position)))


def _moved(turn: Turn, row: int, column: int) -> tuple[int, int]:
    last_row, last_column = len(ROWS) - 1, len(COLUMNS) - 1
    moved = {
        Turn.IDENTITY: (row, column),
        Turn.TURNED: (last_row - row, last_column - column),
        Turn.COLUMN_ON: (row, column + 1),
        Turn.COLUMN_BACK: (row, column - 1),
        Turn.ROW_ON: (row + 1, column),
        Turn.ROW_BACK: (row - 1, column),
        Turn.MIRRORED: (row, last_column - column),
        Turn.FLIPPED: (last_row - row, column),
    }
    return moved[turn]
