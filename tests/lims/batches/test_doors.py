"""Who may plan, load, run and judge plates: everybody else is refused first."""

import pytest
from sqlalchemy.orm import Session

from lims.access import Permission
from lims.batches import operations
from lims.batches.causes import Cause
from lims.batches.proof import Scanned
from lims.batches.tables import Plate
from lims.samples.tables import Stream
from tests.cast import Cast
from tests.doors import Door, refuses
from tests.kits import GLOBALFILER

P = Permission
NONE = Scanned({})
CAUSE = Cause.TURNED


def _plate() -> Plate:
    return Plate(code="P", stage="run")


DOORS: dict[str, Door] = {
    "plan": (
        P.BATCH_PLAN,
        lambda s, a: operations.plan(s, a, GLOBALFILER, Stream.BONE, []),
    ),
    "load": (P.BATCH_PLAN, lambda s, a: operations.load(s, a, "P", NONE)),
    "amplify": (P.BATCH_PLAN, lambda s, a: operations.amplify(s, a, "P", GLOBALFILER)),
    "run": (P.BATCH_PLAN, lambda s, a: operations.run(s, a, "P", "N1")),
    "again": (
        P.BATCH_PLAN,
        lambda s, a: operations.again(s, a, "P", "amplify again", CAUSE),
    ),
    "void": (P.BATCH_PLAN, lambda s, a: operations.void(s, a, "P", CAUSE)),
    "take results": (
        P.IMPORT_FILE,
        lambda s, a: operations.take_results(s, a, _plate(), "0" * 64),
    ),
    "judge": (P.IMPORT_FILE, lambda s, a: operations.judge(s, a, _plate(), [])),
    "resolve": (
        P.FINDING_CLOSE,
        lambda s, a: operations.resolve(s, a, _plate(), CAUSE),
    ),
}


@pytest.mark.parametrize("door", DOORS)
def test_who_may_not_is_refused_before_anything_is_looked_up(
    session: Session, cast: Cast, door: str
) -> None:
    refuses(session, cast, DOORS[door])
