"""A sender announces a consignment: bags for the laboratory, contents for nobody."""

from decimal import Decimal

import pytest

from lims.cases import operations as cases
from lims.custody import manifests
from lims.errors import BadInput
from lims.samples.amounts import Measure
from lims.samples.tables import Stream
from lims.web.manifest_lines import Line, lines
from tests import factories
from tests.cast import Cast
from tests.lims.web.conftest import Browser, Enter

ROW = ("CY-1", "S-1", "IT-MED15-B-0001 Femur L", "")


def test_rows_and_pasted_lines_make_one_manifest() -> None:
    found = lines(
        [ROW, ("", " ", "", "")], "CY-2\tS-2\tFR-7H2K9-D\t2 piece\n\nCY-3;S-3;X"
    )
    assert found == [
        Line(1, "CY-1", "S-1", "IT-MED15-B-0001 Femur L", Measure()),
        Line(2, "CY-2", "S-2", "FR-7H2K9-D", Measure(Decimal(2), "piece")),
        Line(3, "CY-3", "S-3", "X", Measure()),
    ]


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("1200 mg", Measure(Decimal(1200), "mg")),
        ("1,25g", Measure(Decimal("1.25"), "g")),
        ("10 µl", Measure(Decimal(10), "µl")),
    ],
)
def test_an_amount_is_a_number_and_a_unit(text: str, measure: Measure) -> None:
    assert lines([(*ROW[:3], text)], "")[0].measure == measure


@pytest.mark.parametrize(
    ("rows", "pasted", "sentence"),
    [
        ([], "", "The manifest is empty"),
        ([("CY-1", "", "X", "")], "", "Line 1 has 2 filled columns"),
        ([ROW], "CY-2\tS-2", "Line 2 has 2 filled columns"),
        ([ROW], "CY-2;S-2;X;1 g;more", "Line 2 has 5 filled columns"),
        ([(*ROW[:3], "much")], "", "Line 1: 'much' is not an amount"),
        ([(*ROW[:3], "-1 g")], "", "Line 1: '-1 g' is not an amount"),
    ],
)
def test_a_line_that_is_not_whole_is_refused_by_its_number(
    rows: list[tuple[str, ...]], pasted: str, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        lines(rows, pasted)


@pytest.fixture
def tag(enter: Enter) -> str:
    """Remains with one left femur, at the mortuary."""
    with enter.database.transaction() as session:
        incident = factories.an_incident(session)
        found = factories.a_body(session, incident, "PLANTED-TAG-7")
        factories.an_element(session, found)
        return found


def announced(client: Browser, **told: object) -> str:
    """The code of what is announced by this form."""
    form = {"stream": "bone", "receiver": "LAB", "pasted": "", **told}
    answer = client.post("/consignments/new", data=form)
    assert answer.status_code == 302, answer.text
    return answer.location.rpartition("/")[2]


def test_a_mortuary_announces_bags_and_what_is_in_them(
    enter: Enter, cast: Cast, tag: str
) -> None:
    code = announced(
        enter(cast.mortuary),
        bag=["CY-1", "CY-2"],
        seal=["S-1", "S-2"],
        subject=[f"{tag} Femur L", f"{tag.lower()} femur l"],
        amount=["1200 mg", ""],
    )
    with enter.database.transaction() as session:
        found = manifests.manifest(session, cast.technician, code)
        assert [(line.bag, line.seal) for line in found] == [
            ("CY-1", "S-1"),
            ("CY-2", "S-2"),
        ]
        linked = cases.link(session, cast.coordinator, {"CY-1": "S7K2M9QXAV"})
        assert linked.linked == ("CY-1",)
        behind = cases.unblind(session, cast.coordinator, "S7K2M9QXAV")
        assert (behind.tag, behind.element) == (tag, "Femur")


def test_an_association_announces_references_by_their_donors(
    enter: Enter, cast: Cast
) -> None:
    with enter.database.transaction() as session:
        missed = factories.a_missing_person(session)
        donor = factories.a_donor(session, missed, "Planted Name").donor
    client = enter(cast.collector)
    page = client.get("/consignments/new").text
    assert f'value="{donor}" label="Planted Name"' in page
    code = announced(client, stream="reference", pasted=f"R-1\tRS-1\t{donor}\t1 piece")
    with enter.database.reading() as session:
        found = manifests.consignment(session, cast.technician, code)
        assert found.stream == Stream.REFERENCE
    for actor in (cast.technician, cast.manager, cast.auditor):
        page = enter(actor).get(f"/consignments/{code}").text
        assert "R-1" in page
        assert donor not in page
        assert "Planted" not in page


def test_the_laboratory_never_sees_the_mortuarys_tag(
    enter: Enter, cast: Cast, tag: str
) -> None:
    code = announced(enter(cast.mortuary), pasted=f"CY-1;S-1;{tag} Femur L")
    client = enter(cast.technician)
    for path in (f"/consignments/{code}", f"/consignments/{code}/bag?bag=CY-1"):
        page = client.get(path).text
        assert "PLANTED" not in page
        assert tag not in page
        assert "Femur" not in page


@pytest.mark.parametrize(
    "subject", ["nobody", "IT-MED15-B-9999 Femur L", "{tag} Femur R", "{tag}"]
)
def test_what_is_not_on_record_is_refused_and_nothing_is_announced(
    enter: Enter, cast: Cast, tag: str, subject: str
) -> None:
    named = subject.format(tag=tag)
    client = enter(cast.mortuary)
    form = {"stream": "bone", "receiver": "LAB", "pasted": f"CY-1;S-1;{named}"}
    answer = client.post("/consignments/new", data=form)
    assert answer.status_code == 422
    assert "Line 1" in answer.text
    assert "Nothing of yours is on its way." in client.get("/consignments/").text


def test_what_belongs_to_another_mortuary_cannot_be_declared(
    enter: Enter, cast: Cast, tag: str
) -> None:
    form = {"stream": "bone", "receiver": "LAB", "pasted": f"CY-1;S-1;{tag} Femur L"}
    answer = enter(cast.foreign_mortuary).post("/consignments/new", data=form)
    assert answer.status_code == 422
    assert "PLANTED" not in enter(cast.foreign_mortuary).get("/consignments/new").text


def test_the_same_form_sent_twice_announces_once(
    enter: Enter, cast: Cast, tag: str
) -> None:
    client = enter(cast.mortuary)
    form = {"stream": "bone", "receiver": "LAB", "pasted": f"CY-1;S-1;{tag} Femur L"}
    assert client.post("/consignments/new", data=form).status_code == 302
    assert client.post("/consignments/new", data=form).status_code == 409
    with enter.database.reading() as session:
        assert manifests.count_opened(session, cast.mortuary) == 1


def test_the_senders_page_shows_the_symbol_for_the_outside(
    enter: Enter, cast: Cast, tag: str
) -> None:
    client = enter(cast.mortuary)
    code = announced(client, pasted=f"CY-1;S-1;{tag} Femur L")
    assert 'class="symbol"' in client.get(f"/consignments/{code}").text
