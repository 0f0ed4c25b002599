"""From the manifest to the blind code: what the demo's consignments go through."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor
from lims.cases import operations as cases
from lims.custody import manifests
from lims.custody import operations_accession as custody
from lims.custody.operations_consignments import BagLine, announce, release
from lims.custody.operations_receiving import close, receive_many
from lims.custody.receiving import Arrival
from lims.demo.people import People
from lims.demo.plan import Bag, Consignment, Plan
from lims.demo.staff import LAB, SENDERS, TECHNICIANS, Staff
from lims.samples import operations as samples
from lims.samples import queries as known
from lims.samples.tables import Stream

COURIER = "Courier of the demo"
ON_THE_WAY = timedelta(days=3)
INTACT = "INTACT"


@dataclass
class Arrivals:
    """Takes consignments in, and remembers the code that each sample was given."""

    staff: Staff
    people: People
    plan: Plan
    codes: dict[str, str] = field(default_factory=dict)
    """The demo's sample to its blind code."""

    def send(self, session: Session, one: Consignment) -> str:
        """Announce a consignment and give it to the courier; its code."""
        sender = self.staff[SENDERS[one.sender]]
        lines = [self._line(one.stream, bag) for bag in one.bags]
        made = announce(session, sender, LAB, one.stream, lines)
        due = clock.now() + ON_THE_WAY
        release(session, sender, made.code, COURIER, due)
        return made.code

    def receive(self, session: Session, one: Consignment, code: str) -> None:
        """Every bag as announced: the seal compared, the condition noted."""
        receive_many(
            session,
            self._technician(one),
            code,
            [Arrival(bag.code, bag.seal, INTACT) for bag in one.bags],
            COURIER,
            {INTACT: False},
        )

    def accept(self, session: Session, one: Consignment, code: str) -> None:
        """Nothing is missing: the consignment is closed."""
        close(session, self._technician(one), code)

    def accession(self, session: Session, code: str) -> None:
        """The coordinator's act: codes for all but those whose donors said nothing."""
        coordinator = self.staff["coordinator"]
        ready = manifests.ready_for_accession(session, coordinator, code)
        drawn = known.unused_codes(session, len(ready))
        given = dict(zip(ready, drawn, strict=True))
        linked = cases.link(session, coordinator, given)
        numbered = {ready[bag]: given[bag] for bag in linked.linked}
        samples.accession(session, coordinator, numbered)
        custody.accessioned(session, coordinator, list(numbered))
        if linked.waiting:
            waiting = [ready[bag] for bag in linked.waiting]
            custody.wait_for_consent(session, coordinator, waiting)
        inside = {bag.code: sample for sample, bag in self.plan.bags.items()}
        self.codes |= {inside[bag]: given[bag] for bag in linked.linked}

    def _technician(self, one: Consignment) -> Actor:
        return self.staff[TECHNICIANS[one.stream]]

    def _line(self, stream: Stream, bag: Bag) -> BagLine:
        if stream is Stream.REFERENCE:
            return BagLine(bag.code, bag.seal, Decimal(1), "piece")
        return BagLine(bag.code, bag.seal, self.people.grams[bag.sample], "g")
