"""The pages of evidence: from the trail's button to the file in the auditor's hands."""

import io
import os
from zipfile import ZipFile

from markupsafe import escape
import pytest
from sqlalchemy import text

from lims.access import SYSTEM
from lims.audit.integrator import Integrator
from lims.errors import NotFound
from lims.evidence import anchoring
from lims.jobs import drop_bundles, make_bundles
from tests.cast import Cast
from tests.factories import a_consignment, in_the_laboratory
from tests.lims.web.conftest import Browser, Enter

CAST = Cast()


def made(enter: Enter) -> None:
    """What the integrator and the worker do beside the pages."""
    laboratory = enter.laboratory
    one = Integrator(laboratory.database, laboratory.log_keys, laboratory.log_origin)
    one.round()
    assert make_bundles(laboratory, SYSTEM) == 1


def test_an_empty_page_teaches_what_a_bundle_is(enter: Enter) -> None:
    page = enter(CAST.auditor).get("/evidence/").text
    assert "Nobody has asked for a bundle yet." in page
    assert "the program that checks all of it" in page


def test_from_the_trail_to_the_file(enter: Enter) -> None:
    with enter.database.transaction() as session:
        (code,) = in_the_laboratory(session, 1)
    auditor: Browser = enter(CAST.auditor)
    assert "Evidence bundle" in auditor.get(f"/trail/{code}").text
    answer = auditor.post("/evidence/", data={"kind": "codes", "codes": code})
    assert answer.status_code == 302
    waiting = auditor.get(answer.location).text
    assert "being made" in waiting
    assert "every 2s" in waiting
    made(enter)
    ready = auditor.get(answer.location).text
    assert "Take the bundle" in ready
    assert "every 2s" not in ready
    taken = auditor.post(f"{answer.location}/bundle.zip")
    assert taken.mimetype == "application/zip"
    with ZipFile(io.BytesIO(taken.data)) as inside:
        assert "verify.py" in inside.namelist()
    listed = auditor.get("/evidence/").text
    assert "ready" in listed


def test_a_get_hands_nothing_out(enter: Enter) -> None:
    with enter.database.transaction() as session:
        (code,) = in_the_laboratory(session, 1)
    manager = enter(CAST.manager)
    at = manager.post("/evidence/", data={"kind": "codes", "codes": code}).location
    made(enter)
    assert manager.get(f"{at}/bundle.zip").status_code == 405


def test_a_removed_copy_is_gone_from_page_and_disk(enter: Enter) -> None:
    with enter.database.transaction() as session:
        (code,) = in_the_laboratory(session, 1)
    manager = enter(CAST.manager)
    at = manager.post("/evidence/", data={"kind": "codes", "codes": code}).location
    made(enter)
    assert manager.post(f"{at}/remove").status_code == 302
    assert "not kept any more" in manager.get(at).text
    assert manager.post(f"{at}/bundle.zip").status_code == 409
    drop_bundles(enter.laboratory, SYSTEM)


def test_a_copy_that_no_bundle_names_goes_after_an_hour(enter: Enter) -> None:
    """As a worker leaves it that died before it told of what it made."""
    bundles = enter.laboratory.bundles
    orphan = bundles.keep(b"made, and never told of")
    drop_bundles(enter.laboratory, SYSTEM)
    assert bundles.content(orphan)
    for path in enter.laboratory.bundles.folder.glob("??/*"):
        os.utime(path, (0, 0))
    with enter.database.transaction() as session:
        (code,) = in_the_laboratory(session, 1)
    manager = enter(CAST.manager)
    at = manager.post("/evidence/", data={"kind": "codes", "codes": code}).location
    made(enter)
    drop_bundles(enter.laboratory, SYSTEM)
    with pytest.raises(NotFound):
        bundles.content(orphan)
    assert manager.post(f"{at}/bundle.zip").status_code == 200


def test_who_lost_the_right_to_a_case_fetches_its_bundle_no_more(
    enter: Enter,
) -> None:
    with enter.database.transaction() as session:
        (code,) = in_the_laboratory(session, 1)
    auditor = enter(CAST.auditor)
    at = auditor.post("/evidence/", data={"kind": "codes", "codes": code}).location
    assert auditor.get(at).status_code == 200
    with enter.database.transaction() as session:
        session.execute(text("UPDATE evidence_bundle SET confidential = true"))
    assert auditor.get(at).status_code == 404
    assert at not in auditor.get("/evidence/").text


def test_what_cannot_be_asked_for_is_said_in_words(enter: Enter) -> None:
    auditor = enter(CAST.auditor)
    for form, told in (
        ({"kind": "codes", "codes": " "}, "Name at least one code"),
        ({"kind": "codes", "codes": "NOSUCHBAG"}, "No bag has the number"),
        (
            {"kind": "period", "first": "2026-11-30", "last": "2026-11-01"},
            "earlier day",
        ),
        ({"kind": "period", "first": "yesterday", "last": ""}, "is no period"),
        ({"kind": "all"}, "Say what the bundle is to be about"),
    ):
        assert told in auditor.post("/evidence/", data=form).text


def test_only_the_coordinator_is_offered_a_case(enter: Enter) -> None:
    assert "About a case" in enter(CAST.coordinator).get("/evidence/").text
    assert "About a case" not in enter(CAST.auditor).get("/evidence/").text
    answer = enter(CAST.auditor).post(
        "/evidence/", data={"kind": "case", "case": "M-1"}
    )
    assert answer.status_code == 403


def test_papers_of_custody_carry_the_log_s_signed_state(enter: Enter) -> None:
    """The trail, the manifest that travels along, and the page of a release."""
    with enter.database.transaction() as session:
        sent = a_consignment(session, 1)
        (code,) = in_the_laboratory(session, 1)
    manager, mortuary = enter(CAST.manager), enter(CAST.mortuary)
    assert "logstate" not in manager.get(f"/trail/{code}").text
    laboratory = enter.laboratory
    one = Integrator(laboratory.database, laboratory.log_keys, laboratory.log_origin)
    one.round()
    with enter.database.reading() as session:
        state = anchoring.state(session)
    assert state is not None
    for page in (
        manager.get(f"/trail/{code}").text,
        mortuary.get(f"/consignments/{sent.code}").text,
    ):
        assert "when this was printed" in page
        for line in (*state.text.splitlines(), state.fingerprint):
            assert escape(line) in page
        assert str(escape(state.line)) in page
