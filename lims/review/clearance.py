"""What must be true before anybody signs (domain rules J1 to J3, I1, E6)."""

from sqlalchemy.orm import Session

from lims.access import Actor
from lims.audit.queries import chain_faults
from lims.cases import answers
from lims.cases.words import Scope
from lims.custody import queries as custody
from lims.errors import RuleBroken
from lims.profiles import queries as known
from lims.profiles.quality import QualityClass, may_be_searched
from lims.profiles.queries import Profile
from lims.results import readable
from lims.results.rules import RuleSet
from lims.samples import queries as samples
from lims.samples.queries import Sample
from lims.samples.tables import Stream


def refuse_while_held(session: Session, profile: Profile) -> None:
    """No signature on what a finding holds, or what was analysed again since (J2)."""
    behind = known.replicates(session, profile.id)
    gone = readable.in_the_way(session, profile.sample_id, behind)
    if gone:
        raise RuleBroken(
            f"{len(gone)} injections of this sample are held by a finding or were "
            "analysed again. The plate's import shows it: close the finding with its "
            "cause, or read the new analysis."
        )


def refuse_release(
    session: Session, actor: Actor, profile: Profile, rules: RuleSet
) -> None:
    """All that can be told without asking the identity zone."""
    refuse_while_held(session, profile)
    if not may_be_searched(QualityClass(str(profile.quality)), rules.e6):
        raise RuleBroken(
            f"The profile is of class '{profile.quality}'; released are full, good and "
            "partial. Ask for another replicate, or set it aside: it can be tested "
            "again (E6, K1)."
        )
    sample = samples.by_ids(session, actor, [profile.sample_id])[profile.sample_id]
    behind = [sample, *samples.lineage(session, actor, sample).ancestors]
    _refuse_frozen(session, behind)
    _refuse_broken(session, profile, behind)


def refuse_without_consent(session: Session, actor: Actor, profile: Profile) -> None:
    """Asks the identity zone, which records that it was asked (I1)."""
    sample = samples.by_ids(session, actor, [profile.sample_id])[profile.sample_id]
    if sample.stream == Stream.REFERENCE and not answers.consent_allows(
        session, actor, str(sample.code), Scope.DNA_IDENTIFICATION
    ):
        raise RuleBroken(
            "The identity zone answers that consent does not allow this. Ask the "
            "coordinator (I1)."
        )


def _refuse_frozen(session: Session, behind: list[Sample]) -> None:
    if custody.held_ids(session, [one.id for one in behind]):
        raise RuleBroken(
            "The sample, or one it was made from, is on hold. Its page shows who holds "
            "it and why (J2)."
        )


def _refuse_broken(session: Session, profile: Profile, behind: list[Sample]) -> None:
    chains = [profile.uid, *(one.uid for one in behind)]
    if chain_faults(session, chains):
        raise RuleBroken(
            "The chain of events behind this profile is not whole. Nothing leaves "
            "until the record is verified; tell the quality manager (J3)."
        )
