"""The whole demo, told once on each engine: what it leaves, and that nothing leaks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from click import ClickException
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.demo import DEMO
from config.vocab import read_vocabulary
from lims import migrate
from lims.access import SIGNERS, Actor
from lims.audit.queries import all_faults
from lims.audit.record import watch
from lims.audit.tables import Event
from lims.cases.tables import Donor, Element, Incident, MissingPerson, Remains
from lims.cli.demo import fill, taker
from lims.custody import manifests
from lims.custody.stages import Stage
from lims.custody.tables import Bag, ConsignmentStage, Holding
from lims.db import Database
from lims.demo.card import Card
from lims.demo.plan import MOST_TRACED, Progress, Reach
from lims.demo.story import tell
from lims.handoff.tables import Package
from lims.laboratory import Laboratory
from lims.people import queries as people
from lims.profiles.states import ProfileState
from lims.profiles.tables import Profile
from lims.quantities.tables import Quantification, Quantity
from lims.results.arrival import Gate, Parcel, arrive
from lims.results.intake import Bench, Fate
from lims.results.tables import Finding, Import, ImportState, Trace
from lims.review import queries as review
from lims.samples.tables import Sample, SampleKind
from lims.store import Store
from tests.conftest import ENGINES, a_new_postgres, postgres_reason
from tests.lims.demo.demo_people import KITS, the_people, the_plan
from tests.rules import RULES

WORDS = ("conditions", "donor_relations", "reasons", "skeletal_elements")


@dataclass(frozen=True)
class Demo:
    laboratory: Laboratory
    told: Card

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.laboratory.database.reading() as session:
            yield session

    def actor(self, login: str) -> Actor:
        with self.reading() as session:
            return people.actor_named(session, login)

    def count(self, table: type, *where: object) -> int:
        with self.reading() as session:
            wanted = select(func.count()).select_from(table).where(*where)  # type: ignore[arg-type] # columns
            return session.scalar(wanted) or 0


@pytest.fixture(scope="module", params=ENGINES)
def demo(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    with _empty(request.param, folder) as database:
        migrate.upgrade(database)
        watch(database.sessions)
        laboratory = _laboratory(database, folder)
        exports = folder / "exports"
        taking = taker(laboratory, exports)
        told = tell(laboratory, DEMO, exports, taking, lambda _: None)
        yield Demo(laboratory, told)


@contextmanager
def _empty(engine: str, folder: Path) -> Iterator[Database]:
    if engine == "sqlite":
        database = Database(f"sqlite:///{folder / 'nomen.db'}")
        yield database
        database.close()
    elif reason := postgres_reason():
        pytest.skip(reason)
    else:
        with a_new_postgres() as database:
            yield database


def _laboratory(database: Database, folder: Path) -> Laboratory:
    return Laboratory(
        bundles=Store(folder / "bundles"),
        signing_keys=folder / "signing",
        database=database,
        store=Store(folder / "originals"),
        zone=ZoneInfo("Europe/Rome"),
        idle=timedelta(minutes=30),
        absolute=timedelta(hours=12),
        secure_cookies=False,
        import_folder=folder / "exports",
        handoff_out=folder / "to-engine",
        handoff_in=folder / "from-engine",
        secret_key_file=folder / "secret.key",
        log_origin="lab.example/record",
        log_keys=folder / "log-keys",
        kits=KITS,
        rules=RULES,
        words={name: read_vocabulary(name) for name in WORDS},
        demo=DEMO,
    )


def test_everybody_of_the_plan_is_on_file(demo: Demo) -> None:
    assert demo.count(MissingPerson) == 193
    assert demo.count(Remains) == 58
    assert demo.count(Element) == 87
    assert demo.count(Donor) == 286
    assert demo.count(Sample, Sample.kind == SampleKind.BONE) == 87
    assert demo.count(Sample, Sample.kind == SampleKind.REFERENCE) == 286


def test_the_wreck_stands_with_its_source(demo: Demo) -> None:
    with demo.reading() as session:
        (wreck,) = session.scalars(select(Incident))
        assert (wreck.code, wreck.happened_on) == ("2015.MMP00108", "2015-04-18")
        assert (wreck.dead, wreck.missing, wreck.survivors) == (750, 272, 28)
        assert "IOM Missing Migrants Project, CC BY 4.0" in wreck.attribution


def test_the_reference_without_consent_waits_sealed_and_has_no_code(
    demo: Demo,
) -> None:
    bag = the_plan().bags[the_plan().without_consent].code
    with demo.reading() as session:
        code, stage = session.execute(
            select(Sample.code, Holding.stage)
            .join(Bag, Bag.sample_id == Sample.id)
            .join(Holding, Holding.sample_id == Sample.id)
            .where(Bag.code == bag)
        ).one()
    assert (code, stage) == (None, Stage.WAITING_CONSENT)
    assert demo.count(Holding, Holding.stage == Stage.WAITING_CONSENT) == 1


def test_each_mishap_on_a_plate_is_found_with_its_likely_cause(demo: Demo) -> None:
    with demo.reading() as session:
        grave = session.scalars(select(Finding).where(Finding.outcome == "hold"))
        told = {(one.rule, one.sentence) for one in grave}
    for rule, words in (
        ("D1", "Likely source"),
        ("C4", "turned by 180 degrees"),
        ("G1s", "Likely cause: swap"),
    ):
        assert any(r == rule and words in sentence for r, sentence in told), rule


def test_every_export_was_taken_in_but_the_one_left_for_the_visitor(
    demo: Demo,
) -> None:
    loaded = demo.count(Import, Import.state == ImportState.LOADED)
    assert loaded == demo.count(Import) == 9 + demo.count(Trace)
    assert demo.count(Trace) == 2 * (2 + 1 + MOST_TRACED)  # ladders, control, samples
    (path,) = demo.told.by_hand
    laboratory = demo.laboratory
    bench = Bench(laboratory.kits, laboratory.rules)
    gate = Gate(laboratory.database, laboratory.store, bench)
    receipt = arrive(gate, demo.actor("technician2"), Parcel.of_path(Path(path)))
    assert receipt.fate is Fate.LOADED


def test_the_extracts_of_the_bones_are_quantified(demo: Demo) -> None:
    """One inhibits, in one nothing was measured; and neither is at its end."""
    with demo.reading() as session:
        run = session.scalars(select(Quantification)).one()
        assert (run.kit, run.state) == ("Quantifiler Trio", "current")
        told = [one.measured["summary"] for one in session.scalars(select(Quantity))]
    assert [one["inhibited"] for one in told].count(True) == 1
    advices = {one["advice"] for one in told}
    assert {"extract again", "quantify again, diluted", "amplify"} <= advices
    assert any(one["degraded"] for one in told)


def test_everybody_finds_work(demo: Demo) -> None:
    reaches = [one.reach for one in the_plan().consignments]
    with demo.reading() as session:
        for analyst in ("analyst", "analyst2"):
            assert review.count_tasks(session, demo.actor(analyst))
        coordinator = demo.actor("coordinator")
        opened = manifests.consignments(session, coordinator, opened=True)
        ready = [
            manifests.ready_for_accession(session, coordinator, one.code)
            for one in opened
        ]
    assert sorted(map(len, ready)) == [0, 9]
    on_the_way = sum(one.stage is ConsignmentStage.IN_TRANSIT for one in opened)
    assert on_the_way == reaches.count(Reach.IN_TRANSIT) == 1
    for state in (ProfileState.CONSENSUS, ProfileState.TECH_OK):
        assert demo.count(Profile, Profile.state == state) > 0
    assert demo.count(Finding, Finding.closed_at.is_(None)) > 0


def test_what_is_released_lies_in_the_outbox(demo: Demo) -> None:
    released = list(the_plan().progress.values()).count(Progress.RELEASED)
    assert demo.count(Package) == released
    assert demo.count(Profile, Profile.state == ProfileState.RELEASED) == released


def test_every_chain_of_the_record_is_whole(demo: Demo) -> None:
    with demo.reading() as session:
        assert all_faults(session) == {}


def test_no_event_tells_a_name_or_whose_sample_it_is(demo: Demo) -> None:
    made = the_people()
    with demo.reading() as session:
        bodies = b"\n".join(session.scalars(select(Event.body)))
    names = {made.members[one.donor].name for one in made.references}
    names |= {made.members[key].name for key in made.missing}
    assert not [name for name in names if name.encode() in bodies]
    assert b"PM3900" not in bodies


def test_whoever_can_log_in_is_told_a_password(demo: Demo) -> None:
    assert {one.login for one in demo.told.logins} >= {"technician", "auditor", "admin"}
    assert len({one.password for one in demo.told.logins}) == len(demo.told.logins)


def test_the_card_is_kept_for_its_owner_alone_and_read_back(
    demo: Demo, tmp_path: Path
) -> None:
    path = tmp_path / "logins.json"
    demo.told.write(path)
    assert path.stat().st_mode & 0o077 == 0
    assert Card.read(path) == demo.told


def test_the_card_shows_codes_for_signers_alone(demo: Demo) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    _, *lines = demo.told.table(now)
    signers = {one.login for one in demo.told.logins if one.role in SIGNERS}
    shown = {line.split()[-3] for line in lines if line.split()[-1].isdigit()}
    assert shown == signers


def test_a_second_start_keeps_the_data_and_a_broken_story_is_told(
    demo: Demo, tmp_path: Path
) -> None:
    path = tmp_path / "logins.json"
    with pytest.raises(ClickException, match="not finished"):
        fill(demo.laboratory, path)
    demo.told.write(path)
    assert fill(demo.laboratory, path) == demo.told
