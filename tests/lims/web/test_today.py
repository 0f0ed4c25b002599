"""The first page: what waits for this person, and what is in these hands."""

from tests.cast import Cast
from tests.factories import in_the_laboratory
from tests.injections import an_injection
from tests.lims.web.conftest import Enter
from tests.plates import extracts, planned


def test_what_i_hold_is_on_my_first_page(enter: Enter, cast: Cast) -> None:
    with enter.database.transaction() as session:
        (code,) = in_the_laboratory(session, 1)
    page = enter(cast.technician).get("/").get_data(as_text=True)
    assert f'href="/samples/{code}"' in page


def test_a_reading_that_waits_is_a_job(enter: Enter, cast: Cast) -> None:
    with enter.database.transaction() as session:
        an_injection(session, in_the_laboratory(session, 1)[0])
    page = enter(cast.analyst).get("/").get_data(as_text=True)
    assert "Injections wait for your reading" in page


def test_an_empty_day_says_where_work_comes_from(enter: Enter, cast: Cast) -> None:
    page = enter(cast.quality).get("/").get_data(as_text=True)
    assert "Nothing waits for you now." in page


def test_who_may_not_read_samples_sees_no_items(enter: Enter, cast: Cast) -> None:
    with enter.database.transaction() as session:
        in_the_laboratory(session, 1)
    page = enter(cast.trainee).get("/").get_data(as_text=True)
    assert "In your hands" not in page


def test_what_others_do_is_no_job_of_who_reads_the_page(
    enter: Enter, cast: Cast
) -> None:
    with enter.database.transaction() as session:
        planned(session, extracts(session))
    words = "Plates wait for their next step"
    assert words in enter(cast.technician).get("/").get_data(as_text=True)
    page = enter(cast.auditor).get("/").get_data(as_text=True)
    assert words not in page
    assert 'href="/batches/"' in page
