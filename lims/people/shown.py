"""A password shown again before the transaction in which it signs.

The hash takes long on purpose, and nobody waits for the database meanwhile. What is
left for the transaction is to see that this proof is this person's, of the password
that counts now, fresh, about what is signed, and was not used before.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import ReferenceType, ref

from sqlalchemy.orm import Session

from lims import clock
from lims.access import Actor
from lims.people.passwords import Proof, prove

FRESH = timedelta(minutes=1)
"""How long it may wait in the line of writers."""


@dataclass(eq=False)
class Shown:
    """Serves one person, one transaction, and what was named when it was shown."""

    actor_uid: str
    about: frozenset[str]
    """What its owner saw and signs: uids, codes, numbers of findings."""
    at: datetime
    proof: Proof
    _served: "ReferenceType[Session] | None" = field(default=None, init=False)

    @classmethod
    def wrong(cls, actor: Actor, about: Iterable[str]) -> "Shown":
        """Nothing was compared: it proves nothing."""
        nothing = Proof(None, right=False)
        return cls(actor.uid, frozenset(about), clock.now(), nothing)

    def serves(
        self, session: Session, actor: Actor, named: str, kept: str | None
    ) -> bool:
        """Whether it proves `actor` here; from now on it proves nothing elsewhere."""
        if self._served is None:
            self._served = ref(session)
        return (
            self._served() is session
            and self.actor_uid == actor.uid
            and named in self.about
            and timedelta(0) <= clock.now() - self.at <= FRESH
            and self.proof.right
            and self.proof.of == kept
        )


def show(actor: Actor, password: str, kept: str | None, about: Iterable[str]) -> Shown:
    """Compare what was typed with the kept hash; called outside of transactions."""
    proof = prove(kept, password)
    return Shown(actor.uid, frozenset(about), clock.now(), proof)
