"""Weights of bags, bones and powders come from the balance, and add up (rule B8)."""

from datetime import date, timedelta
from decimal import Decimal
import json

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from instruments.outbox import Reading, link
from lims import clock
from lims.audit.queries import all_faults, events_of
from lims.custody import operations, queries, queries_weighing
from lims.custody.operations_weighing import weigh
from lims.custody.queries_weighing import heard
from lims.custody.tables import Weighing
from lims.custody.weighing import (
    WeighedPart,
    Weight,
    of_bench,
    require_balance,
    typed,
    whole_mg,
)
from lims.db import GENESIS
from lims.errors import BadInput, RuleBroken
from lims.samples import queries as samples
from lims.samples.amounts import Derivation
from lims.samples.tables import SampleKind
from lims.stations import operations as stations
from lims.stations.batch import Batch, told
from lims.stations.queries import last
from lims.stations.tables import Station
from tests.cast import Cast
from tests.factories import a_consignment, in_hands, received, stored

D = Decimal
TODAY = date(2026, 12, 1)


def mg(value: str) -> Weight:
    return typed(D(value), "mg", "NO_BALANCE")


def ground(session: Session, cast: Cast, code: str, amount: str = "100") -> str:
    wanted = Derivation(SampleKind.POWDER, D(amount), D(amount), "mg", "GROUND")
    return str(operations.derive(session, cast.technician, code, wanted).code)


def a_station(session: Session, cast: Cast, name: str = "Bench 1") -> Station:
    _, code = stations.add(session, cast.administrator, name)
    found = stations.enrol(session, code, "10.0.0.7")
    assert found is not None
    return found[0]


def brought(session: Session, station: Station, text: str) -> None:
    """The bench of the laboratory brings one weight."""
    seq, before = last(session, station)
    said = {"seq": seq + 1, "uid": f"{seq:032d}", "device": "balance", "kind": "weight",
            "text": text, "raw": "", "at": clock.now().isoformat()}  # fmt: skip
    body = json.dumps(said)
    one = Reading(seq + 1, body, link(before or GENESIS, body))
    stations.receive(session, station, Batch((told(body, one.hash),), clock.now()))


@pytest.mark.parametrize(
    ("text", "value", "balance", "due"),
    [
        ("0.4123 g B123456", D("0.4123"), "B123456", None),
        ("12 g SN 12-3", D(12), "SN 12-3", None),
        ("0.4 g B 77 due 2027-01-31", D("0.4"), "B 77", date(2027, 1, 31)),
    ],
)
def test_a_reading_of_the_bench_is_understood(
    text: str, value: Decimal, balance: str, due: date | None
) -> None:
    assert of_bench(text, 7, TODAY) == Weight(value, "g", balance, due, 7)


@pytest.mark.parametrize("text", ["0.9 lb B123", "S D 0.41 g", "", "0.41 g", "g B123"])
def test_pounds_and_unstable_readings_are_no_weights(text: str) -> None:
    with pytest.raises(BadInput, match="no stable weight in grams"):
        of_bench(text, 7, TODAY)


def test_a_balance_whose_calibration_is_over_weighs_nothing() -> None:
    with pytest.raises(RuleBroken, match="due by 2026-11-30"):
        of_bench("0.4 g B77 due 2026-11-30", 7, TODAY)
    assert of_bench("0.4 g B77 due 2026-12-01", 7, TODAY).balance == "B77"


@pytest.mark.parametrize(
    ("value", "unit", "reason", "why"),
    [
        ("1", "lb", "NO_BALANCE", "no unit of weight"),
        ("1", "µl", "NO_BALANCE", "no unit of weight"),
        ("1", "mg", "", "needs a reason"),
        ("NaN", "mg", "NO_BALANCE", "no weight"),
        ("0.0000001", "mg", "NO_BALANCE", "six decimals"),
        ("100000", "g", "NO_BALANCE", "over the range"),
    ],
)
def test_what_is_typed_is_a_weight_with_a_reason(
    value: str, unit: str, reason: str, why: str
) -> None:
    with pytest.raises(BadInput, match=why):
        typed(D(value), unit, reason)


def test_nothing_weighs_less_than_nothing() -> None:
    with pytest.raises(RuleBroken, match="less than nothing"):
        typed(D("-0.1"), "g", "NO_BALANCE")
    with pytest.raises(RuleBroken, match="less than nothing"):
        of_bench("-0.0002 g B123", 7, TODAY)


def test_the_parts_weigh_at_most_two_in_a_hundred_more() -> None:
    require_balance("S", D(1000), [D(300), D(200)], D(520))
    with pytest.raises(RuleBroken, match=r"weigh 1020\.1 mg together"):
        require_balance("S", D(1000), [D(300), D(200)], D("520.1"))
    require_balance("S", None, [D(300)], D(5000))


def test_the_whole_is_what_was_on_record_before_anything_was_taken() -> None:
    facts: list[dict[str, object]] = [
        {"amount": "1.2", "unit": "g"},
        {"left": "0.9", "unit": "g"},
        {"amount": None},
        {"kind": "powder", "unit": "µl", "amount": "3"},
    ]
    assert whole_mg(facts) == D(1200)
    assert whole_mg([]) is None


def test_bone_powder_and_rest_are_weighed_and_stand_in_the_record(
    session: Session, cast: Cast
) -> None:
    (code,) = in_hands(session)
    first = weigh(session, cast.technician, code, mg("980"))
    assert (first.part, first.remark) == (WeighedPart.ITEM, False)
    powder = ground(session, cast, code)
    assert weigh(session, cast.technician, powder, mg("95")).part is WeighedPart.ITEM
    assert weigh(session, cast.technician, code, mg("890")).part is WeighedPart.REST
    row = samples.sample(session, cast.technician, code)
    assert (row.amount, row.unit) == (D(890), "mg")
    told = [json.loads(one.body)["facts"] for one in events_of(session, [row.uid])]
    assert told[-1]["weight"] == "890 mg"
    assert told[-1]["left"] == "890"
    assert told[-1]["reason"] == "NO_BALANCE"
    kept = queries_weighing.of_sample(session, row.id)
    assert [one.part for one in kept] == ["rest", "item"]
    assert all_faults(session) == {}


def test_parts_that_weigh_more_than_the_bone_are_refused(
    session: Session, cast: Cast
) -> None:
    (code,) = in_hands(session)
    powder = ground(session, cast, code)
    with pytest.raises(RuleBroken, match=f"What was made of {code}"):
        weigh(session, cast.technician, code, mg("921"))
    with pytest.raises(RuleBroken, match="Tare the balance"):
        weigh(session, cast.technician, powder, mg("121"))
    weigh(session, cast.technician, powder, mg("120"))


def test_a_bone_that_lost_weight_on_its_way_is_remarked(
    session: Session, cast: Cast
) -> None:
    (code,) = in_hands(session)
    assert weigh(session, cast.technician, code, mg("949")).remark


def test_a_bag_is_weighed_closed_and_changes_no_amount(
    session: Session, cast: Cast
) -> None:
    sent = a_consignment(session, 1)
    received(session, sent)
    done = weigh(session, cast.technician, sent.bags[0], mg("1310"))
    assert done.part is WeighedPart.BAG
    row = queries.named_sample(session, cast.technician, sent.bags[0])
    assert row.amount == D(1000)
    assert all_faults(session) == {}


def test_what_lies_in_its_place_or_in_other_hands_is_not_weighed(
    session: Session, cast: Cast
) -> None:
    (resting,), _ = stored(session)
    with pytest.raises(RuleBroken, match="Take it out"):
        weigh(session, cast.technician, resting, mg("900"))
    (code,) = in_hands(session)
    with pytest.raises(RuleBroken, match="you must hold it"):
        weigh(session, cast.technician2, code, mg("900"))


def test_an_extract_is_weighed_no_more(session: Session, cast: Cast) -> None:
    (code,) = in_hands(session)
    wanted = Derivation(SampleKind.EXTRACT, D(100), D(50), "µl", "EXTRACTED")
    extract = operations.derive(session, cast.technician, code, wanted).code
    with pytest.raises(RuleBroken, match="weighed no more"):
        weigh(session, cast.technician, str(extract), mg("50"))
    done = weigh(session, cast.technician, code, mg("890"))
    assert done.part is WeighedPart.REST
    row = samples.sample(session, cast.technician, code)
    (one,) = queries_weighing.extractions(
        session, queries_weighing.children(session, cast.technician, row)
    )
    assert (one.taken, one.volume) == (D(100), D(50))


def test_the_newest_reading_of_the_bench_counts_once(
    session: Session, cast: Cast
) -> None:
    station = a_station(session, cast)
    (code, other) = in_hands(session, 2)
    with pytest.raises(RuleBroken, match="No stable weight"):
        heard(session, cast.technician)
    brought(session, station, "0.5 g B77")
    brought(session, station, "0.9612 g B77 due 2099-01-31")
    found = heard(session, cast.technician)
    weigh(session, cast.technician, code, found)
    row = samples.sample(session, cast.technician, code)
    assert row.amount == D("961.2")
    (kept,) = queries_weighing.of_sample(session, row.id)
    assert (kept.balance, kept.due) == ("B77", date(2099, 1, 31))
    with pytest.raises(RuleBroken, match="on record already"):
        heard(session, cast.technician)
    with pytest.raises(IntegrityError):
        weigh(session, cast.technician, other, found)


def test_an_old_reading_and_another_laboratorys_are_not_taken(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought(session, a_station(session, cast), "0.5 g B77")
    with pytest.raises(RuleBroken, match="No stable weight"):
        heard(session, cast.foreign_technician)
    then = clock.now() + timedelta(minutes=3)
    monkeypatch.setattr(clock, "now", lambda: then)
    with pytest.raises(RuleBroken, match="No stable weight"):
        heard(session, cast.technician)


def test_where_two_benches_weigh_somebody_says_which(
    session: Session, cast: Cast
) -> None:
    first = a_station(session, cast)
    brought(session, first, "0.5 g B77")
    brought(session, a_station(session, cast, "Bench 2"), "0.6 g B78")
    with pytest.raises(RuleBroken, match="'Bench 1', 'Bench 2'"):
        heard(session, cast.technician)
    assert heard(session, cast.technician, first.uid).balance == "B77"


def test_the_database_refuses_a_typed_weight_without_a_reason(
    session: Session, cast: Cast
) -> None:
    (code,) = in_hands(session)
    weigh(session, cast.technician, code, mg("980"))
    row = session.scalars(select(Weighing)).one()
    row.reason = ""
    with pytest.raises(IntegrityError):
        session.flush()
