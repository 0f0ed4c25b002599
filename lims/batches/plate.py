"""A 96-well plate: its positions, and where samples and controls stand (rule C1).

The system places the controls, nobody chooses: the extraction blank stands at a
random place among the samples, so that it meets what they meet.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from lims.errors import RuleBroken

ROWS = "ABCDEFGH"
COLUMNS = range(1, 13)
POSITIONS = tuple(f"{row}{column:02d}" for column in COLUMNS for row in ROWS)
"""Column by column, as a pipette with eight channels fills them."""


class WellRole(StrEnum):
    SAMPLE = "sample"
    EXTRACTION_BLANK = "extraction blank"
    NEGATIVE = "negative control"
    POSITIVE = "positive control"
    LADDER = "ladder"
    EMPTY = "empty"


BLANKS = frozenset({WellRole.EXTRACTION_BLANK, WellRole.NEGATIVE})
"""What must show no DNA."""


@dataclass(frozen=True)
class PlannedWell:
    position: str
    role: WellRole
    item: str = ""
    """The sample's code, or the control's name within the plate, such as 'blank 1'."""


@dataclass(frozen=True)
class Controls:
    """How many controls a plate gets; never fewer than one of each (rule C1)."""

    extraction_blanks: int = 1
    negatives: int = 1
    positives: int = 1
    injection_group: int = 24
    """Wells injected together, each with a ladder of its own; 96 is the whole plate."""


def layout(
    codes: Sequence[str], controls: Controls, chance: Random
) -> tuple[PlannedWell, ...]:
    """All 96 wells in order of filling: samples as given, controls placed by us."""
    refuse_doubles(codes)
    _refuse_missing_controls(controls)
    queue = _queue(codes, controls, chance)
    starts = _ladder_starts(len(queue), controls.injection_group, len(codes))
    wells: list[PlannedWell] = []
    content = iter(queue)
    ladders = 0
    for place, position in enumerate(POSITIONS):
        if place in starts:
            ladders += 1
            wells.append(PlannedWell(position, WellRole.LADDER, f"ladder {ladders}"))
        else:
            role, item = next(content, (WellRole.EMPTY, ""))
            wells.append(PlannedWell(position, role, item))
    return tuple(wells)


def missing_controls(
    wells: Iterable[PlannedWell], injection_group: int = 24
) -> tuple[str, ...]:
    """What rule C1 still asks for before this plate may start; nothing if complete."""
    content = [well for well in wells if well.role is not WellRole.EMPTY]
    roles = {well.role for well in content}
    needed = (WellRole.EXTRACTION_BLANK, WellRole.NEGATIVE, WellRole.POSITIVE)
    missing = [
        f"an {role}" if role[0] in "aeiou" else f"a {role}"
        for role in needed
        if role not in roles
    ]
    laddered = {
        _group(well.position, injection_group)
        for well in content
        if well.role is WellRole.LADDER
    }
    used = {_group(well.position, injection_group) for well in content}
    missing += [
        f"a ladder in the injection group from {POSITIONS[group * injection_group]}"
        for group in sorted(used - laddered)
    ]
    return tuple(missing)


def neighbours(position: str) -> frozenset[str]:
    """The up to eight wells around this one, where a splash would land."""
    row, column = place(position)
    around = (
        position_at(row + down, column + right)
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
        if (down, right) != (0, 0)
    )
    return frozenset(position for position in around if position is not None)


def place(position: str) -> tuple[int, int]:
    """Row 0..7 and column 0..11 of a position such as 'B07'."""
    return ROWS.index(position[0]), int(position[1:]) - 1


def position_at(row: int, column: int) -> str | None:
    """The position of row 0..7 and column 0..11; None beside the plate."""
    if row in range(len(ROWS)) and column in range(len(COLUMNS)):
        return f"{ROWS[row]}{column + 1:02d}"
    return None


def is_position(text: str) -> bool:
    return text in _ORDER


_ORDER = {position: order for order, position in enumerate(POSITIONS)}


def _group(position: str, size: int) -> int:
    return _ORDER[position] // size


def refuse_doubles(codes: Sequence[str]) -> None:
    if not codes:
        raise RuleBroken("The plate has no samples yet. Scan the first one.")
    double = [code for code, times in Counter(codes).items() if times > 1]
    if double:
        raise RuleBroken(
            f"'{double[0]}' stands twice in the list. Each tube goes into one well;"
            " take one of the two off the list."
        )


def _refuse_missing_controls(controls: Controls) -> None:
    counts = (controls.extraction_blanks, controls.negatives, controls.positives)
    if min(counts) < 1:
        raise RuleBroken(
            "A plate has at least one extraction blank, one negative and one positive"
            " control."
        )


def _queue(
    codes: Sequence[str], controls: Controls, chance: Random
) -> list[tuple[WellRole, str]]:
    queue = [(WellRole.SAMPLE, code) for code in codes]
    for number in range(controls.extraction_blanks, 0, -1):
        blank = (WellRole.EXTRACTION_BLANK, f"blank {number}")
        queue.insert(chance.randint(0, len(codes)), blank)
    queue += _numbered(WellRole.NEGATIVE, "negative", controls.negatives)
    queue += _numbered(WellRole.POSITIVE, "positive", controls.positives)
    return queue


def _numbered(role: WellRole, name: str, count: int) -> Iterator[tuple[WellRole, str]]:
    return ((role, f"{name} {number}") for number in range(1, count + 1))


def _ladder_starts(wells: int, group: int, samples: int) -> range:
    """The first well of each injection group that will hold something."""
    per_group = group - 1
    groups = -(-wells // per_group)
    room = (len(POSITIONS) // group) * per_group
    if wells > room:
        raise RuleBroken(
            f"{samples} samples do not fit on one plate beside its controls. At most"
            f" {room - (wells - samples)} fit; put the rest on a second plate."
        )
    return range(0, groups * group, group)
