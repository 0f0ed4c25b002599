"""What a query of a requirement is given."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lims.desk.tally import Tally
from lims.store import Store


@dataclass(frozen=True)
class Asked:
    session: Session
    store: Store


Query = Callable[[Asked], Tally]
