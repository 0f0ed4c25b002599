"""Messages: a whole sentence for the importer, and one without the value for others."""

import pickle

from instruments.errors import LONGEST_QUOTE, BadTable, quoted
from instruments.records import RefusedRow

ERROR = BadTable(
    "It is odd.", line=7, column="Height 1", value="Jane Doe", expected="a number"
)


def test_the_importer_sees_line_column_value_and_what_was_expected() -> None:
    told = "Line 7, 'Height 1': It is odd. Found 'Jane Doe', expected a number."
    assert str(ERROR) == told


def test_others_do_not_see_the_value() -> None:
    assert ERROR.public == "Line 7, 'Height 1': It is odd. Expected a number."


def test_a_refused_row_speaks_in_the_same_two_ways() -> None:
    row = RefusedRow(7, "Height 1", "Jane Doe", "a number", sample="S1")
    assert row.reason == "Line 7, 'Height 1': Found 'Jane Doe', expected a number."
    assert row.public == "Line 7, 'Height 1': Expected a number."


def test_a_message_may_have_a_sentence_alone() -> None:
    assert str(BadTable("It is odd.")) == BadTable("It is odd.").public == "It is odd."


def test_a_long_value_is_cut() -> None:
    assert quoted("x" * 10_000) == f"'{'x' * LONGEST_QUOTE}…'"


def test_a_value_cannot_move_the_cursor_or_break_the_line() -> None:
    assert quoted("a\x1b[2Jb\nc\u202e") == "'a\ufffd[2Jb\ufffdc\ufffd'"


def test_an_error_survives_the_way_between_processes() -> None:
    again = pickle.loads(pickle.dumps(ERROR))  # noqa: S301 - our own bytes
    assert str(again) == str(ERROR)
    assert type(again) is BadTable
