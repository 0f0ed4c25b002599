"""What every page shares."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser
from types import SimpleNamespace

from flask import g, get_flashed_messages, render_template_string
from flask.testing import FlaskClient
import pytest

from lims.access import Actor
from lims.web import languages, shown
from tests.browser.gallery import AT, CAST, gallery


@pytest.fixture
def client() -> Iterator[FlaskClient]:
    app, _heard = gallery()
    with app.test_client() as client:
        yield client


def test_our_codes_are_grouped_and_apart_from_the_texts_direction() -> None:
    written = shown.code("S7K2M9QXAV")
    assert written == '<bdi><code class="code">S7K2-M9QX-AV</code></bdi>'


@pytest.mark.parametrize("foreign", ["CY-004187", "S7K2M9QXA", "S7K2M9QXAT", "<b>"])
def test_foreign_codes_stay_as_they_are_written(foreign: str) -> None:
    assert shown.grouped(foreign) == foreign
    assert "<b>" not in shown.code(foreign)


def test_a_moment_shows_the_laboratorys_time_and_the_exact_utc(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = client.application
    app.extensions["lims"] = SimpleNamespace(zone=timezone(timedelta(hours=2)))
    monkeypatch.setattr("lims.clock.now", lambda: AT)
    with app.test_request_context("/"):
        written = shown.moment(AT)
        old = shown.moment(datetime(2015, 4, 18, 23, 30, tzinfo=UTC))
    assert ">12 Oct 09:14<" in written
    assert 'title="2026-10-12 07:14:03 UTC"' in written
    assert ">19 Apr 2015 01:30<" in old


def test_a_chip_has_sign_word_and_reason(client: FlaskClient) -> None:
    with client.application.test_request_context("/"):
        assert "○" in shown.chip("expected")
        assert "expected" in shown.chip("expected")
        assert "photograph &lt;missing&gt;" in shown.chip(
            "held", "photograph <missing>"
        )
        with pytest.raises(KeyError):
            shown.chip("invalid")


def test_the_rail_shows_what_the_actor_may_open_and_counts_what_waits(
    client: FlaskClient,
) -> None:
    app = client.application
    items = app.extensions["rail"]
    items["gallery.today"] = replace(items["gallery.today"], count=lambda *_: 5)
    app.before_request(lambda: setattr(g, "session", object()))
    page = client.get("/consignments").text
    assert 'Today <span class="n">5</span>' in page
    assert '<a href="/consignments" aria-current="page">' in page
    assert page.count('aria-current="page"') == 1


@pytest.mark.parametrize("actor", [None, CAST.instrument])
def test_who_may_open_nothing_sees_no_rail_and_no_scan_box(actor: Actor | None) -> None:
    app, _heard = gallery(actor)
    with app.test_client() as client:
        page = client.get("/").text
    assert '<nav class="rail"' not in page
    assert 'id="scan"' not in page


def test_a_redirect_asked_for_by_htmx_opens_a_whole_page(client: FlaskClient) -> None:
    plain = client.post("/describe")
    assert plain.status_code == 302
    asked = client.post("/describe", headers={"HX-Request": "true"})
    assert asked.status_code == 200
    assert asked.headers["HX-Redirect"] == "/"
    assert "Location" not in asked.headers


def test_a_refusal_asked_for_by_htmx_goes_to_the_band(client: FlaskClient) -> None:
    asked = client.post("/scan", data={"code": "REFUSED1"}, headers={"HX-Request": "1"})
    assert asked.status_code == 409
    assert asked.headers["HX-Retarget"] == "#band"
    assert asked.text.strip().startswith('<div class="band wrong" id="band"')
    assert "not on this manifest" in asked.text
    page = client.post("/scan", data={"code": "REFUSED1"})
    assert page.text.startswith("<!doctype html>")
    assert "not on this manifest" in page.text


def test_a_refused_scan_keeps_what_was_armed(client: FlaskClient) -> None:
    form = {"code": "REFUSED1", "armed": "tube 1"}
    asked = client.post("/scan", data=form, headers={"HX-Request": "true"})
    assert 'data-armed="tube 1"' in asked.text


def test_a_refused_signature_is_told_inside_its_dialog(client: FlaskClient) -> None:
    asked = client.post(
        "/sign",
        data={"password": "wrong"},
        headers={"HX-Request": "true", "HX-Target": "div#sign-answer"},
    )
    assert asked.status_code == 409
    assert "HX-Retarget" not in asked.headers


def test_what_was_flashed_is_told_once_in_the_band(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["_flashes"] = [("right", "Saved."), ("hold", "One bag is held.")]
    page = client.get("/").text
    assert "Saved." in page
    assert '<div class="band hold" id="band"' in page
    assert "Saved." not in client.get("/").text
    assert get_flashed_messages() == []


class Texts(HTMLParser):
    """Every text a person can read, with names and codes left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.path: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "link", "input", "br"}:
            self.path.append(tag)
        for name, value in attrs:
            if name in {"aria-label", "placeholder"}:
                self.found.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        if self.path and self.path[-1] == tag:
            self.path.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not {"kbd", "code", "style"} & set(self.path):
            self.found.append(data.strip())


def test_every_text_of_the_shell_can_be_translated(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lims.clock.now", lambda: AT)
    client.set_cookie(languages.COOKIE, languages.PSEUDO)
    texts = Texts()
    texts.feed(client.get("/nowhere").text)
    plain = {t for t in texts.found if not (t.startswith("[") or t.endswith("~]"))}
    signs = {sign for sign, _word in shown.BANDS.values()} - {"↻"}
    assert plain == {"Nomen", "technician", "12 Oct 07:14", *signs}


def test_the_pretended_language_keeps_placeholders_and_markup() -> None:
    text = languages.pretended("Bag %(n)s of <b>%(all)d</b>")
    assert text.startswith("[Båğ %(n)s öf <b>%(all)d</b>~")
    assert len(languages.pretended("x" * 100)) == 132


@pytest.mark.parametrize(
    ("cookie", "asked", "lang", "direction"),
    [
        (None, "de, ar;q=0.9", "en", "ltr"),
        ("ar", "en", "ar", "rtl"),
        ("en-XA", "en", "en-XA", "ltr"),
        ("xx", "en", "en", "ltr"),
    ],
)
def test_the_cookie_chooses_the_language(
    client: FlaskClient, cookie: str | None, asked: str, lang: str, direction: str
) -> None:
    if cookie:
        client.set_cookie(languages.COOKIE, cookie)
    page = client.get("/", headers={"Accept-Language": asked}).text
    assert f'<html lang="{lang}" dir="{direction}">' in page


def test_no_style_stands_in_the_markup(client: FlaskClient) -> None:
    assert "style=" not in client.get("/").text


def test_numbers_choose_their_words(client: FlaskClient) -> None:
    with client.application.test_request_context("/"):
        said = [languages.ngettext("%(num)s bag", "%(num)s bags", n) for n in (1, 2)]
        lazy = languages.lazy_gettext("held")
        shown_ = render_template_string("{{ lazy }}", lazy=lazy)
    assert said == ["1 bag", "2 bags"]
    assert shown_ == "held"


@pytest.mark.parametrize("name", ["lines", "mine", "inside", "told", "side"])
def test_a_page_shows_its_own_values_whatever_they_are_called(
    client: FlaskClient, name: str
) -> None:
    page = (
        '{% extends "base.html" %}{% block work %}<p>{{ '
        + name
        + " | default('lost') }}</p>{% endblock %}"
    )
    with client.application.test_request_context("/"):
        client.application.preprocess_request()
        shown = render_template_string(page, **{name: "the page's own"})
    assert "<p>the page&#39;s own</p>" in shown
