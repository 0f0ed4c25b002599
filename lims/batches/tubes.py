"""Which tubes may go on one plate (rules A2, B13 and custody's hold)."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from lims.errors import RuleBroken

PLATED = frozenset({"extract"})
"""The kind of sample that is amplified and typed."""

QUANTIFIED = PLATED | {"extraction blank"}
"""What is quantified: the blank was planned with its extracts, and is measured, too."""

AT_HAND = ("in use", "processed", "stored")
"""The stages of custody in which the laboratory can lay its hands on a tube."""


@dataclass(frozen=True)
class Tube:
    """A tube that somebody wants on a plate, as custody knows it."""

    code: str
    kind: str
    stream: str
    stage: str
    held: bool


def require_plateable(
    tubes: Sequence[Tube], stream: str, kinds: Collection[str] = PLATED
) -> None:
    """RuleBroken naming the tubes that cannot go on a plate of this stream."""
    _refuse(
        (tube for tube in tubes if tube.stream != stream),
        f"Bone and reference never share a plate, and this is a {stream} plate",
        "Plan another plate for the others.",
        lambda tube: tube.stream,
    )
    _refuse(
        (tube for tube in tubes if tube.kind not in kinds),
        "Only an extract goes on a plate",
        "Extract it first, then scan the extract.",
        lambda tube: tube.kind,
    )
    _refuse(
        (tube for tube in tubes if tube.held),
        "A tube on hold stays where it is",
        "Leave it out until the hold is closed.",
        lambda _: "on hold",
    )
    _refuse(
        (tube for tube in tubes if tube.stage not in AT_HAND),
        "A tube must be in the laboratory",
        "Leave it out, or find it first.",
        lambda tube: tube.stage,
    )


def _refuse(
    tubes: Iterable[Tube], rule: str, way_out: str, found: Callable[[Tube], str]
) -> None:
    named = ", ".join(f"'{tube.code}' is {found(tube)}" for tube in tubes)
    if named:
        raise RuleBroken(f"{rule}: {named}. {way_out}")
