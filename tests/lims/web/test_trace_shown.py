"""The electropherogram is open to whom the reading is."""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, replace
import json
import re
from typing import Any

from sqlalchemy import select

from instruments.picture import packed
from lims.batches.plate import WellRole
from lims.laboratory import Laboratory
from lims.profiles.method import Method
from lims.profiles.tables import Profile
from lims.results import pictures, queries_traces, readable
from lims.results.tables import Import, Injection, Trace
from lims.review import operations as review
from tests import plates, traces
from tests.cast import PASSWORD, Cast
from tests.lims.web.conftest import Entrance
from tests.objects import OBJECTS
from tests.scenes import a_scene


def test_a_reading_leads_to_its_electropherogram(enter: Entrance, cast: Cast) -> None:
    client = enter(cast.analyst)
    uid = OBJECTS["an_unread_trace"](enter.laboratory)["uid"]
    assert f"/readings/{uid}/trace" in client.get(f"/readings/{uid}").text
    page = client.get(f"/readings/{uid}/trace").text
    assert page.count('role="img"') == 6
    assert "the trace bears out the calls" in page
    assert "TH01" in page
    assert "the bins of this run's ladder" in page
    assert "GlobalFiler, version 1" in page, "whose limits explain a peak"
    assert len(page) < 60_000


def test_without_a_trace_the_reading_leads_to_none(enter: Entrance, cast: Cast) -> None:
    client = enter(cast.analyst)
    uid = OBJECTS["an_unread_injection"](enter.laboratory)["uid"]
    assert "/trace" not in client.get(f"/readings/{uid}").text
    assert client.get(f"/readings/{uid}/trace").status_code == 404


def _head(content: bytes) -> dict[str, Any]:
    length = int.from_bytes(content[:4], "little")
    assert (4 + length) % 4 == 0
    head: dict[str, Any] = json.loads(content[4 : 4 + length])
    assert len(content) == 4 + length + head["count"] * (4 + 2 * len(head["lines"]))
    return head


def test_a_script_is_given_the_points_and_what_is_written_over_them(
    enter: Entrance, cast: Cast
) -> None:
    client = enter(cast.analyst)
    uid = OBJECTS["an_unread_trace"](enter.laboratory)["uid"]
    answer = client.get(f"/readings/{uid}/trace/points")
    head = _head(answer.data)
    assert head["sized"]
    assert [one["letter"] for one in head["lines"]] == ["B", "G", "Y", "R", "O", "P"]
    assert {"call"} == {one["kind"] for one in head["notes"]}
    assert len(head["thresholds"]) == 2
    assert answer.headers["Cache-Control"] == "no-store"
    mark = {"If-None-Match": answer.headers["ETag"]}
    again = client.get(f"/readings/{uid}/trace/points", headers=mark)
    assert (again.status_code, again.data) == (304, b"")


def test_a_control_is_drawn_beneath_on_the_same_scale(
    enter: Entrance, cast: Cast
) -> None:
    client = enter(cast.analyst)
    uid = OBJECTS["an_unread_trace"](enter.laboratory)["uid"]
    page = client.get(f"/readings/{uid}/trace").text
    ((other, words),) = re.findall(r'<option value="(\w+)">([^<]+)', page)
    assert words.startswith("Ladder, well ")
    both = client.get(f"/readings/{uid}/trace?beside={other}").text
    assert both.count('role="img"') == 12
    head = _head(client.get(f"/readings/{uid}/trace/points?of={other}").data)
    assert head["notes"] == []


def test_the_trace_of_another_person_is_not_shown_beside(
    enter: Entrance, cast: Cast
) -> None:
    client = enter(cast.analyst)
    one, two = (OBJECTS["an_unread_trace"](enter.laboratory)["uid"] for _ in range(2))
    with enter.database.reading() as session:
        wanted = (
            select(Import.uid, Injection.uid)
            .join(Trace, Trace.import_id == Import.id)
            .join(Injection, Injection.well_id == Trace.well_id)
        )
        found = {injection: trace for trace, injection in session.execute(wanted)}
    for address in ("trace?beside=", "trace/points?of="):
        foreign = client.get(f"/readings/{one}/{address}{found[two]}")
        assert foreign.status_code == 404


def test_without_a_size_standard_both_are_drawn_in_their_own_unit(
    enter: Entrance, cast: Cast
) -> None:
    """Of the sample no fragment is seen; the ladder beneath stays in base pairs."""
    client = enter(cast.analyst)
    laboratory = enter.laboratory
    uid = OBJECTS["an_unread_trace"](laboratory)["uid"]
    with laboratory.database.transaction() as session:
        wanted = select(Trace).join(Injection, Injection.well_id == Trace.well_id)
        trace = session.scalars(wanted.where(Injection.uid == uid)).one()
        row = session.get_one(Import, trace.import_id)
        kept = pictures.opened(session, laboratory.store, trace)
        assert kept is not None
        scans = array("f", range(len(kept.places)))
        bare = replace(kept, is_sized=False, places=scans, ranges=(), spots=())
        pictures.enter(
            session, trace, row, pictures.lay(laboratory.store, packed(bare))
        )
    page = client.get(f"/readings/{uid}/trace").text
    assert "The size standard was not found" in page
    ((other, _),) = re.findall(r'<option value="(\w+)">([^<]+)', page)
    both = client.get(f"/readings/{uid}/trace?beside={other}").text
    assert 'id="epg"' in page
    assert 'id="epg"' not in both
    assert both.count('role="img"') == 12


@dataclass(frozen=True)
class Traced:
    """A plate whose tubes and controls were all injected, and looked at."""

    plate: str
    calls: str
    """The import of the calls."""
    uids: Mapping[WellRole, str]
    """A trace of each kind of well, by the import that brought it."""
    blank: str
    """Where the extraction blank stands."""


def _traced(laboratory: Laboratory) -> Traced:
    with laboratory.database.transaction() as session:
        codes = plates.extracts(session, 2)
    scene = a_scene(laboratory.database, laboratory.store, codes)
    scene.give(scene.table)
    wells = [scene.named(role) for role in WellRole if role is not WellRole.EMPTY]
    blank = scene.named(WellRole.EXTRACTION_BLANK)
    for well in wells:
        source = scene.named() if well.role is blank.role else well
        own = [one for one in scene.table if one.name == source.name]
        shown = {one.marker: [allele for allele, _ in one.cells] for one in own}
        is_ladder = well.role is WellRole.LADDER
        content = traces.ladder(well) if is_ladder else traces.injected(well, shown)
        scene.give(content, f"{well.name}.hid")
    scene.look()
    with laboratory.database.reading() as session:
        wanted = select(Trace.well_id, Import.uid).join(
            Import, Trace.import_id == Import.id
        )
        found = {number: uid for number, uid in session.execute(wanted)}  # noqa: C416 - rows are no pairs to dict()
        of_calls = select(Import.uid).where(Import.plate_id.is_not(None))
        calls = session.scalars(of_calls).one()
    uids = {one.role: found[one.id] for one in wells}
    return Traced(scene.plate, calls, uids, blank.position)


def test_plate_and_imports_lead_to_traces_and_no_reader_to_the_blank(
    enter: Entrance, cast: Cast
) -> None:
    """Who reads blindly is led to controls; a tube's trace is behind its reading."""
    made = _traced(enter.laboratory)
    controls = {WellRole.LADDER, WellRole.POSITIVE, WellRole.NEGATIVE}
    open_to = {
        cast.analyst: controls,
        cast.technician: controls | {WellRole.EXTRACTION_BLANK},
        cast.reviewer: set(made.uids),
        cast.manager: set(made.uids),
    }
    for person, roles in open_to.items():
        client = enter(person)
        pages = [
            client.get(f"/batches/{made.plate}").text,
            client.get(f"/imports/{made.calls}").text,
        ]
        for role, uid in made.uids.items():
            address = f"/traces/{uid}"
            told = 200 if role in roles else 404
            assert client.get(address).status_code == told, (person, role)
            assert client.get(f"{address}/points").status_code == told
            linked = [address in page for page in pages]
            assert linked == [role in roles] * 2, (person, role)


def test_a_reader_is_told_no_finding_of_the_extraction_blank(
    enter: Entrance, cast: Cast
) -> None:
    """The role of the blank stands in sentences of rules D1 and T1."""
    made = _traced(enter.laboratory)
    page, address = {}, f"/imports/{made.calls}"
    for person in (cast.analyst, cast.technician):
        page[person] = enter(person).get(address).text
    blank = f"Well {made.blank}: the trace"
    assert blank in page[cast.technician]
    assert blank not in page[cast.analyst]
    assert "findings on controls that who reads is not told of" in page[cast.analyst]
    assert "is not told of" not in page[cast.technician]


def test_a_control_is_shown_with_the_others_beside_it(
    enter: Entrance, cast: Cast
) -> None:
    made = _traced(enter.laboratory)
    page = enter(cast.technician).get(f"/traces/{made.uids[WellRole.NEGATIVE]}").text
    assert "Negative control" in page
    assert page.count('role="img"') == 6
    found = re.findall(r'<option value="(\w+)">', page)
    assert sorted(found) == sorted(
        made.uids[one] for one in (WellRole.LADDER, WellRole.POSITIVE)
    )


def test_who_reviews_is_led_from_the_profile_to_its_traces(
    enter: Entrance, cast: Cast
) -> None:
    uid = OBJECTS["an_unread_trace"](enter.laboratory)["uid"]
    with enter.database.reading() as session:
        injection = readable.injection(session, cast.analyst, str(uid))
        own = queries_traces.own(session, injection)
        assert own is not None
        calls = {m: [str(a) for a, _ in c] for m, c in injection.calls.items()}
    method = Method(enter.laboratory.kits, enter.laboratory.rules)
    for reader in (cast.analyst, cast.analyst2):
        with enter.database.transaction() as session:
            review.sign_reading(session, reader, str(uid), calls, {}, PASSWORD, method)
    with enter.database.reading() as session:
        profile = session.scalars(select(Profile.uid)).one()
    of_tube, of_reading = f"/traces/{own.uid}", f"/readings/{uid}/trace"
    for person in (cast.reviewer, cast.manager):
        page = enter(person).get(f"/release/{profile}").text
        assert of_tube in page
        assert enter(person).get(of_tube).status_code == 200
    page = enter(cast.analyst).get(f"/release/{profile}").text
    assert of_reading in page
    assert of_tube not in page
