"""What stands on a sheet, and in which order."""

from hashlib import sha256
from random import Random

from pypdfium2 import PdfDocument
import pytest

from config.vocab import read_vocabulary
from labels import sheet
from labels.stock import STOCKS
from labels.symbol import encode
from lims.codes import Kind, draw, shown
from lims.errors import BadInput, RuleBroken
from lims.printing import drawing


def codes(kind: Kind, count: int = 5) -> list[str]:
    return [draw(kind, Random(seed).randbytes) for seed in range(count)]


def printed(drawn: drawing.Sheet) -> str:
    with PdfDocument(drawn.content) as document:
        text: str = document[0].get_textpage().get_text_range()
        return text


def test_samples_are_printed_in_the_order_of_their_codes() -> None:
    given = codes(Kind.SAMPLE)
    assert given != sorted(given)
    drawn = drawing.draw(dict.fromkeys(given, 1), STOCKS["tube"])
    assert list(drawn.codes) == sorted(given)
    assert printed(drawn).split() == [shown(code) for code in sorted(given)]


def test_places_are_printed_in_the_order_in_which_they_stand() -> None:
    given = codes(Kind.PLACE)
    assert drawing.draw(dict.fromkeys(given, 1), STOCKS["bag"]).codes == tuple(given)


def test_a_label_says_its_code_and_the_number_of_a_copy_and_no_more() -> None:
    first, second = sorted(codes(Kind.SAMPLE, 2))
    drawn = drawing.draw({first: 1, second: 3}, STOCKS["tube"])
    said = printed(drawn).split()
    assert said == [shown(first), shown(second), "copy", "3"]


def test_the_hash_is_of_the_bytes_that_leave() -> None:
    drawn = drawing.draw({codes(Kind.SAMPLE)[0]: 1}, STOCKS["tube"], skip=7)
    assert drawn.sha256 == sha256(drawn.content).hexdigest()


def test_an_unknown_position_is_refused() -> None:
    with pytest.raises(BadInput, match="'80' positions"):
        drawing.draw({codes(Kind.SAMPLE)[0]: 1}, STOCKS["tube"], 80)


@pytest.mark.parametrize("form", ["zpl", "epl"])
def test_a_label_printer_gets_its_own_language(form: str) -> None:
    (code,) = codes(Kind.SAMPLE, 1)
    drawn = drawing.draw({code: 2}, STOCKS["roll-tube"], form=form)
    assert (drawn.form, drawn.stock, drawn.codes) == (form, "roll-tube", (code,))
    with pytest.raises(BadInput, match="needs a roll"):
        drawing.draw({code: 2}, STOCKS["tube"], form=form)


def test_a_sheet_that_does_not_read_back_is_kept_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, other = codes(Kind.SAMPLE, 2)
    monkeypatch.setattr(sheet, "encode", lambda _, form: encode(other, form))
    with pytest.raises(RuleBroken, match=f"'{one}' but reads as Data Matrix '{other}'"):
        drawing.draw({one: 1}, STOCKS["tube"])


@pytest.mark.parametrize("wrong", ["S7K2M9QXA4", "s7k2", ""])
def test_what_is_no_code_gets_no_label(wrong: str) -> None:
    with pytest.raises(BadInput, match=f"'{wrong}' is not a code"):
        drawing.require_codes([wrong])


def test_a_list_that_names_a_code_twice_is_refused() -> None:
    (code,) = codes(Kind.SAMPLE, 1)
    with pytest.raises(BadInput, match=f"'{code}' stands twice"):
        drawing.require_codes([code, code])


@pytest.mark.parametrize("reason", ["", "torn", "torn by Mr Rossi", "A" * 65])
def test_a_reason_is_a_word_of_the_list(reason: str) -> None:
    with pytest.raises(BadInput, match="chosen from the list"):
        drawing.require_reason(reason)


def test_each_reason_of_the_vocabulary_is_taken() -> None:
    reasons = [row for row in read_vocabulary("reasons") if row["action"] == "reprint"]
    assert {"LABEL_TORN", "LABEL_LOST"} <= {row["code"] for row in reasons}
    for row in reasons:
        drawing.require_reason(row["code"])
