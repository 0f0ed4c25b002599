"""The pages of the families: files, donors, and consents asked question by question."""

from lims.cases import queries
from lims.cases.words import Scope
from tests.cast import Cast
from tests.lims.web.conftest import Browser, Enter

MISSED = {
    "name": "Awa Planted",
    "fathers_name": "",
    "sex": "female",
    "birth_year": "1994",
    "nationality": "sn",
    "incident": "",
}


def opened(collector: Browser) -> str:
    """The code of a file just opened."""
    made = collector.post("/families/", data=MISSED)
    assert made.status_code == 302
    return made.location.rpartition("/")[2]


def registered(collector: Browser, *missed: str) -> str:
    """The code of a donor who misses these."""
    told = {
        "name": "Fatou Planted",
        "sex": "female",
        "birth_year": "",
        "missing": [*missed, ""],
        "claimed": ["MOTHER"] * (len(missed) + 1),
    }
    made = collector.post("/families/donors", data=told)
    assert made.status_code == 302, made.text
    return made.location.rpartition("/")[2]


def answers(**said: str) -> dict[str, str]:
    return {"form": "CF-1 v2", **dict.fromkeys(Scope, "no"), **said}


def test_a_file_is_opened_and_a_donor_tied_to_it(enter: Enter, cast: Cast) -> None:
    collector = enter(cast.collector)
    missed = opened(collector)
    donor = registered(collector, missed)
    page = collector.get(f"/families/missing/{missed}").text
    assert "Awa Planted" in page
    assert "Fatou Planted" in page
    assert "Biological mother" in page
    assert "Awa Planted" in collector.get(f"/families/donors/{donor}").text


def test_a_donor_may_miss_two_people(enter: Enter, cast: Cast) -> None:
    collector = enter(cast.collector)
    missed = [opened(collector), opened(collector)]
    donor = registered(collector, *missed)
    page = collector.get(f"/families/donors/{donor}").text
    assert all(code in page for code in missed)


def test_donor_and_missing_person_never_look_alike(enter: Enter, cast: Cast) -> None:
    collector = enter(cast.collector)
    missed = opened(collector)
    registered(collector, missed)
    page = collector.get(f"/families/missing/{missed}").text
    assert '<span class="who missing"><b>Missing</b> <bdi>Awa Planted</bdi>' in page
    assert '<span class="who donor"><bdi>Fatou Planted</bdi>' in page


def test_consent_is_given_by_answering_each_question(enter: Enter, cast: Cast) -> None:
    collector = enter(cast.collector)
    donor = registered(collector, opened(collector))
    said = answers(dna_identification="yes", contact_again="yes")
    collector.post(f"/families/donors/{donor}/consent", data=said)
    with enter.database.reading() as session:
        (kept,) = queries.consents_of(session, cast.collector, donor)
        assert kept.scopes == ["contact_again", "dna_identification"]
    assert "consent active" in collector.get(f"/families/donors/{donor}").text


def test_a_question_left_open_is_asked_again(enter: Enter, cast: Cast) -> None:
    collector = enter(cast.collector)
    donor = registered(collector, opened(collector))
    said = answers(dna_identification="yes")
    del said["keep_sample"]
    wrong = collector.post(f"/families/donors/{donor}/consent", data=said)
    assert wrong.status_code == 422
    assert "May the sample be kept" in wrong.text


def test_consent_is_taken_back_and_can_be_given_anew(enter: Enter, cast: Cast) -> None:
    collector = enter(cast.collector)
    donor = registered(collector, opened(collector))
    address = f"/families/donors/{donor}"
    said = answers(dna_identification="yes")
    collector.post(f"{address}/consent", data=said)
    collector.post(f"{address}/withdraw")
    page = collector.get(address).text
    assert "no consent" in page
    assert "Earlier consents" in page
    assert collector.post(f"{address}/withdraw").status_code == 409
    collector.post(f"{address}/consent", data=said)
    assert "consent active" in collector.get(address).text


def test_another_organisation_sees_none_of_it(enter: Enter, cast: Cast) -> None:
    collector = enter(cast.collector)
    missed = opened(collector)
    donor = registered(collector, missed)
    other = enter(cast.foreign_mortuary)
    assert "Planted" not in other.get("/families/").text
    assert "Planted" not in other.get("/families/donors").text
    for address in (f"/families/missing/{missed}", f"/families/donors/{donor}"):
        assert other.get(address).status_code == 404
    said = answers(dna_identification="yes")
    for step in ("consent", "withdraw"):
        address = f"/families/donors/{donor}/{step}"
        data = said if step == "consent" else {}
        assert other.post(address, data=data).status_code == 404


def test_a_sex_or_country_nobody_knows_is_refused(enter: Enter, cast: Cast) -> None:
    collector = enter(cast.collector)
    for change in ({"sex": ""}, {"nationality": "Senegal"}, {"birth_year": "94?"}):
        answer = collector.post("/families/", data={**MISSED, **change})
        assert answer.status_code == 422, change
    assert "No file is open yet." in collector.get("/families/").text
