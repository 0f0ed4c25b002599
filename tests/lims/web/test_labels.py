"""The pages of the labels: sheets that tell nothing, and reprints on record."""

import re

from pypdfium2 import PdfDocument
import pytest

from lims.codes import shown
from lims.printing import queries
from tests import factories
from tests.cast import Cast
from tests.lims.web.conftest import Browser, Enter

SHEET = {"stock": "tube", "skip": "0"}


def made(enter: Enter, count: int = 1) -> list[str]:
    with enter.database.transaction() as session:
        return factories.in_the_laboratory(session, count)


def printed(client: Browser, *codes: str, **changes: str) -> str:
    """The text of the sheet that leaves."""
    told = {"codes": "\n".join(codes), **SHEET, **changes}
    step = "reprint" if "reason" in changes else "print"
    answer = client.post(f"/labels/{step}", data=told)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/pdf"
    with PdfDocument(answer.data) as document:
        text: str = document[0].get_textpage().get_text_range()
        return text


def test_a_sheet_leaves_as_a_file_whose_name_tells_nothing(
    enter: Enter, cast: Cast
) -> None:
    codes = made(enter, 3)
    told = {"codes": " ".join(codes), **SHEET}
    answer = enter(cast.technician).post("/labels/print", data=told)
    name = answer.headers["Content-Disposition"]
    assert re.fullmatch(r'attachment; filename="labels-[0-9a-f]{8}\.pdf"', name)
    assert "no-store" in answer.headers["Cache-Control"]


def test_codes_may_be_scanned_or_typed_in_any_way(enter: Enter, cast: Cast) -> None:
    first, second = made(enter, 2)
    typed = [f"]d1{first.lower()}", shown(second)]
    text = printed(enter(cast.technician), *typed)
    assert text.split() == sorted([shown(first), shown(second)])


def test_a_first_label_is_not_printed_twice(enter: Enter, cast: Cast) -> None:
    (code,) = made(enter)
    technician = enter(cast.technician)
    printed(technician, code)
    told = {"codes": code, **SHEET}
    again = technician.post("/labels/print", data=told)
    assert again.status_code == 409
    assert "A second one is a reprint" in again.text


def test_a_reprint_takes_a_reason_of_the_list_and_voids_the_old_label(
    enter: Enter, cast: Cast
) -> None:
    (code,) = made(enter)
    technician = enter(cast.technician)
    printed(technician, code)
    told = {"codes": code, **SHEET, "reason": "BECAUSE_I_SAY"}
    assert technician.post("/labels/reprint", data=told).status_code == 422
    assert "copy 2" in printed(technician, code, reason="LABEL_TORN")
    page = technician.get(f"/labels/{code}").text
    assert "Label torn or unreadable" in page
    assert "Remove the old label, stick on copy 2" in page
    with enter.database.reading() as session:
        states = [copy.state for copy in queries.copies(session, code)]
    assert states == ["printed", "void"]


def test_a_label_counts_when_it_was_scanned(enter: Enter, cast: Cast) -> None:
    (code,) = made(enter)
    technician = enter(cast.technician)
    printed(technician, code)
    printed(technician, code, reason="LABEL_LOST")
    assert technician.post("/labels/confirm", data={"code": code}).status_code == 302
    page = technician.get(f"/labels/{code}").text
    assert "confirmed" in page
    assert "Remove the old label" not in page


def test_a_label_is_taken_out_of_use(enter: Enter, cast: Cast) -> None:
    (code,) = made(enter)
    technician = enter(cast.technician)
    printed(technician, code)
    told = {"code": code, "reason": "LABEL_LOST"}
    technician.post("/labels/void", data=told)
    assert "is void" in technician.get(f"/labels/{code}").text


def test_a_part_used_sheet_is_gone_on_with(enter: Enter, cast: Cast) -> None:
    codes = made(enter, 3)
    technician = enter(cast.technician)
    top = {"codes": codes[0], **SHEET}
    low = {"codes": codes[1], **SHEET, "skip": "40"}

    def height(told: dict[str, str]) -> float:
        answer = technician.post("/labels/print", data=told)
        with PdfDocument(answer.data) as document:
            return float(document[0].get_textpage().get_charbox(0)[1])

    assert height(low) < height(top) - 200
    over = {"codes": codes[2], **SHEET, "skip": "80"}
    assert technician.post("/labels/print", data=over).status_code == 422


def test_places_and_consignments_wear_labels_too(enter: Enter, cast: Cast) -> None:
    with enter.database.transaction() as session:
        box = factories.a_box(session, rows=1, columns=2)
        sent = factories.a_consignment(session, 1)
    technician = enter(cast.technician)
    text = printed(technician, *box.positions)
    assert text.split() == [shown(code) for code in box.positions]
    assert shown(sent.code) in printed(technician, sent.code, stock="bag")
    assert technician.get(f"/labels/{box.code}").status_code == 200


@pytest.mark.parametrize("codes", ["", "not a code"])
def test_what_is_no_code_is_not_printed(enter: Enter, cast: Cast, codes: str) -> None:
    told = {"codes": codes, **SHEET}
    answer = enter(cast.technician).post("/labels/print", data=told)
    assert answer.status_code == 422


def test_the_latest_sheets_are_listed_with_who_printed_them(
    enter: Enter, cast: Cast
) -> None:
    technician = enter(cast.technician)
    assert "No sheet was printed yet." in technician.get("/labels/").text
    printed(technician, *made(enter, 3))
    page = technician.get("/labels/").text
    assert "No sheet was printed yet." not in page
    assert "Tubes: Avery L4732" in page
    assert '<td class="number">3</td>' in page
    assert (
        "No sheet was printed yet."
        in enter(cast.foreign_technician).get("/labels/").text
    )


def test_a_code_is_found_by_the_form(enter: Enter, cast: Cast) -> None:
    (code,) = made(enter)
    found = enter(cast.technician).get(
        "/labels/find", query_string={"code": shown(code)}
    )
    assert found.location == f"/labels/{code}"


def test_another_laboratory_prints_and_sees_no_label_of_ours(
    enter: Enter, cast: Cast
) -> None:
    (code,) = made(enter)
    with enter.database.transaction() as session:
        sent = factories.a_consignment(session, 1)
    foreign = enter(cast.foreign_technician)
    for one in (code, sent.code):
        assert foreign.get(f"/labels/{one}").status_code == 404
        told = {"codes": one, **SHEET}
        assert foreign.post("/labels/print", data=told).status_code == 404
