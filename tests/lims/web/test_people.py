"""The pages of the people, as an administrator and as a colleague see them."""

import re

from lims.access import Role
from lims.audit.queries import all_faults
from lims.people.queries import everybody, person
from lims.web.people import DUTIES
from tests.cast import PASSWORD, Cast, user
from tests.lims.web.conftest import Enter

NEW = {
    "login": "rosalind",
    "name": "Rosalind Example",
    "organisation": "1",
    "roles": ["analyst", "technical reviewer"],
}


def shown_password(page: str) -> str:
    found = re.search(r"([a-z2-9]{5}-){4}[a-z2-9]{5}", page)
    assert found
    return found[0]


def test_a_colleague_sees_names_badges_and_roles_and_no_buttons(
    enter: Enter, cast: Cast
) -> None:
    page = enter(cast.technician).get("/people").text
    with enter.database.reading() as session:
        badge = user(session, cast.analyst2).badge
    assert "Analyst2" in page
    assert badge in page.replace("-", "")
    assert "technical reviewer" in page
    assert "Foreign" not in page
    assert "Add a person" not in page
    assert "/people/" not in page


def test_an_administrator_adds_a_person_and_sees_the_password_once(
    enter: Enter, cast: Cast
) -> None:
    boss = enter(cast.administrator)
    assert "Add a person" in boss.get("/people").text
    told = boss.post("/people/new", data=NEW)
    password = shown_password(told.text)
    with enter.database.reading() as session:
        (made,) = [
            one
            for one in everybody(session, cast.administrator)
            if one.login == "rosalind"
        ]
    assert made.roles == {"analyst", "technical reviewer"}
    client = enter()
    answer = client.post("/login", data={"login": "rosalind", "password": password})
    assert answer.status_code == 302
    assert password not in boss.get(f"/people/{made.uid}").text


def test_a_machine_account_is_added_without_a_password(
    enter: Enter, cast: Cast
) -> None:
    machine = {**NEW, "roles": "instrument agent"}
    told = enter(cast.administrator).post("/people/new", data=machine)
    assert "It has no password" in told.text


def test_an_unknown_role_is_quoted(enter: Enter, cast: Cast) -> None:
    wrong = enter(cast.administrator).post("/people/new", data={**NEW, "roles": "king"})
    assert wrong.status_code == 422
    assert "&#39;king&#39; is no role" in wrong.text


def test_a_reset_shows_a_new_password_and_ends_the_old_one(
    enter: Enter, cast: Cast
) -> None:
    told = enter(cast.administrator).post(f"/people/{cast.technician.uid}/reset")
    assert shown_password(told.text)
    answer = enter().post("/login", data={"login": "technician", "password": PASSWORD})
    assert answer.status_code == 401


def test_roles_are_ticked_as_they_are_held_and_changed(
    enter: Enter, cast: Cast
) -> None:
    boss, address = enter(cast.administrator), f"/people/{cast.analyst.uid}"
    assert 'value="analyst" checked' in boss.get(address).text
    roles = {"roles": ["analyst", "manager"]}
    assert boss.post(f"{address}/roles", data=roles).status_code == 302
    with enter.database.reading() as session:
        held = person(session, cast.administrator, cast.analyst.uid).roles
        assert all_faults(session) == {}
    assert held == {"analyst", "manager"}


def test_who_left_is_shown_as_such(enter: Enter, cast: Cast) -> None:
    boss = enter(cast.administrator)
    boss.post(f"/people/{cast.trainee.uid}/deactivate")
    assert "left" in boss.get(f"/people/{cast.trainee.uid}").text
    assert "End this account" not in boss.get(f"/people/{cast.trainee.uid}").text


def test_an_administrator_registers_an_organisation(enter: Enter, cast: Cast) -> None:
    boss = enter(cast.administrator)
    form = {"code": "ngo1", "name": "Lost & found", "country": "sn"}
    answer = boss.post("/organisations", data={**form, "kind": "association"})
    assert answer.status_code == 302
    assert "Lost &amp; found" in boss.get("/organisations").text
    wrong = boss.post("/organisations", data={**form, "kind": "club"})
    assert "&#39;club&#39; is no kind of organisation" in wrong.text


def test_the_login_page_shows_nothing_of_the_laboratory(enter: Enter) -> None:
    page = enter().get("/login").text
    assert "Log in" in page
    for word in ("People", "Scan", "Laboratory", "administrator"):
        assert word not in page


def test_every_role_is_explained_to_who_grants_it() -> None:
    assert set(DUTIES) == set(Role)


def test_who_is_inside_is_not_asked_to_log_in_again(enter: Enter, cast: Cast) -> None:
    answer = enter(cast.technician).get("/login?next=/people")
    assert answer.location == "/people"


def test_a_trainee_finds_the_way_out(enter: Enter, cast: Cast) -> None:
    page = enter(cast.trainee).get("/account").text
    assert 'action="/logout"' in page
