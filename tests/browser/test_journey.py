"""From the mortuary's bag to the engine, each person in a browser of their own.

One walk through the whole main job. What a person does stands in a function of its own;
`Shift.open` looks at every kind of page that is met: what the browser complains of, and
what axe finds.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
import re

from playwright.sync_api import FilePayload, Page, expect
from playwright.sync_api import TimeoutError as TooLate
from pyotp import TOTP
from pypdfium2 import PdfDocument
import pytest
from sqlalchemy import func, select

from lims import clock, jobs
from lims.access import SIGNERS, Actor
from lims.audit.tables import Event
from lims.audit.tags import Tag
from lims.batches import queries as batches
from lims.codes import Kind, draw, shown
from lims.custody import manifests
from lims.db import Database
from lims.samples import queries as samples
from lims.samples.tables import Stream
from lims.screening import receiver
from lims.web.commands import Command, Deed
from tests import exports, factories
from tests.browser.conftest import Seen, Visit, served
from tests.browser.keys import Keys
from tests.cast import PASSWORD, PEOPLE, SECRET, Cast, user
from tests.kits import GLOBALFILER
from tests.lims.web.conftest import Entrance, app_on

pytestmark = pytest.mark.browser
DESK = {"width": 1280, "height": 900}
TAG = "Mortuary tag Omega-7"
BAGS = ("CY70010001", "CY70010002")
ELEMENTS = (("Femur", "left"), ("Tibia", "right"))
STRANGE = "77.7"
"""An allele that nobody has, so that it can be searched for."""


@dataclass
class Shift:
    """The laboratory's people, each with a browser."""

    enter: Entrance
    visit: Visit
    address: str
    seen: dict[str, Seen] = field(default_factory=dict)
    looked: set[str] = field(default_factory=set)

    def at(self, who: str) -> Page:
        """The page in front of this person, who logs in at first."""
        if who not in self.seen:
            self.seen[who] = self.visit(f"{self.address}/login", viewport=DESK)
            self.seen[who].page.set_default_timeout(8000)
            self._log_in(who)
        return self.seen[who].page

    def open(self, who: str, path: str) -> Page:
        page = self.at(who)
        page.goto(f"{self.address}{path}")
        self.look(who)
        return page

    def look(self, who: str) -> None:
        """Judge the page in front of this person, if its kind was not met before."""
        page = self.seen[who].page
        path = page.url.removeprefix(self.address).partition("?")[0]
        kind = str(self.enter.app.url_map.bind("").match(path)[0])
        if kind not in self.looked:
            self.looked.add(kind)
            assert self.seen[who].axe() == [], kind
            assert self.seen[who].overflows() == [], kind

    def press(self, who: str, name: str) -> None:
        """A button, or a link that looks like one, that leads to another page."""
        page = self.at(who)
        try:
            with page.expect_navigation():
                self.click(who, name)
        except TooLate as late:
            raise AssertionError(page.locator("#band").all_inner_texts()) from late

    def click(self, who: str, name: str) -> None:
        named = re.compile(f"^{name}")
        self.at(who).locator(".btn:visible").filter(has_text=named).first.click()

    def follow(self, who: str, text: str = "") -> None:
        """Open the first line of a list that has this text."""
        page = self.at(who)
        with page.expect_navigation():
            page.locator("tbody a").filter(has_text=text).first.click()
        self.look(who)

    def sign(self, who: str, name: str, dialog: str) -> None:
        """Open the dialog of a signature, and sign."""
        self.click(who, name)
        self.at(who).locator(f"{dialog} [name=password]").fill(PASSWORD)
        with self.at(who).expect_navigation():
            self.at(who).locator(f"{dialog} [data-primary]").click()

    def told(self, who: str, text: str) -> None:
        expect(self.at(who).locator("#band")).to_contain_text(text)

    def scan(self, who: str, code: str) -> None:
        Keys(self.at(who)).scan(code, 4)

    def _log_in(self, who: str) -> None:
        page = self.seen[who].page
        page.get_by_label("Login name").fill(who)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        if PEOPLE[who][1] in SIGNERS:
            page.get_by_label("Code of your second factor").fill(TOTP(SECRET).now())
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", name="Today")).to_be_visible()


@pytest.fixture
def shift(embedded: Database, tmp_path: Path, visit: Visit) -> Iterator[Shift]:
    out, back = tmp_path / "out", tmp_path / "in"
    app = app_on(embedded, tmp_path, handoff_out=out, handoff_in=back)
    with served(app) as address:
        yield Shift(Entrance(app), visit, address)


def test_a_bone_goes_from_the_bag_to_the_engine(shift: Shift, cast: Cast) -> None:
    tag = remains_are_registered(shift)
    consignment = a_consignment_is_sent(shift, tag)
    bags_are_received(shift, consignment)
    first, second = codes_are_given(shift, cast, consignment)
    labels_are_printed(shift, (first, second))
    extracts = [bone_to_extract(shift, cast, code) for code in (first, second)]
    plate = a_plate_is_run(shift, cast, extracts)
    the_export_is_imported(shift, cast, plate)
    the_first_reader_signs(shift, second)
    the_second_reader_signs_blind(shift)
    a_reviewer_signs(shift, first)
    the_manager_releases(shift)
    the_engine_loads_it(shift, cast)
    the_auditor_sees_all(shift, first)
    the_coordinator_alone_sees_who_it_is(shift, first, tag)
    for who, seen in shift.seen.items():
        assert seen.violations() == [], who


def remains_are_registered(shift: Shift) -> str:
    """The coordinator registers the wreck, the mortuary a body and two bones of it."""
    page = shift.open("coordinator", "/cases/")
    page.get_by_label("Register's number").fill("2015.MMP00047")
    page.get_by_label("What happened").fill("shipwreck")
    page.get_by_label("When").fill("2015-04-18")
    page.get_by_label("Where").fill("Central Mediterranean")
    shift.press("coordinator", "Register")
    shift.told("coordinator", "is on record")

    page = shift.open("mortuary", "/cases/remains")
    page.get_by_label("Series").fill("IT-MED15")
    page.get_by_label("What they are").select_option("body")
    page.get_by_label("Mortuary's own tag").fill(TAG)
    shift.press("mortuary", "Register these remains")
    shift.told("mortuary", "Write this number on the tag")
    shift.look("mortuary")
    for name, side in ELEMENTS:
        page.get_by_label("Element", exact=True).select_option(name)
        page.get_by_label("Side").select_option(label=side)
        shift.press("mortuary", "Add this element")
        shift.told("mortuary", "The element is on record")
    return page.url.rpartition("/")[2]


def a_consignment_is_sent(shift: Shift, tag: str) -> str:
    """Announced by the mortuary, bag by bag, and given to a courier; its code."""
    page = shift.open("mortuary", "/consignments/new")
    page.get_by_label("Laboratory").select_option("LAB")
    bone = factories.MEASURES[Stream.BONE]
    choices = page.locator("#offered option")
    offered = choices.evaluate_all("found => found.map((one) => one.value)")
    for line, (bag, (element, _)) in enumerate(zip(BAGS, ELEMENTS, strict=True), 1):
        page.get_by_label(f"Bag of line {line}", exact=True).focus()
        shift.scan("mortuary", bag)
        shift.scan("mortuary", f"{bag}-S")
        inside = next(one for one in offered if one.startswith(f"{tag} {element}"))
        page.get_by_label(f"What is in the bag of line {line}").fill(inside)
        weight = f"{bone.amount} {bone.unit}"
        page.get_by_label(f"How much is in the bag of line {line}").fill(weight)
    shift.press("mortuary", "Announce")
    shift.told("mortuary", "Announced. Now hand it to the courier")
    shift.look("mortuary")
    due = clock.now() + timedelta(days=1)
    page.get_by_label("Courier").fill("hand carrier")
    page.get_by_label("Due at the laboratory by").fill(f"{due:%Y-%m-%dT%H:%M}")
    shift.press("mortuary", "Hand to the courier")
    shift.told("mortuary", "Handed to the courier")
    return page.url.rpartition("/")[2]


def bags_are_received(shift: Shift, consignment: str) -> None:
    page = shift.open("technician", "/consignments/")
    page.locator(f"a[href='/consignments/{consignment}']").click()
    shift.look("technician")
    page.get_by_label("Who hands it over").fill("courier")
    page.locator("#code").focus()
    for number, bag in enumerate(BAGS, 1):
        shift.scan("technician", bag)
        shift.told("technician", f"Bag {number} of 2")
        expect(page.locator(".chip.done")).to_have_count(number)
    shift.scan("technician", BAGS[0])
    shift.told("technician", "was received before")
    shift.press("technician", "Accept all 2")
    shift.told("technician", "Every bag of the manifest is here")


def codes_are_given(shift: Shift, cast: Cast, consignment: str) -> tuple[str, str]:
    """By the coordinator, to every bag that is here; the code of each bag."""
    page = shift.open("coordinator", "/accession/")
    shift.follow("coordinator", shown(consignment))
    expect(page.locator("[name=bag]:checked")).to_have_count(len(BAGS))
    shift.press("coordinator", "Give codes")
    shift.told("coordinator", "2 bags have their codes")
    shift.look("coordinator")
    page.get_by_text("The codes", exact=True).click()
    told = page.locator(".codes").inner_text().split()
    with shift.enter.database.reading() as session:
        found = manifests.consignment(session, cast.coordinator, consignment)
        rows = {one.code: one.sample_id for one in manifests.bags(session, found)}
        known = samples.by_ids(session, cast.coordinator, rows.values())
        first, second = (str(known[rows[bag]].code) for bag in BAGS)
    assert sorted(told) == sorted(map(shown, (first, second)))
    return first, second


def labels_are_printed(shift: Shift, codes: tuple[str, str]) -> None:
    page = shift.open("technician", "/labels/")
    page.locator("#f-codes").focus()
    for code in codes:
        shift.scan("technician", code)
    with page.expect_download() as sheet:
        shift.click("technician", "Print this sheet")
    text = PdfDocument(sheet.value.path())[0].get_textpage().get_text_range()
    assert text.split() == sorted(shown(code) for code in codes)


def bone_to_extract(shift: Shift, cast: Cast, code: str) -> str:
    """Stored, taken out of its place, and an extract made of it."""
    with shift.enter.database.transaction() as session:
        place = factories.a_box(session).positions[0]
    purpose = Command(Deed.TAKE_OUT, "EXTRACTION").code
    page = shift.open("technician", "/")
    shift.scan("technician", code)
    page.wait_for_url(f"**/samples/{code}")
    shift.look("technician")
    shift.scan("technician", place)
    shift.told("technician", "stands in")
    shift.scan("technician", purpose)
    shift.told("technician", "is in your hands")
    shift.open("technician", f"/samples/{code}")
    return an_extract(shift, page)


def an_extract(shift: Shift, page: Page) -> str:
    form = page.locator("form[action$='/derive']")
    if not form.is_visible():
        page.get_by_text("Make something of it").first.click()
    form.locator("[name=kind]").select_option("extract")
    for name, value in (("taken", "200"), ("amount", "50")):
        form.locator(f"[name={name}]").fill(value)
    form.locator("[name=unit]").select_option("µl")
    form.locator("[name=method]").select_option(index=1)
    before = page.url
    shift.press("technician", "Make something of it")
    page.wait_for_url(lambda url: url != before)
    shift.look("technician")
    return page.url.rpartition("/")[2]


def a_plate_is_run(shift: Shift, cast: Cast, extracts: list[str]) -> str:
    """Planned by scanning the tubes, loaded before a witness, amplified, run."""
    page = shift.open("technician", "/batches/")
    shift.press("technician", "Plan a plate")
    shift.look("technician")
    page.get_by_label("Extracts").focus()
    for code in extracts:
        shift.scan("technician", code)
    page.get_by_label("Kit").select_option(GLOBALFILER.name)
    page.get_by_label("bone").check()
    shift.press("technician", "Plan")
    shift.told("technician", "The plate is planned")
    shift.look("technician")
    page.get_by_label("Badge of the witness").fill(badge_of(shift, cast.technician2))
    shift.press("technician", "Loaded")
    shift.told("technician", "The plate is loaded")
    page.get_by_label("Kit in your hand").select_option(GLOBALFILER.name)
    shift.press("technician", "Amplified")
    shift.told("technician", "The plate is amplified")
    page.get_by_label("Code of the analyzer").focus()
    shift.scan("technician", draw(Kind.INSTRUMENT))
    shift.press("technician", "Start the run")
    shift.told("technician", "The run is started")
    return page.url.rpartition("/")[2]


def badge_of(shift: Shift, actor: Actor) -> str:
    with shift.enter.database.reading() as session:
        return user(session, actor).badge


def the_export_is_imported(shift: Shift, cast: Cast, plate: str) -> None:
    """The export that belongs to the plate, as the analysis software wrote it."""
    with shift.enter.database.reading() as session:
        run = batches.plate(session, cast.technician, plate)
        content = exports.export_of(session, run)
    page = shift.open("technician", f"/batches/{plate}")
    shift.press("technician", "Import its export")
    shift.look("technician")
    page.get_by_label("Exports and traces").set_input_files(
        FilePayload(name="export.txt", mimeType="text/plain", buffer=content)
    )
    shift.press("technician", "Import")
    expect(page.locator(".head")).to_contain_text("loaded")
    shift.look("technician")


def the_first_reader_signs(shift: Shift, strange: str) -> None:
    """Both injections; in the one of `strange` an allele is read that nobody has."""
    page = shift.open("analyst", "/readings/")
    for _ in range(2):
        shift.follow("analyst")
        if shown(strange) in page.content():
            page.locator("summary", has_text="clean markers").click()
            page.locator("#c-D3S1358").fill(f"15 {STRANGE}")
            page.locator("#r-D3S1358").select_option(index=1)
        sign_reading(shift, "analyst")
        page = shift.open("analyst", "/readings/")
    expect(page.locator("tbody a")).to_have_count(0)


def the_second_reader_signs_blind(shift: Shift) -> None:
    page = shift.open("analyst2", "/readings/")
    for _ in range(2):
        shift.follow("analyst2")
        expect(page.get_by_text("first reading hidden")).to_be_visible()
        assert STRANGE not in page.content()
        assert not re.search(r"\bAnalyst\b", page.content())
        sign_reading(shift, "analyst2")
        page = shift.open("analyst2", "/readings/")


def sign_reading(shift: Shift, who: str) -> None:
    shift.at(who).get_by_label("Your password again").fill(PASSWORD)
    shift.press(who, "Sign reading")
    shift.told(who, "signed")


def a_reviewer_signs(shift: Shift, code: str) -> None:
    shift.open("reviewer", "/release/")
    shift.follow("reviewer", shown(code))
    shift.sign("reviewer", "Sign technical review", "#review")
    shift.told("reviewer", "Technical review signed")


def the_manager_releases(shift: Shift) -> None:
    page = shift.open("manager", "/release/")
    expect(page.locator("[name=profile]")).to_have_count(1)
    shift.sign("manager", "Release the ticked ones", "#sign")
    shift.told("manager", "1 released")


def the_engine_loads_it(shift: Shift, cast: Cast) -> None:
    on = shift.enter.laboratory
    assert on.handoff_out is not None
    assert on.handoff_in is not None
    assert jobs.send_packages(on, cast.worker) == 1
    assert receiver.answer_all(on.handoff_out, on.handoff_in) == 1
    assert jobs.take_receipts(on, cast.worker) == 2  # it came, it was loaded
    page = shift.open("manager", "/hand-offs/")
    expect(page.locator("tbody")).to_contain_text("loaded")
    shift.follow("manager")


def the_auditor_sees_all(shift: Shift, code: str) -> None:
    page = shift.open("auditor", f"/trail/{code}")
    expect(page.locator(".head")).to_contain_text("chain whole")
    titles = page.locator(".trail").inner_text()
    assert titles.index("Announced on a manifest") < titles.index("The engine answered")
    for step in ("Received at the laboratory", "Stored", "Second reading signed"):
        assert step in titles
    assert TAG not in page.content()


def the_coordinator_alone_sees_who_it_is(shift: Shift, code: str, tag: str) -> None:
    page = shift.open("coordinator", f"/samples/{code}")
    shift.press("coordinator", "Who is behind this code")
    expect(page.locator("main")).to_contain_text("Femur")
    expect(page.locator("main")).to_contain_text(TAG)
    assert looks_on_record(shift) == 1
    page = shift.open("technician", f"/samples/{code}")
    assert "Who is behind this code" not in page.content()
    assert tag not in page.content()
    answer = page.request.get(f"{shift.address}/cases/remains/{tag}")
    assert answer.status == 403


def looks_on_record(shift: Shift) -> int:
    seen = select(func.count()).where(Event.tag == Tag.CODE_SEEN)
    with shift.enter.database.reading() as session:
        count: int = session.scalars(seen).one()
    return count
