"""Put together what a package says of a profile: codes and alleles, no person."""

from collections import defaultdict

from sqlalchemy.orm import Session

from lims.access import Actor
from lims.batches import queries as batches
from lims.handoff.package import FinishedProfile, Locus
from lims.people import queries as people
from lims.profiles import queries as profiles
from lims.profiles.queries import Profile
from lims.results import readable
from lims.review import queries as review
from lims.samples import queries as samples


def finished_profile(
    session: Session, actor: Actor, profile: Profile
) -> FinishedProfile:
    sample = samples.by_ids(session, actor, [profile.sample_id])[profile.sample_id]
    injections = readable.by_ids(session, profiles.replicates(session, profile.id))
    kits = batches.kits_of(session, {one.plate_id for one in injections})
    return FinishedProfile(
        code=str(sample.code),
        version=profile.version,
        stream=sample.stream,
        quality=str(profile.quality),
        kits=tuple(sorted(set(kits.values()))),
        loci=tuple(
            Locus(marker, tuple(one["alleles"]), one["status"], one["replicates"])
            for marker, one in profile.consensus.items()
        ),
        signers=_signers(session, profile),
    )


def _signers(session: Session, profile: Profile) -> dict[str, str]:
    """Part to badges; several first readers of several replicates are possible."""
    found = review.signatories(session, [profile.id])
    badges = people.badges(session, {one.user_id for one in found})
    parts: dict[str, set[str]] = defaultdict(set)
    for one in found:
        parts[one.part].add(badges[one.user_id])
    return {part: ", ".join(sorted(them)) for part, them in parts.items()}
