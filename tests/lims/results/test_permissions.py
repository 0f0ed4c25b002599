"""Each operation is guarded by itself, whoever calls it and by whatever way."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from lims.access import Actor, Role
from lims.batches import operations as batch_operations
from lims.batches.causes import Cause
from lims.batches.proof import Scanned
from lims.errors import NotPermitted
from lims.results import operations, operations_findings
from lims.results.faults import Fault
from lims.results.intake import Arrived
from tests.cast import PASSWORD, PEOPLE, Cast
from tests.kits import GLOBALFILER
from tests.plates import extracts, run
from tests.scenes import BENCH

ARRIVED = Arrived("x.txt", 1, "0" * 64, Fault("It cannot be read."))
Act = Callable[[Session, Actor, str], object]
BENCHES = {Role.TECHNICIAN}
IMPORTERS = {Role.TECHNICIAN, Role.INSTRUMENT}
CLOSERS = {Role.MANAGER, Role.QUALITY, Role.REVIEWER}
ACTS: dict[str, tuple[Act, set[Role]]] = {
    "load": (
        lambda s, a, code: batch_operations.load(s, a, code, Scanned({})), BENCHES,
    ),
    "amplify": (
        lambda s, a, code: batch_operations.amplify(s, a, code, GLOBALFILER), BENCHES,
    ),
    "run": (lambda s, a, code: batch_operations.run(s, a, code, "N1"), BENCHES),
    "again": (
        lambda s, a, code: batch_operations.again(
            s, a, code, "amplify again", Cause.TURNED
        ),
        BENCHES,
    ),
    "void": (
        lambda s, a, code: batch_operations.void(s, a, code, Cause.TURNED), BENCHES,
    ),
    "void plate": (
        lambda s, a, code: operations.void_plate(s, a, code, Cause.TURNED), BENCHES,
    ),
    "take in": (
        lambda s, a, _: operations.take_in(s, a, ARRIVED, BENCH), IMPORTERS,
    ),
    "retry": (
        lambda s, a, _: operations.retry(s, a, "0" * 32, ARRIVED, BENCH), IMPORTERS,
    ),
    "withdraw": (
        lambda s, a, _: operations.withdraw(s, a, "0" * 32, Cause.TURNED), IMPORTERS,
    ),
    "answer": (
        lambda s, a, _: operations_findings.answer(
            s, a, [0], Cause.TURNED, "Why.", PASSWORD
        ),
        CLOSERS,
    ),
    "confirm": (
        lambda s, a, _: operations_findings.confirm(s, a, [0], PASSWORD), CLOSERS,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTS)
def test_who_has_no_part_in_it_is_refused(
    session: Session, cast: Cast, name: str
) -> None:
    act, allowed = ACTS[name]
    code = run(session, extracts(session)).code
    for login, (_, role) in PEOPLE.items():
        if role not in allowed:
            with pytest.raises(NotPermitted):
                act(session, getattr(cast, login), code)


@pytest.mark.parametrize("person", ["analyst", "quality", "auditor"])
def test_the_steps_that_an_import_takes_are_guarded_too(
    session: Session, cast: Cast, person: str
) -> None:
    plate = run(session, extracts(session))
    actor = getattr(cast, person)
    with pytest.raises(NotPermitted):
        batch_operations.take_results(session, actor, plate, "0" * 64)
    with pytest.raises(NotPermitted):
        batch_operations.judge(session, actor, plate, [])
    with pytest.raises(NotPermitted):
        batch_operations.resolve(session, cast.technician, plate, Cause.TURNED)
