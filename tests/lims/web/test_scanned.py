"""What a scan is taken for, before anything is looked up."""

from dataclasses import replace

import pytest

from lims.codes import Kind, check_character, draw
from lims.web.commands import Deed, command, commands
from lims.web.scanned import (
    Foreign,
    Mistyped,
    Nothing,
    Number,
    Ours,
    Waiting,
    scanned,
    waiting,
)

CODE = "S7K2M9QXAV"
WORDS = {
    "reasons": [
        {"code": "EXTRACTION", "label": "DNA is extracted", "action": "take out"},
        {"code": "SWAP_SUSPECTED", "label": "Two may be swapped", "action": "hold"},
        {"code": "MISTYPED", "label": "Mistyped", "action": "correct"},
    ]
}


@pytest.mark.parametrize(
    "text", [CODE, "s7k2-m9qx-av", "]d1S7K2M9QXAV", " S7K2 M9QX AV\r", "S7K2M9QXAV\n"]
)
def test_a_code_is_known_however_it_was_sent(text: str) -> None:
    assert scanned(text) == Ours(CODE)


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_of_code_is_known_by_its_letter(kind: Kind) -> None:
    found = scanned(draw(kind))
    assert isinstance(found, Ours)
    assert found.kind is kind


def test_a_wrong_check_character_is_mistyped_and_says_so() -> None:
    found = scanned("S7K2M9QXAW")
    assert isinstance(found, Mistyped)
    assert "mistyped or misread" in found.why


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("]C10104012345678901", "GS1"),
        ("]d201040", "GS1"),
        ("=W12341234", "ISBT 128"),
        ("]C0&u1234", "ISBT 128"),
    ],
)
def test_somebody_elses_symbol_is_foreign_and_named(text: str, named: str) -> None:
    found = scanned(text)
    assert isinstance(found, Foreign)
    assert named in found.why


@pytest.mark.parametrize("text", ["", "  ", "\r\n", "]C0"])
def test_blanks_are_nothing(text: str) -> None:
    assert scanned(text) == Nothing()


@pytest.mark.parametrize("text", ["CY-004187", "]C0CY-004187", " CY-004187 "])
def test_anything_else_may_be_a_number_of_a_bag(text: str) -> None:
    assert scanned(text) == Number("CY-004187")


def test_a_number_is_not_kept_longer_than_a_bag_has() -> None:
    assert scanned("7" * 500) == Number("7" * 64)


def test_an_awaited_number_goes_before_our_codes() -> None:
    wrong = CODE[:-1] + ("W" if check_character(CODE[:-1]) != "W" else "X")
    for number in (CODE, wrong, "=W1234", "]C1010401"[3:]):
        assert scanned(number, ["CY-1", number]) == Number(number)


def test_an_awaited_number_may_be_typed_in_small_letters() -> None:
    assert scanned("cy-004187", ["CY-004187"]) == Number("CY-004187")
    assert scanned("cy-1", ["CY-1", "cy-1"]) == Number("cy-1")


@pytest.mark.parametrize(
    "waits",
    [
        Waiting(),
        Waiting(CODE),
        Waiting("CY-004187"),
        Waiting(CODE, elsewhere=True),
        Waiting(consignment="C4TQ81NBF0"),
        Waiting(consignment="C4TQ81NBF0", seal="CY-4168", sealed="CY-1"),
    ],
)
def test_what_waits_comes_back_as_it_was_given(waits: Waiting) -> None:
    code = draw(Kind.CONSIGNMENT)
    if waits.consignment:
        waits = replace(waits, consignment=code, giver="courier | of the mortuary")
    assert waiting(str(waits)) == waits


def test_the_code_of_a_command_never_changes() -> None:
    codes = {one.name: one.code for one in commands(WORDS)}
    assert codes == {
        "TAKE OUT EXTRACTION": "Z7EYVQSEJE",
        "HOLD SWAP_SUSPECTED": "ZTXHFNMQ1Z",
        "RECEIVE": "Z6C8YE2D2G",
        "STORE": "ZR1A1YDCAY",
        "WEIGH": "ZSTNQJPTDY",
        "HAND OVER": "ZVTH4KNPC2",
        "UNDO": "Z388E5RAYF",
        "FINISH": "ZYRZG44TAF",
    }


def test_a_command_is_found_by_its_code() -> None:
    for one in commands(WORDS):
        assert scanned(one.code) == Ours(one.code)
        assert command(WORDS, one.code) == one
    assert command(WORDS, draw(Kind.COMMAND)) is None


def test_only_what_can_be_scanned_is_a_command() -> None:
    assert {one.word for one in commands(WORDS) if one.word} == {
        "EXTRACTION",
        "SWAP_SUSPECTED",
    }
    assert {one.deed for one in commands(WORDS)} == set(Deed)
