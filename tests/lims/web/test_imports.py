"""The pages of the imports: upload, what waits, repair, and findings to sign."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from instruments.source import Tell
from lims.access import Actor
from lims.batches import queries as batches
from lims.results import arrival, queries
from lims.results.arrival import Gate, Parcel
from lims.results.faults import Fault
from lims.results.intake import Arrived
from tests import objects
from tests.cast import PASSWORD, Cast
from tests.exports import written
from tests.lims.web.conftest import Browser, Enter
from tests.plates import extracts
from tests.scenes import Scene, a_scene

SECRET = "Maria Rossi"
ANSWER = {
    "cause": "contamination",
    "resolution": "Opened beside the source.",
    "password": PASSWORD,
}


@pytest.fixture
def scene(enter: Enter) -> Scene:
    with enter.database.transaction() as session:
        codes = extracts(session, 2)
    return a_scene(enter.database, enter.laboratory.store, codes)


def upload(client: Browser, content: bytes, **stated: str) -> TestResponse:
    form = {"plate": "", "reason": "", **stated}
    file = (BytesIO(content), f"{SECRET}.txt")
    return client.post("/imports/", data={**form, "file": file})


def test_an_uploaded_export_is_loaded_and_told(
    enter: Enter, cast: Cast, scene: Scene
) -> None:
    client = enter(cast.technician)
    answer = upload(client, written(scene.table))
    assert answer.status_code == 302
    page = client.get(answer.location).text
    assert f"Plate {scene.plate} is imported" in page
    assert scene.stage() == "cleared"
    assert "No import needs anybody." in client.get("/imports/").text
    assert "loaded" in client.get("/imports/?all=1").text


def test_a_script_that_gives_several_files_is_answered_in_json(
    enter: Enter, cast: Cast, scene: Scene
) -> None:
    client = enter(cast.technician)
    asked = {"Accept": "application/json"}
    form = {"plate": "", "reason": "", "file": (BytesIO(b"no table"), "a.txt")}
    answer = client.post("/imports/", data=form, headers=asked)
    told = answer.json
    assert told is not None
    assert (answer.status_code, told["state"]) == (200, "hold")
    assert client.get(told["url"]).status_code == 200
    refused = client.post("/imports/", data={"plate": "", "reason": ""}, headers=asked)
    assert refused.status_code == 422
    assert refused.json == {"state": "wrong", "told": "Choose the export of one run."}


def test_the_same_file_again_is_answered_as_such(
    enter: Enter, cast: Cast, scene: Scene
) -> None:
    client = enter(cast.technician)
    first = upload(client, written(scene.table))
    again = upload(client, written(scene.table))
    assert again.location == first.location
    assert "was given before" in client.get(again.location).text


def test_an_upload_that_is_too_large_is_an_incident_and_is_not_kept(
    enter: Enter,
    cast: Cast,
    scene: Scene,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(arrival, "LARGEST", 1000)
    client = enter(cast.technician)
    answer = upload(client, bytes(2000))
    assert "The file has 2000 bytes" in client.get(answer.location).text
    assert not (tmp_path / "originals").exists()


def test_without_a_file_nothing_is_imported(enter: Enter, cast: Cast) -> None:
    client = enter(cast.technician)
    answer = client.post("/imports/", data={"plate": "", "reason": ""})
    assert answer.status_code == 422
    assert "Choose the export" in answer.text


def test_values_and_the_name_of_a_file_are_shown_to_the_importer_alone(
    enter: Enter, cast: Cast, scene: Scene
) -> None:
    table = [replace(scene.table[0], name=SECRET), *scene.table[1:]]
    answer = upload(enter(cast.technician), written(table))
    own = enter(cast.technician).get(answer.location).text
    assert own.count(SECRET) >= 2
    for other in (cast.technician2, cast.quality, cast.analyst, cast.auditor):
        page = enter(other).get(answer.location).text
        assert SECRET not in page
        assert "Sample Name" in page
        assert SECRET not in enter(other).get("/imports/").text


def test_a_file_that_waits_is_repaired_by_stating_the_reason(
    enter: Enter, cast: Cast, scene: Scene
) -> None:
    client = enter(cast.technician)
    upload(client, written(scene.table))
    changed = [replace(row, source=f"{row.name}.hid") for row in scene.table]
    waiting = upload(client, written(changed)).location
    assert "Try again" in client.get(waiting).text
    form = {"plate": "", "reason": "SETTINGS_CHANGED"}
    assert client.post(f"{waiting}/retry", data=form).status_code == 302
    page = client.get(waiting).text
    assert "Try again" not in page
    assert "SETTINGS_CHANGED" in page


def test_a_reason_that_is_not_in_the_list_is_refused(
    enter: Enter, cast: Cast, scene: Scene
) -> None:
    answer = upload(enter(cast.technician), written(scene.table), reason="BECAUSE")
    assert answer.status_code == 422
    assert scene.stage() == "run"


def test_a_voided_file_waits_no_longer(enter: Enter, cast: Cast) -> None:
    made = objects.a_waiting_file(enter.laboratory)
    client = enter(cast.technician)
    form = {"cause": "planned wrongly"}
    assert client.post(f"/imports/{made['uid']}/withdraw", data=form).status_code == 302
    assert "No import needs anybody." in client.get("/imports/").text


def test_two_people_close_a_hold_over_the_whole_batch(enter: Enter, cast: Cast) -> None:
    made = objects.a_held_plate(enter.laboratory)
    url, ticked = f"/imports/{made['uid']}", {"finding": str(made["finding"])}
    first, second = enter(cast.quality), enter(cast.reviewer)
    assert 'data-opens="answer"' in first.get(url).text
    assert first.post(f"{url}/answer", data=ticked | ANSWER).status_code == 302
    assert 'data-opens="confirm"' not in first.get(url).text
    assert 'data-opens="confirm"' in second.get(url).text
    form = ticked | {"password": PASSWORD}
    assert first.post(f"{url}/confirm", data=form).status_code == 409
    assert second.post(f"{url}/confirm", data=form).status_code == 302
    with enter.database.reading() as session:
        plate = batches.plate(session, cast.quality, str(made["code"]))
        assert plate.stage == "cleared"
        assert queries.count_waiting(session, cast.quality) == 0


def test_findings_of_another_import_are_not_closed_by_this_page(
    enter: Enter, cast: Cast
) -> None:
    made = objects.a_held_plate(enter.laboratory)
    other = objects.a_held_plate(enter.laboratory)
    form = {"finding": str(other["finding"]), **ANSWER}
    answer = enter(cast.quality).post(f"/imports/{made['uid']}/answer", data=form)
    assert answer.status_code == 404


def test_the_rail_counts_the_imports_that_need_somebody(
    enter: Enter, cast: Cast
) -> None:
    objects.a_held_plate(enter.laboratory)
    objects.a_waiting_file(enter.laboratory)
    page = enter(cast.technician).get("/imports/").text
    assert 'Imports <span class="n">2</span>' in page


def test_a_person_names_the_parser_of_a_file_that_none_claims(
    enter: Enter, cast: Cast
) -> None:
    client = enter(cast.technician)
    text = "Sample Name\tILS\tChannels\tTH01-2\n/run/S1.fsa\tOK\t\t6,9.3\n"
    waiting = upload(client, text.encode()).location
    assert '<option value="OSIRIS summary">' in client.get(waiting).text
    wrong = {"parser": "Abacus"}
    assert client.post(f"{waiting}/retry", data=wrong).status_code == 422
    form = {"parser": "OSIRIS summary"}
    assert client.post(f"{waiting}/retry", data=form).status_code == 302
    page = client.get(waiting).text
    assert "verified on real files" in page
    assert '<option value="OSIRIS summary">' not in page


def test_who_sends_a_file_and_nobody_else_hears_how_far_it_is_read(
    enter: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = "0f0a1c3e-5a59-4a0e-9d55-8f0e4b1f2a11"
    address = f"/imports/progress?ticket={ticket}"
    client, other = enter(cast.technician), enter(cast.technician2)
    heard: list[object] = []

    def prepared(gate: Gate, actor: Actor, parcel: Parcel, tell: Tell) -> Arrived:
        tell(2, 10)
        with ThreadPoolExecutor() as threads:  # each request is of its own thread
            asked = [threads.submit(one.get, address) for one in (client, other)]
        heard.extend(one.result().json for one in asked)
        return Arrived(parcel.name, parcel.size, parcel.sha256, Fault("No."))

    monkeypatch.setattr(arrival, "prepared", prepared)
    form = {"plate": "", "reason": "", "ticket": ticket}
    client.post("/imports/", data={**form, "file": (BytesIO(b"x"), "x.txt")})
    assert heard == [{"read": 2, "of": 10}, {}]
    assert client.get(address).json == {}
