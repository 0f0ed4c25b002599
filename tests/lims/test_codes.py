"""Codes: what is drawn, what is read, and that no common slip of a hand passes."""

from random import Random
import re

from hypothesis import assume, given
from hypothesis import strategies as st
import pytest

from lims.codes import (
    CROCKFORD,
    Kind,
    check_character,
    draw,
    foreign,
    is_code,
    kind,
    looks_like_code,
    read,
    shown,
)
from lims.errors import BadInput

codes = st.builds(
    lambda letter, seed: draw(letter, Random(seed).randbytes),
    st.sampled_from(Kind),
    st.integers(0, 2**64),
)
CODE = draw(Kind.SAMPLE, Random(7).randbytes)


def weighed(text: str) -> str:
    """MOD 37-2 by its definition: weights 2^i mod 37 from the right, sum 1 mod 37."""
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
    total = sum(
        alphabet.index(character) * pow(2, weight, 37)
        for weight, character in enumerate(reversed(text), 1)
    )
    (check,) = [c for c in alphabet if (total + alphabet.index(c)) % 37 == 1]
    return check


@pytest.mark.parametrize(
    ("text", "check"),
    [("G123498654321", "H"), ("A999914123456", "N"), ("1", "*")],
)
def test_the_check_character_is_the_standards(text: str, check: str) -> None:
    assert weighed(text) == check
    assert check_character(text) == check


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=20))
def test_the_check_character_agrees_with_the_definition(text: str) -> None:
    assert check_character(text) == weighed(text)


@given(codes)
def test_a_drawn_code_has_ten_characters_without_the_confusable(code: str) -> None:
    assert re.fullmatch("[SPXBCNKZ][0-9A-HJKMNP-TV-Z]{9}", code)
    assert is_code(code)
    assert read(code) == code


def test_a_serial_whose_check_would_be_confusable_is_drawn_again() -> None:
    serials = [bytes([0] * 7 + [last]) for last in range(32)]
    excluded = [s for s in serials if weighed(_written(s)) in "*ILOU"]
    assert excluded
    served = iter([*excluded, next(s for s in serials if s not in excluded)])
    code = draw(Kind.SAMPLE, lambda _size: next(served))
    assert code[-1] in CROCKFORD
    assert next(served, None) is None


def _written(serial: bytes) -> str:
    return "S" + "".join(CROCKFORD[byte] for byte in serial)


def test_drawing_uses_every_character_of_the_body_and_tells_the_kind() -> None:
    drawn = [draw(Kind.PLACE) for _ in range(500)]
    assert set("".join(code[1:9] for code in drawn)) == set(CROCKFORD)
    assert {kind(code) for code in drawn} == {Kind.PLACE}
    assert len(set(drawn)) == 500


@given(codes, st.integers(0, 9), st.sampled_from(CROCKFORD))
def test_no_single_wrong_character_passes(code: str, at: int, wrong: str) -> None:
    assume(code[at] != wrong)
    assert not is_code(code[:at] + wrong + code[at + 1 :])


@given(codes, st.integers(0, 8))
def test_no_swap_of_neighbours_passes(code: str, at: int) -> None:
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assume(swapped != code)
    assert not is_code(swapped)


@given(codes, st.integers(0, 7))
def test_no_swap_over_one_character_passes(code: str, at: int) -> None:
    swapped = code[:at] + code[at : at + 3][::-1] + code[at + 3 :]
    assume(swapped != code)
    assert not is_code(swapped)


@pytest.mark.parametrize(
    "given_",
    [
        f"]d1{CODE}",
        f"]C0{CODE}\r\n",
        f"]Q1{CODE}",
        f"  {shown(CODE)}\t",
        shown(CODE).lower(),
        f"\u2068{shown(CODE)}\u2069",
        " ".join(CODE),
        CODE.replace("", "\u2013"),
    ],
)
def test_a_code_is_read_as_scanners_and_people_give_it(given_: str) -> None:
    assert read(given_) == CODE


@given(codes)
def test_letters_that_look_like_digits_are_read_as_digits(code: str) -> None:
    assert read(code[0] + code[1:].replace("0", "O").replace("1", "I")) == code
    assert read(code[0] + code[1:].replace("0", "o").replace("1", "l")) == code


def test_people_read_a_code_in_groups_of_four_four_and_two() -> None:
    assert re.fullmatch(r"\w{4}-\w{4}-\w{2}", shown(CODE))


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        ("", "Nothing was read"),
        ("]d1", "Nothing was read"),
        (CODE[:-1], "has 10 characters; this has 9"),
        (CODE + "7", "has 10 characters; this has 11"),
        ("x" * 4000, "has 10 characters; this has 4000"),
        ("A" + CODE[1:], "begins with 'A'"),
        ("S7K2M9QXU4", "'U' at place 9"),
        ("S7K2\u00d69QXA4", "'\u00d6' at place 5"),
        ("S7K2\u0131M9QXA", "'\u0131' at place 5"),
        ("]C101034531200000111719112510ABCD1234", "GS1"),
        ("]d20100312345678906", "GS1"),
        ("0100312345678906\x1d10AB", "GS1"),
        ("=G123498654321", "ISBT 128"),
        ("]C0=G1234986", "ISBT 128"),
    ],
)
def test_each_fault_gets_an_answer_of_its_own(given_: str, told: str) -> None:
    with pytest.raises(BadInput, match=re.escape(told)) as refusal:
        read(given_)
    assert "x" * 11 not in str(refusal.value)


@given(codes, st.integers(1, 8), st.sampled_from(CROCKFORD))
def test_a_mistyped_code_is_called_mistyped(code: str, at: int, wrong: str) -> None:
    assume(code[at] != wrong)
    mistyped = code[:at] + wrong + code[at + 1 :]
    assert looks_like_code(shown(mistyped).lower())
    with pytest.raises(BadInput, match="mistyped"):
        read(mistyped)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_code_or_refused(text: str) -> None:
    try:
        code = read(text)
    except BadInput:
        return
    assert is_code(code)


@pytest.mark.parametrize(
    "foreign",
    ["SEAL 004711", "BAG-17", "]d20100312345678906", "=G1234986", "A000000001"],
)
def test_a_foreign_number_does_not_look_like_a_code(foreign: str) -> None:
    assert not looks_like_code(foreign)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("]E04006381333931", "EAN"),
        ("4006381333931", "EAN"),
        ("036000291452", "UPC"),
        ("4006381333932", ""),
        ("0123456789", "commercial racks"),
        ("]d1FB12345678", "commercial racks"),
        ("\x1d10A", "GS1"),
        ("CY-004187", ""),
    ],
)
def test_somebody_elses_label_is_named(text: str, named: str) -> None:
    told = foreign(text)
    assert named in told
    assert bool(told) is bool(named)
