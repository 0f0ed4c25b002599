"""The page of a rack: a picture is read, doubtful tubes are scanned, it is loaded."""

from hashlib import sha256
from io import BytesIO
import json
from random import Random
import re

from lims.access import Actor
from lims.audit.queries import events_of
from lims.batches import queries
from tests import plates
from tests.cast import Cast
from tests.instruments.racks_made import drawn
from tests.lims.web.conftest import Enter

CHANCE = Random(1)


def planned(enter: Enter, actor: Actor) -> tuple[str, dict[str, str]]:
    """A plate and its tubes by their wells."""
    with enter.database.transaction() as session:
        plate = plates.planned(session, plates.extracts(session, 6))
        wells = queries.wells(session, queries.plate(session, actor, plate.code))
        return plate.code, {one.position: one.code for one in wells if one.code}


def picture(codes: dict[str, str]) -> bytes:
    """Small enough that it stays in memory."""
    into = BytesIO()
    drawn(codes, 300, CHANCE).save(into, "JPEG", quality=85, dpi=(300, 300))
    return into.getvalue()


def token(page: str) -> str:
    """What the page gives back of its picture."""
    found = re.search(r'name="picture" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def given(content: bytes, corner: str = "top left") -> dict[str, object]:
    return {"file": (BytesIO(content), "rack.png"), "corner": corner}


def test_a_picture_is_the_proof_that_each_tube_stands_in_its_well(
    enter: Enter, cast: Cast
) -> None:
    code, tubes = planned(enter, cast.technician)
    technician = enter(cast.technician)
    content = picture(tubes)
    page = technician.post(f"/batches/{code}/rack", data=given(content)).text
    assert f"{len(tubes)} tubes stand where they were planned" in page
    assert "Every tube was read." in page
    technician.post(f"/batches/{code}/load", data={"picture": token(page)})
    with enter.database.reading() as session:
        plate = queries.plate(session, cast.technician, code)
        assert plate.stage == "loaded"
        facts = json.loads(events_of(session, [plate.uid])[-1].body)["facts"]
        assert facts["proof"] == "rack picture"
        assert facts["picture"] == sha256(content).hexdigest()
        assert facts["in_picture"] == facts["wells"] == len(tubes)


def test_a_picture_that_nobody_read_proves_nothing(enter: Enter, cast: Cast) -> None:
    code, tubes = planned(enter, cast.technician)
    other, theirs = planned(enter, cast.technician)
    technician = enter(cast.technician)
    page = technician.post(f"/batches/{other}/rack", data=given(picture(theirs))).text
    told = {f"well-{at}": tube for at, tube in tubes.items()}
    for forged in ("a" * 64, token(page), token(page)[:-3] + "abc"):
        answer = technician.post(
            f"/batches/{code}/load", data={**told, "picture": forged}
        )
        assert answer.status_code == 422
        assert "Nothing was loaded" in answer.text
    colleague = enter(cast.technician2)
    borrowed = {"picture": token(page)}
    assert colleague.post(f"/batches/{other}/load", data=borrowed).status_code == 422
    with enter.database.reading() as session:
        stages = {
            queries.plate(session, cast.technician, one).stage for one in (code, other)
        }
        assert stages == {"planned"}


def test_no_scan_by_hand_contradicts_what_the_picture_shows(
    enter: Enter, cast: Cast
) -> None:
    code, tubes = planned(enter, cast.technician)
    one, another = list(tubes)[:2]
    swapped = {**tubes, one: tubes[another], another: tubes[one]}
    technician = enter(cast.technician)
    page = technician.post(f"/batches/{code}/rack", data=given(picture(swapped))).text
    told = {f"well-{at}": tube for at, tube in tubes.items()}
    answer = technician.post(
        f"/batches/{code}/load", data={**told, "picture": token(page)}
    )
    assert answer.status_code == 409
    assert f"Well {one}: found" in answer.text


def test_what_the_picture_does_not_show_is_scanned(enter: Enter, cast: Cast) -> None:
    code, tubes = planned(enter, cast.technician)
    hidden = min(tubes)
    seen = {at: tube for at, tube in tubes.items() if at != hidden}
    seen["H12"] = next(iter(seen.values()))
    content = picture(seen)
    page = (
        enter(cast.technician).post(f"/batches/{code}/rack", data=given(content)).text
    )
    assert f"{hidden} · empty" in page
    assert "H12 · doubtful" in page


def test_a_tube_in_another_well_is_told_before_the_plate_is_loaded(
    enter: Enter, cast: Cast
) -> None:
    code, tubes = planned(enter, cast.technician)
    one, other = list(tubes)[:2]
    swapped = {**tubes, one: tubes[other], other: tubes[one]}
    content = picture(swapped)
    page = (
        enter(cast.technician).post(f"/batches/{code}/rack", data=given(content)).text
    )
    assert "another tube than planned" in page
    assert f"Found {tubes[other]}, planned {tubes[one]}." in page


def test_no_picture_is_refused_with_what_to_do(enter: Enter, cast: Cast) -> None:
    code, _ = planned(enter, cast.technician)
    technician = enter(cast.technician)
    answer = technician.post(f"/batches/{code}/rack", data=given(b"%PDF-1.7"))
    assert answer.status_code == 422
    assert "PNG, JPEG or TIFF" in answer.text
    assert (
        "A1 lies"
        in technician.post(f"/batches/{code}/rack", data=given(b"", "middle")).text
    )
    assert (
        "Choose the picture" in technician.post(f"/batches/{code}/rack", data={}).text
    )
