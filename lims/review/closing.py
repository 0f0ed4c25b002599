"""What follows from a signature: comparison, agreement, consensus. No one's choice."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor
from lims.audit.chain import canonical
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.batches import queries as batches
from lims.profiles import operations as profiles
from lims.profiles import queries as known
from lims.profiles.method import Method, build
from lims.profiles.queries import Profile
from lims.profiles.readings import differences
from lims.profiles.states import ProfileState
from lims.results import readable
from lims.results.calls import Call
from lims.results.readable import Injection
from lims.review import queries
from lims.review.tables import Comparison, Reading
from lims.sealing import values
from lims.sealing.rows import Whose

BOTH = 2


def after_reading(
    session: Session, actor: Actor, profile: Profile, method: Method
) -> None:
    """Bring the profile as far as its readings allow."""
    by_injection = _readings(session, profile)
    _compare(session, actor, profile, by_injection)
    fewest = min((len(made) for made in by_injection.values()), default=0)
    seal = digest(session, profile)
    if fewest >= 1 and profile.state == ProfileState.QC_CLEAR:
        profiles.advance(session, actor, profile, "read", signature=seal)
    if fewest == BOTH and profile.state == ProfileState.READ_1:
        profiles.advance(session, actor, profile, "read blind", signature=seal)
    if profile.state == ProfileState.READ_2:
        together = _differing(session, by_injection) == 0
        profiles.advance(session, actor, profile, "agree" if together else "differ")
    _build(session, actor, profile, method)


def after_settling(
    session: Session, actor: Actor, profile: Profile, method: Method
) -> None:
    """When the last difference is settled, the profile is concordant."""
    by_injection = _readings(session, profile)
    if _differing(session, by_injection) == 0:
        profiles.advance(
            session,
            actor,
            profile,
            "settle",
            decision="recorded",
            signature=digest(session, profile),
        )
        _build(session, actor, profile, method)


def digest(session: Session, profile: Profile) -> str:
    """The hash of exactly what stands behind the profile now: what is signed.

    Under the key of its subject; nothing where it was erased.
    """
    readings = queries.readings_of(session, known.replicates(session, profile.id))
    return signed(
        session,
        profile,
        {
            "profile": profile.uid,
            "version": profile.version,
            "consensus": profile.consensus,
            "quality": profile.quality,
            "readings": [
                [one.injection_id, one.ordinal, one.calls] for one in readings
            ],
        },
    )


def signed(session: Session, profile: Profile, content: Mapping[str, Any]) -> str:
    """What a signature under this content is bound to.

    It is told in clear and holds genotypes: without the subject's key it cannot be
    computed, so that no guess can be held against it once the key is destroyed.
    """
    subject = known.subject_of(session, profile)
    whose = subject, profile.organisation_id
    return values.keyed(session, *whose, canonical(dict(content)))


def _readings(session: Session, profile: Profile) -> dict[int, list[Reading]]:
    """Replicate to its readings; a replicate without any has an empty list."""
    replicates = known.replicates(session, profile.id)
    found: dict[int, list[Reading]] = {one: [] for one in replicates}
    for reading in queries.readings_of(session, replicates):
        found[reading.injection_id].append(reading)
    return found


def _compare(
    session: Session,
    actor: Actor,
    profile: Profile,
    by_injection: Mapping[int, list[Reading]],
) -> None:
    compared = {one.injection_id for one in queries.comparisons(session, by_injection)}
    for injection, made in by_injection.items():
        if len(made) < BOTH or injection in compared:
            continue
        differing = {
            one.marker: [list(one.first), list(one.second)]
            for one in differences(made[0].calls, made[1].calls)
        }
        session.add(
            Comparison(
                whose=Whose(
                    known.subject_of(session, profile), profile.organisation_id
                ),
                injection_id=injection,
                profile_id=profile.id,
                concordant=not differing,
                differences=differing,
                compared_at=clock.now(),
            )
        )
        record(
            session,
            actor,
            Tag.READING_COMPARED,
            profile,
            concordant=not differing,
            differing=sorted(differing),
        )
    session.flush()


def _differing(session: Session, by_injection: Mapping[int, object]) -> int:
    found = queries.comparisons(session, by_injection)
    return sum(not one.concordant and one.decided_by is None for one in found)


def _build(session: Session, actor: Actor, profile: Profile, method: Method) -> None:
    if profile.state != ProfileState.CONCORDANT:
        return
    injections = readable.by_ids(session, known.replicates(session, profile.id))
    agreed = _agreed(session, injections)
    names = batches.kits_of(session, {one.plate_id for one in injections})
    built = build([(agreed[one.id], names[one.plate_id]) for one in injections], method)
    profiles.keep_consensus(session, actor, profile, built.loci, built.quality)
    profiles.advance(session, actor, profile, "build consensus")


def _agreed(
    session: Session, injections: list[Injection]
) -> dict[int, dict[str, tuple[Call, ...]]]:
    """What both readers, or the one who settled it, see in each replicate."""
    ids = [one.id for one in injections]
    calls: dict[int, dict[str, Any]] = defaultdict(dict)
    for reading in queries.readings_of(session, ids):
        calls[reading.injection_id] |= reading.calls
    for comparison in queries.comparisons(session, ids):
        calls[comparison.injection_id] |= comparison.settled or {}
    heights = {one.id: one.calls for one in injections}
    return {
        one: {
            marker: _with_heights(found, heights[one].get(marker, []))
            for marker, found in read.items()
        }
        for one, read in calls.items()
    }


def _with_heights(alleles: list[str], called: list[Any]) -> tuple[Call, ...]:
    heights = dict(called)
    return tuple(Call(allele, heights.get(allele)) for allele in alleles)
