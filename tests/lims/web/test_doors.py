"""Nobody passes the doors who should not, and nobody stays longer than allowed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pyotp import TOTP
import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from lims import clock
from lims.access import Actor, Role
from lims.audit.queries import events_of
from lims.db import Database
from lims.people import operations
from lims.people.tables import AuthSession
from lims.web.doors import safe_next
from lims.web.request import BENCHES
from tests.cast import PASSWORD, SECRET, Cast
from tests.lims.web.conftest import SAFE, Browser, Enter, app_on

NEW = "four words without sense"


def here(client: Browser) -> bool:
    """Whether this browser's login holds."""
    answer = client.get("/account")
    assert answer.status_code in {200, 302}
    return answer.status_code == 200


def log_in(
    client: Browser, name: str, password: str = PASSWORD, **more: Any
) -> TestResponse:
    form = {"login": name, "password": password, **more}
    return client.post("/login", data=form)


def token_of(client: Browser) -> str:
    cookie = client.get_cookie("nomen")
    assert cookie is not None
    return cookie.value


def tick(monkeypatch: pytest.MonkeyPatch, later: timedelta) -> None:
    moment = datetime.now(UTC) + later
    monkeypatch.setattr(clock, "now", lambda: moment)


def tags(enter: Enter, actor: Actor) -> list[str]:
    with enter.database.reading() as session:
        return [event.tag for event in events_of(session, [actor.uid])]


# Coming in


def test_name_and_password_open_the_pages(enter: Enter, cast: Cast) -> None:
    client = enter()
    assert not here(client)
    answer = log_in(client, " Technician ", next="/account")
    assert (answer.status_code, answer.location) == (302, "/account")
    assert here(client)
    assert tags(enter, cast.technician)[-1] == "login:succeeded"


def test_a_signer_logs_in_with_name_password_and_code_on_one_page(
    enter: Enter,
) -> None:
    client = enter()
    assert log_in(client, "reviewer").status_code == 401
    assert log_in(client, "reviewer", code="000000").status_code == 401
    assert log_in(client, "reviewer", code=TOTP(SECRET).now()).status_code == 302
    assert here(client)


def test_a_code_that_was_used_opens_no_second_login(enter: Enter) -> None:
    code = TOTP(SECRET).now()
    assert log_in(enter(), "reviewer", code=code).status_code == 302
    assert log_in(enter(), "reviewer", code=code).status_code == 401


@pytest.mark.parametrize("name", ["nobody", "instrument", "reviewer", "technician"])
def test_every_wrong_login_is_answered_alike(
    enter: Enter, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No word tells whether the name exists, or which part was wrong (ASVS 6.3.8)."""
    tick(monkeypatch, timedelta())
    password = PASSWORD if name in {"reviewer", "instrument"} else "wrong " * 4
    answer = log_in(enter(), name, password)
    other = log_in(enter(), "somebody else", "wrong " * 4)
    assert answer.status_code == other.status_code == 401
    assert without_tokens(answer) == without_tokens(other)
    assert b"did not fit" in answer.data


def without_tokens(answer: TestResponse) -> list[str]:
    lines = answer.text.replace(">", ">\n").splitlines()
    return [one for one in lines if "nonce" not in one and "csrf_token" not in one]


def test_a_known_and_an_unknown_name_cost_one_hash_each(
    enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []

    def fits(kept: str, _: str) -> bool:
        hashed.append(kept)
        return False

    monkeypatch.setattr("lims.people.passwords._fits", fits)
    log_in(enter(), "technician", "wrong " * 4)
    log_in(enter(), "nobody", "wrong " * 4)
    assert len(hashed) == 2


def test_ten_failures_close_the_door_here_and_not_for_a_colleague_elsewhere(
    enter: Enter,
) -> None:
    client = enter()
    for _ in range(10):
        log_in(client, "technician", "wrong " * 4)
    refused = log_in(client, "technician")
    assert refused.status_code == 429
    assert b"Wait five minutes" in refused.data
    elsewhere = client.post(
        "/login",
        data={"login": "technician", "password": PASSWORD},
        environ_base={"REMOTE_ADDR": "10.0.0.2"},
    )
    assert elsewhere.status_code == 302


def test_a_password_too_long_is_refused_without_hashing_it(
    enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "lims.people.passwords._fits", lambda *_: pytest.fail("was hashed")
    )
    assert log_in(enter(), "technician", "x" * 100_000).status_code == 401


def test_a_login_never_takes_over_a_token_that_was_brought_along(
    enter: Enter, cast: Cast
) -> None:
    client = enter()
    client.set_cookie("nomen", "chosen-by-an-attacker")
    log_in(client, "technician")
    assert token_of(client) != "chosen-by-an-attacker"
    earlier = token_of(client)
    log_in(client, "trainee")
    assert token_of(client) != earlier
    client.set_cookie("nomen", earlier)
    assert not here(client)


def test_only_the_hash_of_a_token_is_in_the_database(enter: Enter) -> None:
    client = enter()
    log_in(client, "technician")
    with enter.database.reading() as session:
        kept = session.scalars(select(AuthSession.token_hash)).all()
    assert token_of(client) not in kept
    assert [len(one) for one in kept] == [64]


@pytest.mark.parametrize(
    "wanted", ["/people", "/samples/S7K2M9QXAV?page=2", "/", "/a#b"]
)
def test_after_the_login_the_page_that_was_wanted_comes(wanted: str) -> None:
    assert safe_next(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil.example",
        " /people",
        "/a b",
        "/a\r\nSet-Cookie: x=y",
        "",
    ],
)
def test_a_login_leads_to_no_other_site(enter: Enter, wanted: str) -> None:
    assert safe_next(wanted) == "/"
    answer = log_in(enter(), "technician", next=wanted)
    assert answer.location == "/"


def test_a_stranger_is_led_to_the_login_and_back(enter: Enter) -> None:
    answer = enter().get("/people?sort=name", headers={"Accept": "text/html"})
    assert answer.status_code == 302
    assert answer.location == "/login?next=/people?sort%3Dname"


def test_a_stranger_who_sends_something_is_refused_plainly(enter: Enter) -> None:
    assert enter().post("/people/new").status_code == 401
    assert enter().get("/people", headers={"Accept": "text/csv"}).status_code == 401
    assert enter().get("/no/such/page", headers={"Accept": "a/b"}).status_code == 401


# Staying


def test_an_idle_login_ends(
    enter: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = enter(cast.technician)
    tick(monkeypatch, timedelta(minutes=29))
    assert here(client)
    tick(monkeypatch, timedelta(minutes=58))
    assert here(client)
    tick(monkeypatch, timedelta(minutes=58 + 31))
    assert not here(client)


def test_a_login_ends_after_twelve_hours_however_busy(
    enter: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = enter(cast.technician)
    for minutes in range(20, 720, 20):
        tick(monkeypatch, timedelta(minutes=minutes))
        assert here(client)
    tick(monkeypatch, timedelta(hours=12))
    assert not here(client)


def test_presence_is_noted_once_a_minute_and_not_at_every_page(
    enter: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def seen() -> datetime:
        with enter.database.reading() as session:
            moment: datetime = session.scalars(select(AuthSession)).one().seen_at
            return moment

    client = enter(cast.technician)
    begun = seen()
    tick(monkeypatch, timedelta(seconds=50))
    assert here(client)
    assert seen() == begun
    tick(monkeypatch, timedelta(seconds=70))
    assert here(client)
    assert seen() > begun


# Going


def test_a_cookie_copied_before_logout_is_dead_after_it(
    enter: Enter, cast: Cast
) -> None:
    client, thief = enter(cast.technician), enter()
    thief.set_cookie("nomen", token_of(client))
    assert here(thief)
    answer = client.post("/logout")
    assert answer.location == "/login"
    assert client.get_cookie("nomen") is None
    assert not here(thief)
    assert tags(enter, cast.technician)[-1] == "logout:done"


def test_logging_out_needs_a_post(enter: Enter, cast: Cast) -> None:
    client = enter(cast.technician)
    assert client.get("/logout").status_code == 405
    assert here(client)


def test_who_is_deactivated_is_out_at_the_next_request(
    enter: Enter, cast: Cast
) -> None:
    client, boss = enter(cast.technician), enter(cast.administrator)
    assert here(client)
    boss.post(f"/people/{cast.technician.uid}/deactivate")
    assert not here(client)
    assert log_in(enter(), "technician").status_code == 401


def test_a_role_taken_away_is_gone_at_the_next_request(
    enter: Enter, cast: Cast
) -> None:
    client, boss = enter(cast.technician), enter(cast.administrator)
    assert client.get("/people").status_code == 200
    roles = f"/people/{cast.technician.uid}/roles"
    assert boss.post(roles, data={"roles": "trainee"}).status_code == 302
    assert client.get("/people").status_code == 403


def test_a_new_password_ends_the_logins_elsewhere(enter: Enter, cast: Cast) -> None:
    client, elsewhere = enter(cast.technician), enter(cast.technician)
    changed = client.post("/account/password", data={"old": PASSWORD, "new": NEW})
    assert changed.status_code == 302
    assert here(client)
    assert not here(elsewhere)
    assert log_in(enter(), "technician").status_code == 401
    assert log_in(enter(), "technician", NEW).status_code == 302


def test_five_wrong_passwords_in_the_pages_close_what_needs_one(
    enter: Enter, cast: Cast
) -> None:
    client = enter(cast.technician)
    for _ in range(5):
        wrong = client.post("/account/password", data={"old": "no " * 6, "new": NEW})
        assert wrong.status_code == 403
    right = client.post("/account/password", data={"old": PASSWORD, "new": NEW})
    assert right.status_code == 409
    assert tags(enter, cast.technician)[-5:] == ["proof:refused"] * 5


# What is not finished


def test_a_given_password_is_replaced_before_anything_else(
    enter: Enter, cast: Cast
) -> None:
    with enter.database.transaction() as session:
        given = operations.reset_access(
            session, cast.administrator, cast.technician.uid
        )
    client = enter()
    log_in(client, "technician", given)
    assert client.get("/people").location == "/account"
    assert client.post("/people/new").status_code == 403
    client.post("/account/password", data={"old": given, "new": NEW})
    assert client.get("/people").status_code == 200


def a_new_reviewer(enter: Enter, cast: Cast) -> None:
    """With the password of all, and no second factor yet."""
    with enter.database.transaction() as session:
        operations.register_user(
            session,
            cast.administrator,
            login="rosalind",
            name="Rosalind Example",
            organisation_id=cast.administrator.organisation_id,
            roles={Role.REVIEWER},
            password=PASSWORD,
        )


def test_a_signer_enrols_a_second_factor_before_anything_else(
    enter: Enter, cast: Cast
) -> None:
    a_new_reviewer(enter, cast)
    client = enter()
    assert log_in(client, "rosalind").status_code == 302
    assert client.get("/people").location == "/account"
    page = client.get("/account").text
    assert "<svg" in page
    secret = page.partition('name="secret" value="')[2][:32]
    form = {"secret": secret, "code": TOTP(secret).now(), "password": PASSWORD}
    assert client.post("/account/second-factor", data=form).status_code == 302
    assert client.get("/people").status_code == 200
    assert log_in(enter(), "rosalind").status_code == 401


def test_the_cookies_are_the_hosts_own_where_tls_is(
    embedded: Database, tmp_path: Path
) -> None:
    app = app_on(embedded, tmp_path, secure_cookies=True)
    client = app.test_client()
    page = client.get("/login", base_url="https://lab.example")
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    form = {"login": "technician", "password": PASSWORD, "csrf_token": token}
    answer = client.post("/login", data=form, base_url="https://lab.example")
    assert answer.status_code == 302
    names = {"__Host-nomen": "login", "__Host-nomen-form": "form"}
    cookies = page.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")
    assert {one.partition("=")[0] for one in cookies} == set(names)
    for one in cookies:
        for mark in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
            assert mark in one, one
        assert "Domain" not in one


def test_refusals_wear_the_headers_too(enter: Enter, cast: Cast) -> None:
    client = enter(cast.trainee)
    forged = enter(cast.trainee)
    forged.forged = True
    answers = {
        302: enter().get("/people"),
        400: forged.post("/logout"),
        401: enter().post("/people/new"),
        403: client.get("/people"),
        404: client.get("/no/such/page"),
        405: client.get("/logout"),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_no_unsafe_request_passes_without_the_pages_token(
    enter: Enter, cast: Cast
) -> None:
    """Every rule of the site that changes something, as a forged form would ask it."""
    client = enter(cast.administrator)
    client.forged = True
    tried = 0
    for rule in enter.app.url_map.iter_rules():
        for method in (rule.methods or set()) - SAFE:
            values: dict[str, Any] = dict.fromkeys(rule.arguments, 1)
            with enter.app.test_request_context():
                address = enter.app.url_for(rule.endpoint, **values)
            answer = client.open(address, method=method, data={"a": "b"})
            if rule.endpoint in BENCHES:  # by a token of its own: a cookie is nothing
                assert answer.status_code in {401, 422}, rule
                continue
            assert answer.status_code == 400, rule
            assert "Load the page again" in answer.text
            tried += 1
    assert tried >= 8


def test_a_field_that_no_page_offers_refuses_the_form(enter: Enter, cast: Cast) -> None:
    """Nobody becomes administrator by adding a field (ASVS 15.3.3)."""
    client = enter(cast.technician)
    form = {"old": PASSWORD, "new": NEW, "role": "administrator"}
    answer = client.post("/account/password", data=form)
    assert answer.status_code == 422
    assert "field &#39;role&#39;" in answer.text


def test_who_is_refused_is_on_record_and_what_was_asked(
    enter: Enter, cast: Cast
) -> None:
    assert enter(cast.trainee).get("/people").status_code == 403
    with enter.database.reading() as session:
        told = events_of(session, [cast.trainee.uid])[-1]
        assert told.tag == "access:refused"
        assert b'"endpoint":"people.page"' in told.body
