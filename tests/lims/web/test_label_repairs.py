"""The page on which two people put labels right."""

from pypdfium2 import PdfDocument

from lims.codes import shown
from lims.printing import operations
from tests import factories
from tests.cast import Cast
from tests.lims.web.conftest import Enter


def test_two_people_put_swapped_labels_right(enter: Enter, cast: Cast) -> None:
    with enter.database.transaction() as session:
        one, other = factories.in_the_laboratory(session, 2)
        operations.print_labels(session, cast.technician, [one, other], "tube")
    first, second = enter(cast.technician), enter(cast.technician2)
    assert "No label had to be put right yet." in first.get("/labels/repairs").text
    told = {
        "mishap": "swapped", "first": shown(one), "second": other,
        "reason": "LABEL_SWAPPED",
    }  # fmt: skip
    assert first.post("/labels/repairs", data=told).status_code == 302
    mine, theirs = (who.get("/labels/repairs").text for who in (first, second))
    assert "I looked at the tubes" not in mine
    assert "I looked at the tubes" in theirs
    uid = theirs.split("/labels/repairs/")[1].split("/")[0]
    chosen = {"stock": "tube", "skip": "0"}
    refused = first.post(f"/labels/repairs/{uid}/agree", data=chosen)
    assert refused.status_code == 409
    answer = second.post(f"/labels/repairs/{uid}/agree", data=chosen)
    assert answer.mimetype == "application/pdf"
    with PdfDocument(answer.data) as document:
        text = document[0].get_textpage().get_text_range()
    assert text.count("copy 2") == 2
    assert "put right" in first.get("/labels/repairs").text


def test_odd_answers_are_refused(enter: Enter, cast: Cast) -> None:
    technician = enter(cast.technician)
    for told in (
        {"mishap": "lost", "first": "", "second": "", "reason": "LABEL_TORN"},
        {"mishap": "torn", "first": "", "second": "", "reason": "MINE"},
        {"mishap": "torn", "first": "", "second": "", "reason": "LABEL_TORN"},
    ):
        assert technician.post("/labels/repairs", data=told).status_code == 422
