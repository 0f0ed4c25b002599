"""What cannot be undone is signed and witnessed by different people."""

from collections.abc import Mapping
import json

import pytest
from sqlalchemy.orm import Session

from lims.audit.queries import events_of
from lims.custody import operations_accession, operations_ends, queries
from lims.custody.operations import move
from lims.custody.stages import Stage
from lims.errors import LimsError, NotFound, NotPermitted, RuleBroken
from lims.samples import queries as samples
from lims.samples.tables import Stream
from tests.cast import PASSWORD, Cast
from tests.factories import in_hands, stored

OUT = {"purpose": "EXTRACTION"}


def ordered(session: Session, cast: Cast) -> str:
    (code,), _ = stored(session)
    move(session, cast.manager, code, "order destruction", {"order": "ORDER 7/26"})
    return code


def badges(session: Session, cast: Cast) -> dict[str, str]:
    people = (cast.manager, cast.technician, cast.technician2, cast.foreign_technician)
    return {actor.name: queries.badge_of(session, actor) for actor in people}


def destroy(
    session: Session, cast: Cast, code: str, witness: str, second: str, **more: str
) -> None:
    worn = badges(session, cast)
    stated: Mapping[str, str] = {"password": PASSWORD, **more}
    operations_ends.destroy(
        session,
        cast.manager,
        code,
        "ORDER 7/26",
        worn[witness],
        worn[second],
        stated["password"],
    )


def test_an_item_is_destroyed_by_order_before_two_witnesses(
    session: Session, cast: Cast
) -> None:
    code = ordered(session, cast)
    destroy(session, cast, code, "technician", "technician2")
    assert queries.item(session, cast.technician, code).stage == Stage.DESTROYED
    row = samples.sample(session, cast.technician, code)
    events = events_of(session, [row.uid])
    assert [event.tag for event in events][-2:] == ["custody:moved", "signature:made"]
    worn = badges(session, cast)
    assert all(worn[name].encode() in events[-2].body for name in list(worn)[1:3])
    assert not any(b"ORDER 7/26" in event.body for event in events)


@pytest.mark.parametrize(
    ("witness", "second", "error"),
    [
        ("technician", "technician", RuleBroken),
        ("manager", "technician", RuleBroken),
        ("technician", "manager", RuleBroken),
        ("technician", "foreign_technician", NotFound),
    ],
)
def test_performer_and_witnesses_are_three_people_of_the_house(
    session: Session, cast: Cast, witness: str, second: str, error: type[LimsError]
) -> None:
    code = ordered(session, cast)
    with pytest.raises(error):
        destroy(session, cast, code, witness, second)


def test_without_an_order_nothing_is_destroyed(session: Session, cast: Cast) -> None:
    (code,), _ = stored(session)
    with pytest.raises(RuleBroken, match="Cannot destroy"):
        destroy(session, cast, code, "technician", "technician2")


def test_without_the_password_nothing_is_destroyed(
    session: Session, cast: Cast
) -> None:
    code = ordered(session, cast)
    with pytest.raises(LimsError, match="password"):
        destroy(session, cast, code, "technician", "technician2", password="wrong")


def test_the_bench_orders_and_destroys_nothing(session: Session, cast: Cast) -> None:
    (code,), _ = stored(session)
    with pytest.raises(NotPermitted):
        move(session, cast.technician, code, "order destruction", {"order": "O-1"})
    with pytest.raises(NotPermitted):
        operations_ends.destroy(
            session, cast.technician, code, "O-1", "B1", "B2", PASSWORD
        )
    with pytest.raises(NotPermitted):
        operations_ends.consume(session, cast.technician, code, "A", "B1", PASSWORD)


def test_total_consumption_is_allowed_by_an_authority_and_witnessed(
    session: Session, cast: Cast
) -> None:
    (code,), _ = stored(session)
    worn = badges(session, cast)
    with pytest.raises(RuleBroken, match="state: authority"):
        operations_ends.consume(
            session, cast.manager, code, " ", worn["technician"], PASSWORD
        )
    done = operations_ends.consume(
        session, cast.manager, code, "Court 12", worn["technician"], PASSWORD
    )
    assert done.stage == Stage.CONSUMED
    row = samples.sample(session, cast.technician, code)
    *_, act, signed = events_of(session, [row.uid])
    assert (act.tag, signed.tag) == ("custody:moved", "signature:made")
    facts = json.loads(act.body)["facts"]
    assert (facts["action"], facts["witness"]) == ("consume", worn["technician"])


def test_an_order_that_was_revoked_puts_the_item_back(
    session: Session, cast: Cast
) -> None:
    (code,), box = stored(session)
    move(session, cast.manager, code, "order destruction", {"order": "O-1"})
    stated = {"reason": "ORDER_REVOKED", "place": box.positions[0]}
    assert move(session, cast.manager, code, "keep", stated).stage == Stage.STORED


def test_a_withdrawn_consent_freezes_the_sample_and_all_that_was_made_of_it(
    session: Session, cast: Cast
) -> None:
    (code,) = in_hands(session, 1, Stream.REFERENCE)
    done = operations_accession.withdraw(session, cast.coordinator, [code])
    assert [one.stage for one in done] == [Stage.WITHDRAWN]
    assert operations_accession.withdraw(session, cast.coordinator, [code]) == []
    with pytest.raises(RuleBroken, match="Cannot take out"):
        move(session, cast.technician, code, "take out", OUT)


def test_consent_withdraws_no_bone(session: Session, cast: Cast) -> None:
    (code,), _ = stored(session)
    assert operations_accession.withdraw(session, cast.coordinator, [code]) == []
