"""The pages of the quantifications: a run, the import, and the tube's own page."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from io import BytesIO
import re

import pytest
from sqlalchemy import select

from lims.access import Role
from lims.db import Database
from lims.demo.quantified import Plate, Tube, written
from lims.quantities.queries import Quantification
from lims.web.quantity_curve import drawn
from tests import objects
from tests.cast import PASSWORD, Cast
from tests.lims.web.conftest import Browser, Enter
from tests.plates import extracts

D = Decimal
ClientOf = Callable[[Role], Browser]


@pytest.fixture
def codes(enter: Enter) -> Sequence[str]:
    with enter.database.transaction() as session:
        return extracts(session, 6)


def give(client: Browser, plate: Plate) -> str:
    """Upload the export of a run; the page of its import."""
    file = (BytesIO(written(plate)), "run.txt")
    form = {"plate": "", "reason": "", "file": file}
    answer = client.post("/imports/", data=form)
    assert answer.status_code == 302
    return str(client.get(answer.location).text)


def uid_of(database: Database) -> str:
    with database.reading() as session:
        return str(session.scalars(select(Quantification.uid)).one())


def plain(page: str) -> str:
    """The words of a page, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_page_of_an_import_shows_values_and_judgement(
    enter: Enter, cast: Cast, codes: Sequence[str]
) -> None:
    client = enter(cast.technician)
    tubes = [Tube(codes[0], D("0.21"), D("0.07"), D("0.1")), Tube(codes[1], None)]
    page = plain(give(client, Plate("run", tubes)))
    assert "The quantities of 2 tubes are kept." in page
    assert "Amplify 2.4 µl. 0.21 0.07 0.1 3 0" in page
    assert "all the same. none none none – 0" in page
    assert "Extract again or concentrate; it may be amplified all the same." in page


def test_the_page_of_a_run_shows_curve_plate_and_tubes(
    enter: Enter, cast: Cast, codes: Sequence[str]
) -> None:
    client = enter(cast.technician)
    tubes = [
        Tube(codes[0], D("0.21"), D("0.07")),
        Tube(codes[1], D("0.002")),
        Tube(codes[2], D(30)),
        Tube(codes[3], D("0.1"), late=D(2)),
        Tube(codes[4], D("0.1"), D("0.005")),
    ]
    give(client, Plate("QP run", tubes))
    page = client.get(f"/quantities/{uid_of(enter.database)}").text
    assert page.count("stroke-dasharray") == 3, "a line for each target"
    told = plain(page)
    assert "Quantifiler Trio · 5 tubes" in told
    assert "small autosomal T.Small Autosomal -3.34 27.4 0.998 the file" in told
    assert "Amplify 15 µl, the most that fits: the extract is thin." in told
    assert "Dilute 1 to 60, then amplify 1 µl." in told
    assert "Dilute and quantify again: something inhibits." in told
    assert "Amplify 5 µl. It is degraded: short markers first." in told
    assert "cycles late 1.0 the programme, version 1" in told, "what it was judged by"
    assert "S 0.005" in told, "a standard in the plate, with its amount"
    assert 'class="sample ask"' in page, "the inhibited tube catches the eye"


def test_a_held_run_says_so_and_suggests_nothing(
    client_of: ClientOf, enter: Enter
) -> None:
    made = objects.a_quantification(enter.laboratory)
    client = client_of(Role.TECHNICIAN)
    page = plain(client.get(f"/quantities/{made['uid']}").text)
    assert "The quantities are not usable" in page
    assert "slope -3.9" in page
    assert "none: the run is not usable" in page
    assert "Amplify" not in page


def test_two_people_end_the_hold_on_the_page_of_the_import(
    client_of: ClientOf, enter: Enter
) -> None:
    made = objects.a_quantification(enter.laboratory)
    first, second = client_of(Role.QUALITY), client_of(Role.REVIEWER)
    page = first.get(f"/quantities/{made['uid']}").text
    address = re.search(r"/imports/[0-9a-f]{32}", page)
    assert address is not None
    held = first.get(address[0]).text
    number = re.search(r'name="finding" value="(\d+)"', held)
    assert number is not None
    told = {"cause": "contamination", "resolution": "Read from standards of today."}
    form = {"finding": number[1], "password": PASSWORD}
    assert first.post(f"{address[0]}/answer", data={**form, **told}).status_code == 302
    assert second.post(f"{address[0]}/confirm", data=form).status_code == 302
    assert "Amplify 2.4 µl." in plain(first.get(f"/quantities/{made['uid']}").text)


def test_the_page_of_a_tube_shows_its_newest_amount_and_index(
    enter: Enter, cast: Cast, codes: Sequence[str]
) -> None:
    client = enter(cast.technician)
    address = f"/samples/{codes[0]}"
    assert "It was not quantified yet." in client.get(address).text
    give(client, Plate("first", [Tube(codes[0], D("0.5"), D("0.5"))]))
    give(client, Plate("second", [Tube(codes[0], D("0.21"), D("0.07"))]))
    page = plain(client.get(address).text)
    assert "small autosomal 0.21 ng/µl" in page
    assert "Degradation index 3" in page
    assert "ForenSeq DNA Signature Prep : Amplify 4.8 µl." in page
    assert "1 measurement before" in page


def test_the_coordinator_sees_no_amounts(
    client_of: ClientOf, enter: Enter, cast: Cast, codes: Sequence[str]
) -> None:
    """The amount of the male target tells of a person's sex."""
    give(enter(cast.technician), Plate("run", [Tube(codes[0], D("0.21"))]))
    page = client_of(Role.COORDINATOR).get(f"/samples/{codes[0]}")
    assert page.status_code == 200
    assert "ng/µl" not in page.text


def test_an_empty_list_teaches_what_fills_it(client_of: ClientOf) -> None:
    page = client_of(Role.TECHNICIAN).get("/quantities/").text
    assert "Nothing was quantified yet." in page
    assert "sample names are the codes of the tubes" in page


def test_a_fluorometer_has_no_curve_and_says_why(
    enter: Enter, cast: Cast, codes: Sequence[str]
) -> None:
    content = (
        "Run ID,Assay Name,Test Name,Test Date,Qubit tube conc.,Units,"
        "Original sample conc.,Units,Sample Volume (uL),Dilution Factor\n"
        f"r,1x dsDNA High Sensitivity,{codes[0]},,0.05,ng/µL,6.08,ng/µL,2,100\n"
    )
    client = enter(cast.technician)
    file = (BytesIO(content.encode()), "qubit.csv")
    client.post("/imports/", data={"plate": "", "reason": "", "file": file})
    page = plain(client.get(f"/quantities/{uid_of(enter.database)}").text)
    assert "All DNA" in page
    assert "6.08" in page
    assert "This run has no standard curve." in page
    assert "Quantify human DNA" in page


class TestDrawing:
    def test_points_lie_on_their_line(self) -> None:
        curve = {"target": "T.Y", "slope": "-3.3", "intercept": "26", "r2": "1"}
        points = [
            {"target": "T.Y", "ng": ng, "ct": ct}
            for ng, ct in (("10", "22.7"), ("1", "26"), ("0.1", "29.3"))
        ]
        found = drawn([curve], points, {"T.Y": "male"})
        (line,) = found.lines
        marks = re.findall(r"M([\d.]+) ([\d.]+)m", line.points)
        assert len(marks) == 3
        (x0, y0), (x1, y1) = re.findall(r"([\d.]+) ([\d.]+)", line.path)
        for x, y in marks:
            part = (float(x) - float(x0)) / (float(x1) - float(x0))
            assert abs(float(y0) + part * (float(y1) - float(y0)) - float(y)) < 0.2
        assert [name for _, name in found.amounts] == ["0.1", "1", "10"]

    def test_standards_left_out_or_without_a_cycle_are_not_drawn(self) -> None:
        curve = {"target": "T.Y"}
        points: list[dict[str, object]] = [
            {"target": "T.Y", "ng": "1"},
            {"target": "T.Y", "ng": "1", "ct": "26", "omitted": True},
            {"target": "T.Y", "ct": "26"},
        ]
        found = drawn([curve], points, {"T.Y": "male"})
        assert not found.is_drawn
        assert found.lines[0].slope == "–"


def test_a_sample_page_of_a_bone_asks_for_no_amount(enter: Enter, cast: Cast) -> None:
    made = objects.a_bone(enter.laboratory)
    page = enter(cast.technician).get(f"/samples/{made['code']}").text
    assert "It was not quantified yet." not in page
