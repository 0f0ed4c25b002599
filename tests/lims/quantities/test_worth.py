"""What is left of a bone, and whether it is worth another extraction."""

from decimal import Decimal

from lims.quantities.worth import PORTION, Outlook, Tried, Worth, outlook

D = Decimal
WANTED = D("0.5")


def test_what_nobody_weighed_is_not_known_and_what_is_gone_is_gone() -> None:
    assert outlook(None, [], WANTED).worth is Worth.UNKNOWN
    assert outlook(D(0), [], WANTED).worth is Worth.NOTHING


def test_without_a_quantity_only_the_portions_are_told() -> None:
    assert outlook(D(450), [], WANTED) == Outlook(
        Worth.UNTRIED, D(450), PORTION, times=2
    )
    assert outlook(D(450), [Tried(D(100), None)], WANTED).times == 4


def test_the_next_is_hoped_to_give_what_the_last_gave() -> None:
    tried = [Tried(D(200), D(100)), Tried(D(200), D(20)), Tried(D(100), None)]
    found = outlook(D(300), tried, WANTED)
    assert (found.worth, found.times, found.hoped) == (Worth.YES, 3, D("10.00"))


def test_little_is_said_as_little_and_never_as_none() -> None:
    found = outlook(D(50), [Tried(D(200), D("0.8"))], WANTED)
    assert (found.worth, found.times, found.hoped) == (Worth.LITTLE, 0, D("0.20"))
    assert outlook(D(200), [Tried(D(200), D(0))], WANTED).worth is Worth.LITTLE
