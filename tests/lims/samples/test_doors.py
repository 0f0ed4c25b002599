"""Who may make, measure and name samples: every operation, and who may not."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from lims.access import Permission
from lims.samples import operations
from lims.samples.amounts import Derivation
from lims.samples.operations_places import register_places
from lims.samples.tables import SampleKind, Stream
from tests.cast import Cast
from tests.doors import Door, refuses

P = Permission
ONE = Decimal(1)
POWDER = Derivation(SampleKind.POWDER, ONE, ONE, "mg", "GRIND-1")
DOORS: dict[str, Door] = {
    "places": (P.PLACE_MANAGE, lambda s, a: register_places(s, a, [])),
    "expect": (
        P.CONSIGNMENT_ANNOUNCE,
        lambda s, a: operations.expect(s, a, Stream.BONE, 1, []),
    ),
    "unannounced": (
        P.CONSIGNMENT_RECEIVE,
        lambda s, a: operations.find_unannounced(s, a, Stream.BONE, 0),
    ),
    "blanks": (
        P.BATCH_PLAN,
        lambda s, a: operations.make_blanks(s, a, Stream.BONE, 0),
    ),
    "accession": (P.SAMPLE_ACCESSION, lambda s, a: operations.accession(s, a, {})),
    "measure": (
        P.SAMPLE_DERIVE,
        lambda s, a: operations.measure(s, a, "S1", ONE, "mg"),
    ),
    "derive": (P.SAMPLE_DERIVE, lambda s, a: operations.derive(s, a, "S1", POWDER)),
}


@pytest.mark.parametrize("door", DOORS)
def test_who_may_not_is_refused_before_anything_is_looked_up(
    session: Session, cast: Cast, door: str
) -> None:
    refuses(session, cast, DOORS[door])
