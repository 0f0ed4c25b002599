"""The benches of the demo: everything gets its place, an extract, and a well.

Bones and references have a technician, rooms and plates of their own: they never meet.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from sqlalchemy.orm import Session

from lims.access import Actor
from lims.batches import operations as batches
from lims.batches import operations_quantifying
from lims.batches import queries as plates
from lims.batches.kits import Kit
from lims.batches.plate import WellRole
from lims.batches.proof import Scanned
from lims.custody import operations as custody
from lims.demo import quantified
from lims.demo.analyzer import Filled
from lims.demo.plan import Plan, PlatePlan, PlateReach, Tube
from lims.demo.staff import TECHNICIANS, Staff
from lims.samples.amounts import Derivation
from lims.samples.operations_places import NewPlace, register_places
from lims.samples.tables import PlaceKind, SampleKind, Stream, Temperature, Zone

ZONES = {Stream.BONE: Zone.PRE_PCR_BONE, Stream.REFERENCE: Zone.PRE_PCR_REFERENCE}
BOXES = {Stream.BONE: 3, Stream.REFERENCE: 5}
SIDE = 10
"""Rows and columns of a box."""
ANALYZER = "ANALYZER-1"
QUANTIFYING = "Quantifiler Trio"
PURPOSE, METHOD = "EXTRACTION", "SILICA"
ELUATE = (Decimal(50), "µl")
GROUND, DIGESTED = Decimal("0.6"), Decimal("0.25")
"""Grams of bone that are ground, and of powder that each extract takes."""
PIECE = Decimal("0.25")
"""How much of a swab or card one extract takes."""


@dataclass
class Bench:
    """One stream's bench, and what stands on it."""

    staff: Staff
    plan: Plan
    stream: Stream
    codes: dict[str, str]
    """The demo's sample to its blind code."""
    positions: list[str] = field(default_factory=list)
    """Free ones."""
    places: dict[str, str] = field(default_factory=dict)
    """Where each item has its place."""
    powders: dict[str, str] = field(default_factory=dict)
    extracts: dict[Tube, str] = field(default_factory=dict)
    blanks: list[str] = field(default_factory=list)
    """Extraction blanks, one of each plate."""
    plates: dict[str, str] = field(default_factory=dict)
    """The plan's plate to its code."""

    @property
    def technician(self) -> Actor:
        return self.staff[TECHNICIANS[self.stream]]

    def furnish(self, session: Session) -> None:
        """A room with a freezer of boxes, in which everything has a position."""
        zone = ZONES[self.stream]
        boxes = tuple(
            NewPlace(f"Box {number}", zone, rows=SIDE, columns=SIDE)
            for number in range(1, BOXES[self.stream] + 1)
        )
        shelf = NewPlace("Shelf 1", zone, boxes, kind=PlaceKind.SHELF)
        freezer = NewPlace(
            "Freezer",
            zone,
            (shelf,),
            kind=PlaceKind.FREEZER,
            temperature=Temperature.FROZEN,
        )
        room = NewPlace(f"{self.stream.capitalize()} room", zone, (freezer,))
        made = register_places(session, self.staff["manager"], [room])
        self.positions = [one.code for one in made if one.is_position][::-1]

    def store(self, session: Session, named: Sequence[str]) -> None:
        """Each item into a position of its own."""
        for one in named:
            self.places[one] = self.positions.pop()
            self._back(session, one)

    def extract(self, session: Session, tubes: Sequence[Tube]) -> None:
        """Each sample out of its place, an extract made of it, and back."""
        for tube in tubes:
            code = self.codes[tube.sample]
            if self.stream is Stream.REFERENCE:
                self._take_out(session, code)
                child = self._derived(session, code, _extract(PIECE))
                self._back(session, code)
            else:
                powder = self._powder(session, tube.sample)
                child = self._derived(session, powder, _extract(DIGESTED))
            self.extracts[tube] = child

    def plate(
        self, session: Session, planned: PlatePlan, kit: Kit, chance: Random
    ) -> None:
        """Plan a plate and bring it as far as the plan says."""
        codes = [self.extracts[tube] for tube in planned.tubes]
        made = batches.plan(session, self.technician, kit, self.stream, codes, chance)
        self.plates[planned.name] = made.code
        blank = WellRole.EXTRACTION_BLANK
        wells = plates.wells(session, made)
        self.blanks += [well.code for well in wells if well.role is blank]
        if planned.reach is not PlateReach.PLANNED:
            self._run(session, made.code, kit)

    def quantify(self, session: Session, codes: Sequence[str]) -> quantified.Plate:
        """Plan a plate to quantify these extracts, and start its run."""
        made = operations_quantifying.plan(
            session, self.technician, QUANTIFYING, self.stream, codes
        )
        wells, series = plates.wells(session, made), plates.standards(session, made)
        tubes = {one.position: one.code for one in wells if one.code}
        batches.load(session, self.technician, made.code, Scanned(tubes))
        batches.run(session, self.technician, made.code, ANALYZER)
        standards = [
            quantified.Control(one.instrument_name, one.position, one.quantity)
            for one in series
        ]
        negatives = [
            quantified.Control(one.name, one.position, None)
            for one in wells
            if not one.code
        ]
        places = {code: position for position, code in tubes.items()}
        controls = [*standards, *negatives]
        return quantified.Plate(made.code, [], controls=controls, places=places)

    def filled(self, session: Session, planned: PlatePlan) -> tuple[Filled, ...]:
        """The wells of a plate, each with the tube that was put into it."""
        tubes = {code: tube for tube, code in self.extracts.items()}
        plate = plates.plate(session, self.technician, self.plates[planned.name])
        return tuple(
            Filled(well.position, well.name, well.role, tubes.get(well.name))
            for well in plates.wells(session, plate)
        )

    def clear_away(self, session: Session) -> None:
        """At the end of the day nothing stays in anybody's hands."""
        made = (*self.powders.values(), *self.extracts.values(), *self.blanks)
        self.store(session, made)

    def _run(self, session: Session, code: str, kit: Kit) -> None:
        plate = plates.plate(session, self.technician, code)
        tubes = {
            well.position: well.code
            for well in plates.wells(session, plate)
            if well.code
        }
        batches.load(session, self.technician, code, Scanned(tubes))
        batches.amplify(session, self.technician, code, kit)
        batches.run(session, self.technician, code, ANALYZER)

    def _powder(self, session: Session, sample: str) -> str:
        """The powder of a bone: ground once, for all its extracts."""
        if sample not in self.powders:
            code = self.codes[sample]
            self._take_out(session, code)
            ground = Derivation(SampleKind.POWDER, GROUND, GROUND, "g", "GRINDING")
            self.powders[sample] = self._derived(session, code, ground)
            self._back(session, code)
        return self.powders[sample]

    def _take_out(self, session: Session, code: str) -> None:
        stated = {"purpose": PURPOSE}
        custody.move(session, self.technician, code, "take out", stated)

    def _back(self, session: Session, code: str) -> None:
        place = {"place": self.places[code]}
        custody.move(session, self.technician, code, "store", place)

    def _derived(self, session: Session, code: str, made: Derivation) -> str:
        child = custody.derive(session, self.technician, code, made)
        return str(child.code)


def _extract(taken: Decimal) -> Derivation:
    amount, unit = ELUATE
    return Derivation(SampleKind.EXTRACT, taken, amount, unit, METHOD)
