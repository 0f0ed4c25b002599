"""The demo's names and genotypes, searched for in everything that the bench can see."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import replace
import re

from flask import Flask
import pytest
from sqlalchemy import select

from app import laboratory
from config.settings import load
from lims import web
from lims.access import Role
from lims.audit.queries import all_faults
from lims.audit.tables import Event
from lims.cases.tables import Donor, MissingPerson, Remains
from lims.cli import demo
from lims.laboratory import Laboratory
from lims.people import logins
from lims.people.tables import User, UserRole
from lims.results.tables import Injection
from tests.lims.web.conftest import Browser

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

BENCH = (
    Role.TECHNICIAN, Role.ANALYST, Role.REVIEWER, Role.MANAGER, Role.QUALITY,
    Role.AUDITOR,
)  # fmt: skip
SAME, ALL = 4, 120
"""Pages looked at of one endpoint, and by one role."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """The whole demo, as `make demo` fills it."""
    folder = tmp_path_factory.mktemp("demo")
    settings = replace(
        load(environment={}),
        database_url=f"sqlite:///{folder}/nomen.db",
        data_folder=str(folder / "originals"),
        secret_key_file=str(folder / "secret.key"),
        import_folder=str(folder / "exports"),
        handoff_out=str(folder / "out"),
        handoff_in=str(folder / "in"),
        secure_cookies=False,
    )
    lab = laboratory(settings)
    demo.fill(lab, folder / "logins.txt")
    yield lab
    lab.database.close()


@pytest.fixture(scope="module")
def secrets(told: Laboratory) -> frozenset[str]:
    """Every name of a missing person or donor, and every tag of remains."""
    with told.database.reading() as session:
        found = {
            *(one.name for one in session.scalars(select(MissingPerson))),
            *(one.name for one in session.scalars(select(Donor))),
            *session.scalars(select(Remains.tag)),
            *session.scalars(select(Remains.mortuary_tag)),
        }
    assert len(found) > 193 + 250
    return frozenset(found)


def test_the_record_of_the_demo_is_whole(told: Laboratory) -> None:
    with told.database.reading() as session:
        assert all_faults(session) == {}


def test_no_event_tells_a_name_or_a_tag(
    told: Laboratory, secrets: frozenset[str]
) -> None:
    with told.database.reading() as session:
        bodies = "\n".join(b.decode() for b in session.scalars(select(Event.body)))
    assert [one for one in secrets if one in bodies] == []


def test_no_event_tells_a_genotype(told: Laboratory) -> None:
    """A pair of alleles of somebody never stands together in an event."""
    with told.database.reading() as session:
        bodies = "\n".join(b.decode() for b in session.scalars(select(Event.body)))
        calls = [one.calls for one in session.scalars(select(Injection))]
    pairs = {
        f'"{called[0][0]}","{called[1][0]}"'
        for one in calls
        for called in one.values()
        if len(called) == 2
    }
    assert len(pairs) > 100
    assert [one for one in pairs if one in bodies] == []


@pytest.mark.parametrize("role", BENCH)
def test_no_page_of_the_laboratory_shows_who_somebody_is(
    told: Laboratory, secrets: frozenset[str], role: Role
) -> None:
    seen = dict(_crawl(_browser(told, role)))
    assert len(seen) > 8
    for address, text in seen.items():
        assert [one for one in secrets if one in text] == [], address


def test_the_coordinator_does_see_names(
    told: Laboratory, secrets: frozenset[str]
) -> None:
    """Else the search above could not fail."""
    pages = dict(_crawl(_browser(told, Role.COORDINATOR)))
    assert any(one in text for text in pages.values() for one in secrets)


def test_neither_file_nor_folder_is_named_after_somebody(
    told: Laboratory, secrets: frozenset[str]
) -> None:
    assert told.handoff_out is not None
    names = [str(path) for path in told.handoff_out.parent.rglob("*")]
    assert [one for one in secrets for name in names if one in name] == []


def _browser(told: Laboratory, role: Role) -> Browser:
    app: Flask = web.create_app(told)
    app.testing, app.test_client_class = True, Browser
    with told.database.transaction() as session:
        wanted = select(User).join(UserRole, UserRole.user_id == User.id)
        person = session.scalars(wanted.where(UserRole.role == role)).first()
        assert person is not None
        token = logins.begin(session, person, second_factor=True)
    client = app.test_client()
    assert isinstance(client, Browser)
    client.set_cookie("nomen", token)
    return client


def _crawl(client: Browser) -> Iterator[tuple[str, str]]:
    """Pages that links lead to from the first one, a few of each kind."""
    waiting, known = deque(["/"]), {"/"}
    kinds: Counter[str] = Counter()
    while waiting and sum(kinds.values()) < ALL:
        address = waiting.popleft()
        kind = re.sub(r"[0-9a-f]{32}|[A-Z0-9]{10}|\d+|\?.*", "*", address)
        if kinds[kind] >= SAME:
            continue
        kinds[kind] += 1
        answer = client.get(address)
        assert answer.status_code in {200, 302}, f"{address}: {answer.status_code}"
        yield address, answer.get_data(as_text=True)
        for found in re.findall(r'href="(/[^"#]*)"', answer.get_data(as_text=True)):
            if found not in known and not found.startswith("/static"):
                known.add(found)
                waiting.append(found.replace("&amp;", "&"))
