"""Two readings, review and release of the demo's clean profiles, each as planned."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lims.access import Actor
from lims.demo.bones import OFF_LADDER
from lims.demo.plan import Plan, Progress
from lims.demo.staff import Staff
from lims.handoff import operations as handoff
from lims.profiles import queries as profiles
from lims.profiles.method import Method
from lims.results import readable
from lims.results.readable import Injection
from lims.review import operations as review
from lims.samples import queries as samples

ARTEFACT = "off-ladder peak, not an allele of the profile"


@dataclass(frozen=True)
class Desks:
    staff: Staff
    plan: Plan
    codes: Mapping[str, str]
    """The demo's sample to its blind code."""
    method: Method

    def read(self, session: Session, login: str, reached: Progress) -> None:
        """One analyst reads all that has come so far, or is to come so far."""
        analyst = self.staff[login]
        for injection in self._injections(session, analyst, reached):
            calls, reasons = _read(injection)
            review.sign_reading(
                session,
                analyst,
                injection.uid,
                calls,
                reasons,
                self.staff.password(login),
                self.method,
            )

    def review(self, session: Session) -> None:
        """The technical reviewer checks what both analysts agree on."""
        reviewer = self.staff["reviewer"]
        for uid in self._profiles(session, reviewer, Progress.REVIEWED):
            review.review(session, reviewer, uid, self.staff.password("reviewer"))

    def release(self, session: Session) -> None:
        """The manager lets the first ones out; each goes into the outbox."""
        manager = self.staff["manager"]
        for uid in self._profiles(session, manager, Progress.RELEASED):
            password = self.staff.password("manager")
            handoff.release(session, manager, uid, password, self.method.rules)

    def _injections(
        self, session: Session, actor: Actor, reached: Progress
    ) -> Iterator[Injection]:
        for sample_id in self._samples(session, actor, reached):
            yield from readable.of_sample(session, actor, sample_id)

    def _profiles(self, session: Session, actor: Actor, reached: Progress) -> list[str]:
        ids = self._samples(session, actor, reached)
        return [one.uid for one in profiles.of_samples(session, ids)]

    def _samples(
        self, session: Session, actor: Actor, reached: Progress
    ) -> Collection[int]:
        """The rows of the samples whose profile is to come at least so far."""
        order = list(Progress)
        codes = [
            self.codes[sample]
            for sample, progress in self.plan.progress.items()
            if order.index(progress) >= order.index(reached)
        ]
        found = samples.by_codes(session, actor, codes)
        return [one.id for one in found.values()]


def _read(injection: Injection) -> tuple[dict[str, list[str]], dict[str, str]]:
    """What an analyst sees: the analysis without its off-ladder peaks."""
    calls: dict[str, list[str]] = {}
    reasons: dict[str, str] = {}
    for marker, found in injection.calls.items():
        called = [allele for allele, _ in found]
        calls[marker] = [allele for allele in called if allele != OFF_LADDER]
        if calls[marker] != called:
            reasons[marker] = ARTEFACT
    return calls, reasons
