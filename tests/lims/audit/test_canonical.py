"""Canonical bytes by RFC 8785, and what must never be written as canonical bytes."""

import json
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from lims.audit.chain import canonical

VECTORS = Path(__file__).with_name("jcs")
NAMES = sorted(path.name for path in (VECTORS / "input").iterdir())
WITH_FLOATS = {"structures.json", "values.json"}
"""The record holds no float, so these two are for the library beneath alone."""


def _vector(name: str) -> tuple[Any, bytes]:
    given = json.loads((VECTORS / "input" / name).read_bytes())
    return given, (VECTORS / "output" / name).read_bytes()


def test_all_six_files_are_here() -> None:
    assert len(NAMES) == 6


@pytest.mark.parametrize("name", NAMES)
def test_the_library_writes_each_file_of_the_standard(name: str) -> None:
    given, expected = _vector(name)
    assert rfc8785.dumps(given) == expected


@pytest.mark.parametrize("name", sorted({*NAMES} - WITH_FLOATS))
def test_the_record_writes_each_file_of_the_standard(name: str) -> None:
    given, expected = _vector(name)
    assert canonical(given) == expected


@pytest.mark.parametrize("value", [1.84, 1.0, 0.0, -0.0, float("nan"), float("inf")])
def test_a_float_is_refused_wherever_it_stands(value: float) -> None:
    for inside in (value, [value], {"a": {"b": [1, value]}}, (value,)):
        with pytest.raises(TypeError, match="float"):
            canonical(inside)


@pytest.mark.parametrize("value", [2**53, -(2**53), 2**64, 10**30])
def test_an_integer_that_some_readers_would_round_is_refused(value: int) -> None:
    """2**53 + 1 and 2**53 would be one number, and so two events one hash."""
    for inside in (value, [value], {"a": value}):
        with pytest.raises(rfc8785.IntegerDomainError):
            canonical(inside)
    assert canonical([2**53 - 1, 1 - 2**53]) == b"[9007199254740991,-9007199254740991]"


@pytest.mark.parametrize("text", ["\ud800", "a\udc00", "b\udfffb", "\ude00\ud83d"])
def test_half_a_letter_is_refused(text: str) -> None:
    """A lone surrogate has no UTF-8, so its bytes would be somebody's invention."""
    for inside in (text, [text], {text: 1}, {"a": text}):
        with pytest.raises((rfc8785.CanonicalizationError, UnicodeEncodeError)):
            canonical(inside)
