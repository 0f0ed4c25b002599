"""The auditor's pages: search, custody line, draws, findings."""

from pathlib import Path
import re

import pytest

from lims import jobs
from lims.access import SYSTEM, Actor
from lims.audit import verification
from lims.audit.integrator import Integrator
from lims.desk import operations, queries
from lims.desk.evidence import ANSWERED
from lims.desk.searching import Wanted
from tests.cast import Cast
from tests.factories import in_the_laboratory, stored
from tests.lims.web.conftest import Browser, Enter

FORM = {
    "about": "item", "grade": "major", "text": "No seal on the photograph.",
    "responsible": "quality manager", "due_on": "2027-01-31",
}  # fmt: skip


def codes(enter: Enter, count: int = 1) -> list[str]:
    with enter.database.transaction() as session:
        return in_the_laboratory(session, count)


def seen(client: Browser, address: str, **query: str) -> str:
    answer = client.get(address, query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_search_leads_to_the_custody_line_and_is_kept(
    enter: Enter, cast: Cast
) -> None:
    (code,) = codes(enter)
    client = enter(cast.auditor)
    page = seen(client, "/desk/search", code=code.lower(), order="oldest")
    links = re.findall(r'href="(/desk/line/[0-9a-f]{32})"', page)
    assert links
    line = seen(client, links[0])
    assert "without gaps" in line
    assert code[:4] in line
    kept = client.post("/desk/searches", data={"name": "One bone", "code": code})
    assert kept.status_code == 302
    front = seen(client, "/desk/")
    (address,) = re.findall(r'action="(/desk/searches/[0-9a-f]{32})"', front)
    assert "Nothing new since then" in client.post(address).text


def test_what_is_not_found_is_said_in_words(enter: Enter, cast: Cast) -> None:
    client = enter(cast.auditor)
    assert "Nothing on record wears or names" in seen(
        client, "/desk/search", code="CY-NONE"
    )
    wrong = client.get("/desk/search?since=yesterday")
    assert wrong.status_code == 422
    assert "is no day" in wrong.text
    assert 'role="search"' in wrong.text
    assert client.get("/desk/search?tag=no:tag").status_code == 422
    assert "Lots of reagents are not recorded" in seen(client, "/desk/")


def test_a_code_with_a_wrong_check_character_is_told_from_an_unknown_one(
    enter: Enter, cast: Cast
) -> None:
    """And the form stays as it was filled, to be mended."""
    (code,) = codes(enter)
    typed = code[:-1] + ("X" if code[-1] != "X" else "Y")
    answer = enter(cast.auditor).get("/desk/search", query_string={"code": typed})
    assert answer.status_code == 422
    assert "its last character does not fit" in answer.text
    assert f'value="{typed}"' in answer.text


@pytest.mark.parametrize(
    "after", ["", "x", "2026-11-24 5", f"2026-11-24T12:00:00+00:00 {10**30}"]
)
def test_an_address_that_was_made_up_shows_the_first_page(
    enter: Enter, cast: Cast, after: str
) -> None:
    codes(enter)
    assert "Received at the laboratory" in seen(
        enter(cast.auditor), "/desk/search", after=after
    )


def test_a_long_chain_is_shown_a_page_at_a_time(enter: Enter, cast: Cast) -> None:
    with enter.database.transaction() as session:
        uid = operations.save_search(session, cast.auditor, "Mine", Wanted()).uid
    for _ in range(queries.PAGE + 1):
        with enter.database.transaction() as session:
            operations.run_again(session, cast.auditor, uid)
    client = enter(cast.auditor)
    first = seen(client, f"/desk/chain/{uid}")
    assert "events 1 to 50" in first
    (address,) = re.findall(r'rel="next" href="([^"]+)"', first)
    last = client.get(address).text
    assert "events 51 to 52" in last
    assert 'rel="next"' not in last


def test_what_is_no_sample_leads_to_its_own_chain(enter: Enter, cast: Cast) -> None:
    with enter.database.transaction() as session:
        _, box = stored(session)
    client = enter(cast.auditor)
    page = seen(client, "/desk/search", code=box.code)
    (address,) = re.findall(r'href="(/desk/chain/[0-9a-f]{32})"', page)
    assert "Place registered" in seen(client, address)
    assert client.get(f"/desk/chain/{'f' * 32}").status_code == 404


def test_drawn_cases_are_worked_through_one_by_one(enter: Enter, cast: Cast) -> None:
    drawn_from = codes(enter, 3)
    client = enter(cast.auditor)
    form = {"title": "Two of three", "population": "accessioned samples", "count": "2"}
    address = client.post("/desk/draws/", data=form).location
    page = seen(client, address)
    assert "0 of 2 cases looked at" in page
    listed = seen(client, f"{address}/population")
    assert listed.split() == sorted(drawn_from)
    assert client.post(f"{address}/1", data={"text": ""}).status_code == 302
    refused = client.post(f"{address}/2", data={"text": "No photograph."})
    assert refused.status_code == 422
    due = {"text": "No photograph.", "due_on": "2027-01-31"}
    assert client.post(f"{address}/2", data=due).status_code == 302
    assert "2 of 2 cases looked at" in seen(client, address)
    assert "No photograph." in seen(client, "/findings/")


def record(enter: Enter, actor: Actor) -> str:
    (code,) = codes(enter)
    answer = enter(actor).post("/findings/", data={**FORM, "subject": code})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def test_a_finding_goes_from_the_auditor_to_the_laboratory_and_back(
    enter: Enter, cast: Cast
) -> None:
    address = record(enter, cast.auditor)
    auditor, quality = enter(cast.auditor), enter(cast.quality)
    assert "No seal on the photograph." in seen(quality, "/findings/")
    assert "Close the finding" not in seen(quality, address)
    assert (
        quality.post(f"{address}/answer", data={"text": "Mended."}).status_code == 302
    )
    assert "Mended." in seen(auditor, address)
    assert auditor.post(f"{address}/close", data={"text": "Seen."}).status_code == 302
    assert "No seal" not in seen(auditor, "/findings/")
    assert "No seal" in seen(auditor, "/findings/", closed="yes")


def test_a_form_that_says_too_little_is_refused_in_words(
    enter: Enter, cast: Cast
) -> None:
    client = enter(cast.auditor)
    for wrong in (
        {"about": "nothing"},
        {"responsible": "auditor"},
        {"due_on": "soon"},
        {"grade": "huge"},
        {"about": "free", "organisation": "999"},
    ):
        form = {**FORM, "about": "free", "organisation": "1", **wrong}
        assert client.post("/findings/", data=form).status_code == 422, wrong


def test_requirements_are_asked_for_and_what_fails_comes_first(
    enter: Enter, cast: Cast
) -> None:
    client = enter(cast.auditor)
    assert "not checked" in seen(client, "/desk/requirements/")
    assert client.post("/desk/requirements/", data={}).status_code == 302
    assert "still being checked" in seen(client, "/desk/requirements/progress")
    assert jobs.check_requirements(enter.laboratory, SYSTEM) == len(ANSWERED)
    done = seen(client, "/desk/requirements/progress")
    assert "All checks that were asked for are done" in done
    assert "hx-trigger" not in done
    page = seen(client, "/desk/requirements/")
    # Nothing was ever verified here: that fails, and comes first.
    first = re.findall(r'href="/desk/requirements/([0-9]+)"', page)[0]
    assert first == "59"
    assert "never verified whole" in seen(client, "/desk/requirements/59")
    assert "No query of this system answers it" in seen(client, "/desk/requirements/6")
    assert client.get("/desk/requirements/99").status_code == 404
    assert client.post("/desk/requirements/", data={"number": "6"}).status_code == 422


def test_the_tile_says_what_is_not_there_yet_and_then_what_is(
    enter: Enter, cast: Cast, tmp_path: Path
) -> None:
    client = enter(cast.auditor)
    empty = seen(client, "/log/tile")
    assert empty.count("not yet") == 3
    assert "None is asked yet." in empty
    Integrator(enter.database, tmp_path / "keys", "test.example/log").round()
    with enter.database.transaction() as session:
        verification.tell(session, verification.verify(session))
    told = seen(client, "/log/tile")
    assert told.count("not yet") == 1
    assert "it was whole" in told
    assert 'hx-get="/log/tile"' in seen(client, "/")
    assert "/log/tile" not in seen(enter(cast.technician), "/")


def test_a_requirement_tells_what_is_looked_at_and_what_is_not_seen(
    enter: Enter, cast: Cast
) -> None:
    client = enter(cast.auditor)
    page = seen(client, "/desk/requirements/46")
    assert "Every bag with a declared content: who sent the bag declared it." in page
    assert "Whether a report marks it as such." in page
    other = seen(client, "/desk/requirements/6")
    assert "so it does not pass" in other
    assert "the records of the freezers" in other


def test_what_is_seen_in_part_passes_in_part_and_nothing_passes_on_nothing(
    enter: Enter, cast: Cast
) -> None:
    """54 sees the whole demand, 44 not the training, and 12 has nothing to look at."""
    client = enter(cast.auditor)
    for number in ("54", "44", "12"):
        client.post("/desk/requirements/", data={"number": number})
    assert jobs.check_requirements(enter.laboratory, SYSTEM) == 3
    told = {n: seen(client, f"/desk/requirements/{n}") for n in (54, 44, 12)}
    assert [_chip(page) for page in told.values()] == [
        "passes", "passes, in part", "nothing there",
    ]  # fmt: skip
    assert "There was nothing to look at." in told[12]
    listing = seen(client, "/desk/requirements/")
    assert "0 fail · 2 pass, of them 1 in part" in listing


def _chip(page: str) -> str:
    """The state beside the page's title."""
    head = page[page.index("<h1") :]
    (found, *_) = re.findall(r'class="chip \w+">.*?<bdi>(.*?)</bdi>', head)
    return str(found)
