"""What a witness said is held against its key at every verification."""

from pathlib import Path

import pytest

from lims.anchors.checking import cosignature_faults
from lims.anchors.policy import Policy, parse
from lims.db import Database
from tests.lims.anchors.test_rounds import House, two_partners
from tests.lims.audit.test_verification import rewrite

ONE_FOR_ALL = (
    "UPDATE audit_cosignature SET line = (SELECT max(line) FROM audit_cosignature)"
)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    made = House(database, tmp_path)
    made.happen(3)
    return made


def faults(house: House, policy: Policy) -> list[str]:
    with house.database.reading() as session:
        return [one.sentence for one in cosignature_faults(session, policy)]


def test_what_stands_as_it_was_said_is_whole(house: House) -> None:
    with two_partners(house) as (policy, _):
        house.rounds.round(policy, None)
    assert faults(house, policy) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE audit_cosignature SET line = 'x'", "not readable"),
        (
            "UPDATE audit_cosignature SET at = '2020-01-01 00:00:00.000000'",
            "another time",
        ),
        (ONE_FOR_ALL, "of another key"),
    ],
)
def test_what_was_changed_is_named(house: House, change: str, sentence: str) -> None:
    with two_partners(house) as (policy, _):
        house.rounds.round(policy, None)
    rewrite(house.database, change)
    assert sentence in "".join(faults(house, policy))


def test_a_witness_that_left_is_not_judged(house: House) -> None:
    with two_partners(house) as (policy, _):
        house.rounds.round(policy, None)
    rewrite(house.database, "UPDATE audit_cosignature SET line = 'x'")
    assert faults(house, parse(b"quorum none\n")) == []
