"""A consignment as its page shows it: what differs, what is awaited, what came."""

from collections.abc import Sequence
from dataclasses import dataclass

from lims.access import Actor, Permission
from lims.custody.manifests import Consignment, ManifestLine
from lims.custody.tables import BagState, ConsignmentStage

DIFFERS = frozenset({BagState.HELD, BagState.MISSING, BagState.UNANNOUNCED})
ON_THE_ROAD = frozenset({ConsignmentStage.IN_TRANSIT, ConsignmentStage.PARTLY})


@dataclass(frozen=True)
class Door:
    """One consignment, for whoever looks: sender, receiver, or neither."""

    row: Consignment
    sender: str
    receiver: str
    lines: tuple[ManifestLine, ...]
    looks: bool
    """Whether whoever looks is of the laboratory, and may open a bag's own page."""
    sends: bool
    """Whether the sender's next step can be taken by whoever looks."""
    receives: bool
    """Whether bags can be received now by whoever looks."""

    @property
    def announced(self) -> int:
        return sum(line.state != BagState.UNANNOUNCED for line in self.lines)

    @property
    def waiting(self) -> int:
        return sum(line.state == BagState.EXPECTED for line in self.lines)

    @property
    def differing(self) -> int:
        return sum(line.state in DIFFERS for line in self.lines)

    @property
    def intact(self) -> int:
        return sum(line.state == BagState.RECEIVED for line in self.lines)

    @property
    def here(self) -> int:
        """How many lines of the manifest have come, in whatever state."""
        absent = {BagState.EXPECTED, BagState.MISSING, BagState.UNANNOUNCED}
        return sum(line.state not in absent for line in self.lines)


def door(
    row: Consignment,
    parties: tuple[str, str],
    lines: Sequence[ManifestLine],
    actor: Actor,
) -> Door:
    """`parties` are the names of sender and receiver."""
    may_send = actor.may(Permission.CONSIGNMENT_ANNOUNCE)
    may_receive = actor.may(Permission.CONSIGNMENT_RECEIVE)
    stage = ConsignmentStage(row.stage)
    return Door(
        row=row,
        sender=parties[0],
        receiver=parties[1],
        lines=tuple(sorted(lines, key=_order)),
        looks=actor.scope in (None, row.receiver_id),
        sends=may_send
        and row.sender_id == actor.organisation_id
        and stage == ConsignmentStage.ANNOUNCED,
        receives=may_receive
        and row.receiver_id == actor.organisation_id
        and stage in ON_THE_ROAD,
    )


def _order(line: ManifestLine) -> tuple[int, float]:
    """What differs first, then what is awaited, then what came, the latest first."""
    came = line.received_at.timestamp() if line.received_at else 0.0
    if line.state in DIFFERS:
        return 0, -came
    return (1, 0.0) if line.state == BagState.EXPECTED else (2, -came)
