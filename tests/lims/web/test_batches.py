"""The pages of the plates: the list, planning by scans, and one plate step by step."""

import pytest

from lims.access import Actor
from lims.batches import queries as batches
from lims.codes import Kind, draw, shown
from tests import objects
from tests.cast import Cast
from tests.lims.web.conftest import Enter
from tests.plates import extracts, planned, scans


def codes_of(enter: Enter, count: int = 2) -> list[str]:
    with enter.database.transaction() as session:
        return extracts(session, count)


def stage(enter: Enter, actor: Actor, code: str) -> str:
    with enter.database.reading() as session:
        return batches.plate(session, actor, code).stage


def test_a_plate_is_planned_from_scanned_tubes(enter: Enter, cast: Cast) -> None:
    one, other = codes_of(enter)
    form = {
        "kit": "GlobalFiler",
        "stream": "bone",
        "codes": f"{shown(one)}\n{other.lower()}\n",
    }
    client = enter(cast.technician)
    answer = client.post("/batches/", data=form)
    assert answer.status_code == 302
    page = client.get(answer.location).text
    for code in (one, other):
        assert shown(code) in page
    assert "extraction blank" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"kit": "No such kit"},
        {"stream": "both"},
        {"codes": "S123"},
        {"codes": ""},
        {"more": "x"},
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_words(
    enter: Enter, cast: Cast, wrong: dict[str, str]
) -> None:
    (code,) = codes_of(enter, 1)
    form = {"kit": "GlobalFiler", "stream": "bone", "codes": code, **wrong}
    answer = enter(cast.technician).post("/batches/", data=form)
    assert answer.status_code in {409, 422}
    assert enter(cast.technician).get("/batches/?stage=all").text.count("<td>") == 0


def test_the_bench_goes_from_step_to_step(enter: Enter, cast: Cast) -> None:
    with enter.database.transaction() as session:
        plate = planned(session, extracts(session, 2))
        code = plate.code
        tubes = {f"well-{at}": tube for at, tube in scans(session, plate).codes.items()}
    client = enter(cast.technician)
    steps = [
        ("load", tubes, "loaded"),
        ("amplify", {"kit": "GlobalFiler"}, "amplified"),
        ("run", {"instrument": draw(Kind.INSTRUMENT)}, "run"),
    ]
    for step, form, reached in steps:
        assert 'form="step"' in client.get(f"/batches/{code}").text
        answer = client.post(f"/batches/{code}/{step}", data=form)
        assert answer.status_code == 302, answer.text
        assert stage(enter, cast.technician, code) == reached
    page = client.get(f"/batches/{code}").text
    assert 'href="/imports/"' in page
    assert 'form="step"' not in page


def test_a_wrong_tube_is_named_with_its_well(enter: Enter, cast: Cast) -> None:
    with enter.database.transaction() as session:
        plate = planned(session, extracts(session, 2))
        code = plate.code
        right = dict(scans(session, plate).codes)
    one, other, *_ = right
    form = {f"well-{at}": tube for at, tube in right.items()}
    form |= {f"well-{one}": right[other], f"well-{other}": right[one]}
    answer = enter(cast.technician).post(f"/batches/{code}/load", data=form)
    assert answer.status_code == 409
    assert f"Well {one}" in answer.text


def test_who_plans_nothing_sees_no_button_that_plans(enter: Enter, cast: Cast) -> None:
    made = objects.a_planned_plate(enter.laboratory)
    for actor in (cast.analyst, cast.quality, cast.auditor):
        page = enter(actor).get(f"/batches/{made['code']}").text
        assert 'form="step"' not in page
        assert "Void" not in page
        assert "Plan a plate" not in enter(actor).get("/batches/").text


def test_a_reader_is_not_told_which_tube_is_the_extraction_blank(
    enter: Enter, cast: Cast
) -> None:
    made = objects.a_planned_plate(enter.laboratory)
    seen = enter(cast.technician).get(f"/batches/{made['code']}").text
    blind = enter(cast.analyst).get(f"/batches/{made['code']}").text
    assert 'class="blank' in seen
    assert seen.count('class="blank') == blind.count('class="blank') + 1


def test_a_held_plate_shows_what_holds_it_and_goes_back_to_the_bench(
    enter: Enter, cast: Cast
) -> None:
    made = objects.a_held_plate(enter.laboratory)
    client = enter(cast.technician)
    page = client.get(f"/batches/{made['code']}").text
    assert "The whole batch is held" in page
    assert "rule D1" in page
    form = {"action": "inject again", "cause": "injection failed"}
    url = f"/batches/{made['code']}/again"
    assert client.post(url, data=form | {"instrument": ""}).status_code == 409
    form["instrument"] = draw(Kind.INSTRUMENT)
    assert client.post(url, data=form).status_code == 302
    assert stage(enter, cast.technician, str(made["code"])) == "run"


def test_the_list_shows_what_waits_and_counts_it(enter: Enter, cast: Cast) -> None:
    made = objects.a_planned_plate(enter.laboratory)
    client = enter(cast.technician)
    page = client.get("/batches/").text
    assert f'href="/batches/{made["code"]}"' in page
    assert 'Batches <span class="n">1</span>' in page
    client.post(f"/batches/{made['code']}/void", data={"cause": "planned wrongly"})
    assert "No plate waits here." in client.get("/batches/").text
    assert str(made["code"]) in client.get("/batches/?stage=all").text


def test_the_file_for_the_analyzer_is_made_on_the_plates_page(
    enter: Enter, cast: Cast
) -> None:
    with enter.database.transaction() as session:
        plate = planned(session, extracts(session))
        code = plate.code
    client = enter(cast.technician)
    address = f"/batches/{code}/records/3500"
    assert address in client.get(f"/batches/{code}").text
    page = client.get(address).text
    assert "No such file was made of this plate yet." in page
    words = {"assay": "GF_29", "naming": "HID_names", "group": "HID_group"}
    file = client.post(address, data=words)
    assert file.headers["Content-Disposition"].endswith(f'"{code}-3500.txt"')
    assert file.text.startswith("3500 Plate Layout File Version 1.0\r\n")
    again = client.get(address).text
    assert 'value="HID_group"' in again
    assert "GF_29 " in again.replace("</bdi>", " ")
    refused = client.post(address, data={**words, "group": ""})
    assert refused.status_code == 422
    assert "Results group" in refused.text
    assert client.get(f"/batches/{code}/records/abacus").status_code == 404


def test_a_plate_to_quantify_goes_from_plan_to_run_without_amplification(
    enter: Enter, cast: Cast
) -> None:
    client = enter(cast.technician)
    assert "<option>Quantifiler Trio</option>" in client.get("/batches/new").text
    codes = codes_of(enter)
    form = {"kit": "Quantifiler Trio", "stream": "bone", "codes": "\n".join(codes)}
    address = client.post("/batches/", data=form).location
    page = client.get(address).text
    assert page.count('class="standard ') == 10
    assert "standard, ng/µl" in page
    assert "Set-up of the QuantStudio" in page
    assert "Plate layout of the 3500" not in page
    assert "Worklist for the analyzer" not in page
    code = address.rpartition("/")[2]
    with enter.database.reading() as session:
        plate = batches.plate(session, cast.technician, code)
        scanned = scans(session, plate).codes
    load = {f"well-{position}": tube for position, tube in scanned.items()}
    assert client.post(f"{address}/load", data=load).status_code == 302
    page = client.get(address).text
    assert "Kit in your hand" not in page
    assert "Code of the analyzer" in page
    run = {"instrument": draw(Kind.INSTRUMENT)}
    assert client.post(f"{address}/run", data=run).status_code == 302
    assert stage(enter, cast.technician, code) == "run"
