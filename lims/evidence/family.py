"""The chains that an item's story runs through: its family, and what lies beyond."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lims.access import Actor
from lims.batches import queries as batches
from lims.codes import is_code, shown
from lims.custody import manifests
from lims.custody import queries as custody
from lims.handoff import queries as handoff
from lims.profiles import queries as profiles
from lims.quantities import queries as quantities
from lims.results import readable
from lims.samples import queries as samples
from lims.samples.queries import Sample

MANY = 500


@dataclass(frozen=True)
class Family:
    """One item with what it was taken from and what was taken from it."""

    sample: Sample
    ancestors: tuple[Sample, ...]
    descendants: tuple[Sample, ...]

    @property
    def all(self) -> tuple[Sample, ...]:
        return (*self.ancestors, self.sample, *self.descendants)


@dataclass(frozen=True)
class Named:
    """How people call an item of the record."""

    kind: str
    code: str

    @property
    def text(self) -> str:
        code = shown(self.code) if is_code(self.code) else self.code
        return f"{self.kind} {code}"


def family(session: Session, actor: Actor, named: str) -> Family:
    sample = custody.named_sample(session, actor, named)
    lineage = samples.lineage(session, actor, sample)
    return Family(sample, lineage.ancestors, lineage.descendants)


def beyond(session: Session, actor: Actor, of: Sequence[Sample]) -> dict[str, Named]:
    """All that they went through, from quantifications and plates to packages."""
    ids = [one.id for one in of]
    plates = batches.plates_holding(session, actor, ids)
    injections = readable.ever_of(session, ids)
    runs = quantities.ever_of(session, ids)
    files = {one.import_id for one in injections} | {one.import_id for one in runs}
    imports = readable.import_uids(session, files)
    imports += readable.trace_uids(session, {one.well_id for one in injections})
    made = profiles.of_samples(session, ids)
    packages = handoff.of_profiles(session, [one.id for one in made])
    return {
        **{one.uid: Named("plate", one.code) for one in plates},
        **{uid: Named("import", uid[:8]) for uid in imports},
        **{one.uid: Named("quantification", one.uid[:8]) for one in runs},
        **{one.uid: Named("injection", one.uid[:8]) for one in injections},
        **{one.uid: Named("profile", one.uid[:8]) for one in made},
        **{one.uid: Named("package", one.number) for one in packages},
    }


def chains(session: Session, actor: Actor, of: Sequence[Sample]) -> dict[str, Named]:
    """Every chain of these samples' stories, with the consignments they came in."""
    found: dict[str, Named] = {}
    for first in range(0, len(of), MANY):
        some = of[first : first + MANY]
        ids = [one.id for one in some]
        came = manifests.consignments_of(session, ids)
        found |= {sent.uid: Named("consignment", sent.code) for sent in came}
        bags = custody.bag_codes(session, ids)
        for one in some:
            found[one.uid] = Named("sample", one.code or bags.get(one.id, one.uid[:8]))
        found |= beyond(session, actor, some)
    return found
