"""Tell the demo: carry the plan out by the laboratory's own operations, step by step.

Each step is one transaction. A story that was broken off is not gone on with: the
demo's folder is removed and the story told anew.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from lims.batches.plate import WellRole
from lims.demo import people as persons
from lims.demo import plan as plans
from lims.demo import sources as files
from lims.demo import traces
from lims.demo.amounts import FITTING, tubes_of
from lims.demo.analyzer import Analyzer, Filled
from lims.demo.arrivals import Arrivals
from lims.demo.bench import Bench
from lims.demo.card import Card
from lims.demo.desks import Desks
from lims.demo.exports import Run, export
from lims.demo.identities import Files, register_incident
from lims.demo.people import SEED, People
from lims.demo.plan import Plan, PlatePlan, PlateReach, Progress, Reach, Sender, Tube
from lims.demo.quantified import written
from lims.demo.sources import Sources
from lims.demo.staff import TECHNICIANS, Staff, hire
from lims.laboratory import Laboratory
from lims.profiles.method import Method
from lims.samples.tables import Stream

Say = Callable[[str], None]
TakeIn = Callable[[], None]
"""Takes in what lies in the watched folder."""


def tell(
    laboratory: Laboratory,
    sources_folder: Path,
    exports: Path,
    take_in: TakeIn,
    say: Say,
) -> Card:
    """Fill an empty laboratory. `exports` is the folder that `take_in` looks into."""
    sources = files.read(sources_folder)
    people = persons.people(sources)
    plan = plans.plan(people, SEED)
    with laboratory.database.transaction() as session:
        staff = hire(session)
    story = _Story(laboratory, sources, people, plan, staff, say)
    story.open_files()
    arrivals = Arrivals(staff, people, plan)
    story.receive(arrivals)
    by_hand = [str(path) for path in story.work(arrivals.codes, exports, take_in)]
    story.read(arrivals.codes)
    return Card(staff.logins, tuple(by_hand))


@dataclass(frozen=True)
class _Story:
    laboratory: Laboratory
    sources: Sources
    people: People
    plan: Plan
    staff: Staff
    say: Say

    def open_files(self) -> None:
        """The identity zone, before anything is sent."""
        missing, donors = len(self.people.missing), len(self.people.references)
        self.say(f"{missing} missing people and {donors} relatives ...")
        database, words = self.laboratory.database, self.laboratory.words
        with database.transaction() as session:
            coordinator = self.staff["coordinator"]
            incident = register_incident(session, coordinator, self.sources)
        cases = Files(self.people, self.plan, words, incident)
        for sender in Sender:
            with database.transaction() as session:
                if sender is Sender.MORTUARY:
                    cases.declare_bones(session, self.staff["mortuary"])
                else:
                    cases.open_families(session, self.staff, sender)

    def receive(self, arrivals: Arrivals) -> None:
        bones = len(self.people.bones)
        self.say(f"{bones} bones and their references are sent and received ...")
        database, reaches = self.laboratory.database, list(Reach)
        for one in self.plan.consignments:
            reached = reaches.index(one.reach)
            with database.transaction() as session:
                code = arrivals.send(session, one)
            if reached >= reaches.index(Reach.RECEIVED):
                with database.transaction() as session:
                    arrivals.receive(session, one, code)
            if reached >= reaches.index(Reach.ACCESSIONED):
                with database.transaction() as session:
                    arrivals.accept(session, one, code)
                    arrivals.accession(session, code)

    def work(
        self, codes: dict[str, str], exports: Path, take_in: TakeIn
    ) -> Iterator[Path]:
        """The benches; the paths of what is left to be taken in by hand."""
        analyzer = Analyzer(self.people, self.plan, SEED)
        for stream in Stream:
            bench = Bench(self.staff, self.plan, stream, self._of(stream, codes))
            planned = [one for one in self.plan.plates if one.stream is stream]
            self._prepare(bench, planned)
            if stream is Stream.BONE:
                self._quantify(bench, exports)
                take_in()
            for plate in planned:
                self._plate(bench, plate)
                if plate.reach is PlateReach.IMPORTED:
                    self._write(bench, plate, analyzer, exports)
                    self.say(f"  {plate.name}: {plate.mishap or 'all well'}")
                    take_in()
                    if plate.name in plans.TRACED:
                        self._write_traces(bench, plate, analyzer, exports)
                        take_in()
                elif plate.reach is PlateReach.RUN:
                    aside = exports.parent / f"{exports.name}-by-hand"
                    yield self._write(bench, plate, analyzer, aside)
            with self.laboratory.database.transaction() as session:
                bench.clear_away(session)

    def read(self, codes: dict[str, str]) -> None:
        self.say("Readings, review and release ...")
        method = Method(self.laboratory.kits, self.laboratory.rules)
        desks = Desks(self.staff, self.plan, codes, method)
        database = self.laboratory.database
        with database.transaction() as session:
            desks.read(session, "analyst", Progress.READ_ONCE)
        with database.transaction() as session:
            desks.read(session, "analyst2", Progress.READ_TWICE)
        with database.transaction() as session:
            desks.review(session)
        with database.transaction() as session:
            desks.release(session)

    def _of(self, stream: Stream, codes: dict[str, str]) -> dict[str, str]:
        inside = {
            bag.sample
            for one in self.plan.consignments
            if one.stream is stream
            for bag in one.bags
        }
        return {sample: code for sample, code in codes.items() if sample in inside}

    def _prepare(self, bench: Bench, planned: list[PlatePlan]) -> None:
        """Everything stored, and an extract of whatever goes on a plate."""
        self.say(f"The {bench.stream} bench: {TECHNICIANS[bench.stream]} ...")
        tubes: dict[Tube, None] = {
            tube: None for plate in planned for tube in plate.tubes
        }
        waiting = self.plan.bags[self.plan.without_consent].code
        with self.laboratory.database.transaction() as session:
            bench.furnish(session)
            bench.store(session, list(bench.codes.values()))
            if bench.stream is Stream.REFERENCE:
                bench.store(session, [waiting])
        with self.laboratory.database.transaction() as session:
            bench.extract(session, list(tubes))

    def _quantify(self, bench: Bench, folder: Path) -> None:
        """One run of the bones' extracts, as the real-time PCR instrument tells it."""
        self.say("  their extracts are quantified")
        extracts = list(bench.extracts.items())[:FITTING]
        with self.laboratory.database.transaction() as session:
            run = bench.quantify(session, [code for _, code in extracts])
        tubes = tubes_of(self.people, self.plan, extracts)
        _put(folder / f"{run.run}.txt", written(replace(run, tubes=tubes)))

    def _plate(self, bench: Bench, plate: PlatePlan) -> None:
        kit, chance = self.laboratory.kits[plate.kit], Random(f"{SEED} {plate.name}")
        with self.laboratory.database.transaction() as session:
            bench.plate(session, plate, kit, chance)

    def _run(
        self, bench: Bench, plate: PlatePlan, analyzer: Analyzer
    ) -> tuple[Run, tuple[Filled, ...]]:
        kit, code = self.laboratory.kits[plate.kit], bench.plates[plate.name]
        with self.laboratory.database.reading() as session:
            wells = bench.filled(session, plate)
        return analyzer.run(code, plate, kit, wells), wells

    def _write_traces(
        self, bench: Bench, plate: PlatePlan, analyzer: Analyzer, folder: Path
    ) -> None:
        """Trace files of the ladder, the positive control and some samples."""
        run, wells = self._run(bench, plate, analyzer)
        for number, (well, one) in enumerate(zip(wells, run.injected, strict=True), 1):
            is_ladder = well.role is WellRole.LADDER
            own = well.tube is not None and well.tube.sample in self.plan.traced
            if own or is_ladder or well.role is WellRole.POSITIVE:
                chance = Random(f"{SEED} {plate.name} {well.position}")
                content = traces.trace(run, one, is_ladder=is_ladder, chance=chance)
                (folder / run.sample_file(number, one)).write_bytes(content)

    def _write(
        self, bench: Bench, plate: PlatePlan, analyzer: Analyzer, folder: Path
    ) -> Path:
        """The export of a plate's run, as its software writes it, in one piece."""
        run, _ = self._run(bench, plate, analyzer)
        return _put(folder / f"{run.plate}.txt", export(run, plate.software))


def _put(path: Path, content: bytes) -> Path:
    """Into a watched folder, in one piece."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_bytes(content)
    return partial.replace(path)
