"""What was scanned, and what an earlier scan left waiting for it. Pure.

A scan is one of our codes, a command, the number of a bag or a seal, a label of ours
that was misread, or a symbol of somebody else; each is answered in its own way.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lims import codes
from lims.codes import Kind
from lims.errors import BadInput

LONGEST = 64
_NEXT = "|"
_ELSEWHERE = "elsewhere"
_INTO = "into"
_ALONE = {
    "carry": "carried",
    "count": "inventory",
    "label": "label",
    "place": "shown",
}
"""What waits alone: how the page says it, and the field it is."""


@dataclass(frozen=True)
class Ours:
    """One of our codes, whole, as it is stored."""

    code: str

    @property
    def kind(self) -> Kind:
        return codes.kind(self.code)


@dataclass(frozen=True)
class Number:
    """What may be the number of a bag or a seal; none of our codes."""

    text: str


@dataclass(frozen=True)
class Mistyped:
    """It has the form of our codes, and its check character does not fit."""

    text: str
    why: str
    """The sentence for whoever scanned it."""


@dataclass(frozen=True)
class Foreign:
    """A symbol with somebody else's data, which no manifest names."""

    why: str


@dataclass(frozen=True)
class Nothing:
    """The scanner sent blanks."""


Scanned = Ours | Number | Mistyped | Foreign | Nothing


def scanned(text: str, awaited: Iterable[str] = ()) -> Scanned:
    """Tell what a scanner sent or a person typed.

    `awaited` are the numbers that the page in front waits for: they go first, because a
    foreign number may have the form of our codes by chance.
    """
    number = codes.without_aim(text.strip()).strip()
    if not number:
        return Nothing()
    if known := _among(number, awaited):
        return Number(known)
    try:
        return Ours(codes.read(text))
    except BadInput as refusal:
        if codes.is_foreign(text):
            return Foreign(str(refusal))
        if codes.looks_like_code(text):
            return Mistyped(number, str(refusal))
    return Number(number[:LONGEST])


def _among(number: str, awaited: Iterable[str]) -> str | None:
    """The awaited number that this is, though it was typed in small letters."""
    folded = {one.casefold(): one for one in awaited}
    return number if number in folded.values() else folded.get(number.casefold())


@dataclass(frozen=True)
class Waiting:
    """What waits for one scan more: an item, a consignment at the door, or nothing."""

    item: str = ""
    """The code of an item, or its bag's number before the accession."""
    consignment: str = ""
    giver: str = ""
    seal: str = ""
    """What stands on no line of the manifest: perhaps another seal than announced."""
    sealed: str = ""
    """The bag scanned after it; scanned once more, it is received with that seal."""
    elsewhere: bool = False
    """Whether the item's last place is to be corrected by the place scanned next."""
    box: str = ""
    """The box into which items are stored one after the other."""
    shown: str = ""
    """The box, rack or shelf whose page is in front; STORE carries it."""
    carried: str = ""
    """What is carried into the place scanned next, with all that is in it."""
    inventory: str = ""
    """The inventory in which items are scanned."""
    label: str = ""
    """What wears a new label that must be scanned before anything else."""
    free: str = ""
    """The position of it that was offered for the item; the box again takes it."""

    def __str__(self) -> str:
        """As the page gives it back with the next scan."""
        if self.consignment:
            return _NEXT.join((self.consignment, self.seal, self.sealed, self.giver))
        for sign, name in _ALONE.items():
            if code := getattr(self, name):
                return f"{sign}{_NEXT}{code}"
        if self.box:
            return _NEXT.join((_INTO, self.box, self.free, self.item))
        return f"{_ELSEWHERE}{_NEXT}{self.item}" if self.elsewhere else self.item


def waiting(armed: str) -> Waiting:
    """What the page says that waits. It is a wish; the operations see to the rest."""
    first, _, rest = armed.strip().partition(_NEXT)
    if first == _ELSEWHERE:
        return Waiting(item=rest, elsewhere=True)
    if first in _ALONE:
        alone: dict[str, Any] = {_ALONE[first]: rest}
        return Waiting(**alone)
    if first == _INTO:
        box, _, rest = rest.partition(_NEXT)
        free, _, named = rest.partition(_NEXT)
        return Waiting(item=named, box=box, free=free)
    if codes.is_code(first) and codes.kind(first) is Kind.CONSIGNMENT:
        seal, _, rest = rest.partition(_NEXT)
        sealed, _, giver = rest.partition(_NEXT)
        return Waiting(consignment=first, giver=giver, seal=seal, sealed=sealed)
    return Waiting(item=first)
