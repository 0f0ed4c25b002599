"""Things for the matrix of tests/authz.yaml, each made anew, by the name it has there.

A maker gets the laboratory and opens its own transactions; it gives the values for the
address and the form. What it makes belongs to the cast's first laboratory, or to the
mortuary and the association that send to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from secrets import token_hex
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from labels.stock import STOCKS
from lims import clock
from lims.access import Role
from lims.batches import operations as batches
from lims.batches.causes import Cause
from lims.batches.plate import WellRole
from lims.cases import operations as cases
from lims.cases.operations_legal import place_hold
from lims.codes import Kind, draw, shown
from lims.custody import operations as moves
from lims.custody import operations_holds as freezing
from lims.custody import operations_inventory as inventories
from lims.custody import operations_receiving as receiving
from lims.custody import queries as custody
from lims.custody import reminding
from lims.custody.tables_overdue import Reminder
from lims.demo.quantified import Plate as Run
from lims.demo.quantified import Tube
from lims.demo.quantified import written as written_run
from lims.desk import operations as desk
from lims.desk import operations_checks as checks
from lims.desk import queries as desk_queries
from lims.desk.populations import Narrowed, Population
from lims.desk.searching import Wanted
from lims.desk.tables import FindingKind
from lims.desk.tally import Tally
from lims.evidence import operations as evidence
from lims.evidence.asking import Packed
from lims.evidence.scope import of_codes
from lims.handoff import operations as handoff
from lims.laboratory import Laboratory
from lims.people import queries as people
from lims.people.operations import register_user
from lims.people.queries import badges
from lims.printing import operations_printers as printers
from lims.printing import operations_repairs as repairs
from lims.printing import operations_templates
from lims.printing.operations import print_labels
from lims.printing.operations_printers import NewPrinter
from lims.printing.sending import Way
from lims.printing.tables import Mishap
from lims.profiles.method import Method
from lims.profiles.tables import Profile
from lims.quantities import queries as quantities
from lims.results import operations_findings as findings
from lims.results import queries as results
from lims.results.arrival import Gate, Parcel, arrive
from lims.results.tables import Import, Injection, Trace
from lims.review import operations as review
from lims.samples.amounts import Measure
from lims.samples.operations_places import NewPlace, register_places
from lims.samples.tables import Stream, Zone
from lims.stations import operations as stations
from lims.stations.operations_scans import claim, come, conclude
from lims.stations.scans import Came
from lims.stations.tables import ScanState
from tests import factories, plates, traces
from tests.cast import PASSWORD, Cast, user
from tests.exports import written
from tests.factories import in_the_laboratory
from tests.injections import GENOTYPE, an_injection
from tests.kits import GLOBALFILER
from tests.scenes import Scene, a_scene

Made = Mapping[str, object]
Maker = Callable[[Laboratory], Made]
M = TypeVar("M", bound=Maker)

CAST = Cast()
OBJECTS: dict[str, Maker] = {}
_numbers = count(1)


def named(maker: M) -> M:
    """Enter a maker under its own name."""
    OBJECTS[maker.__name__] = maker
    return maker


@named
def unknown(_: Laboratory) -> Made:
    """Nothing has this name: for pages whose things have no maker yet."""
    return dict.fromkeys(("uid", "code", "injection"), "f" * 32)


@named
def stylesheet(_: Laboratory) -> Made:
    return {"filename": "nomen.css"}


@named
def own_laboratory(_: Laboratory) -> Made:
    return {"organisation": CAST.administrator.organisation_id}


@named
def colleague(laboratory: Laboratory) -> Made:
    number = next(_numbers)
    with laboratory.database.transaction() as session:
        user, _password = register_user(
            session,
            CAST.administrator,
            login=f"colleague{number}",
            name=f"Colleague Number {number}",
            organisation_id=CAST.administrator.organisation_id,
            roles={Role.TECHNICIAN},
        )
        return {"uid": user.uid, "name": user.name}


@named
def bench(laboratory: Laboratory) -> Made:
    name = f"Bench of number {next(_numbers)}"
    with laboratory.database.transaction() as session:
        station, _code = stations.add(session, CAST.administrator, name)
        return {"uid": station.uid, "name": name}


@named
def enrolled_bench(laboratory: Laboratory) -> Made:
    with laboratory.database.transaction() as session:
        name = f"Bench of number {next(_numbers)}"
        _station, code = stations.add(session, CAST.administrator, name)
        found = stations.enrol(session, code, "10.0.0.7")
        assert found is not None
        return {"uid": found[0].uid, "device": "pan"}


@named
def own_bench(laboratory: Laboratory) -> Made:
    made = enrolled_bench(laboratory)
    with laboratory.database.transaction() as session:
        come(session, CAST.technician, str(made["uid"]))
    return made


@named
def kept_scan(laboratory: Laboratory) -> Made:
    now = clock.now()
    scan = Came(token_hex(16), "S", now, now, timedelta(0))
    with laboratory.database.transaction() as session:
        assert claim(session, CAST.technician, scan)
        conclude(session, CAST.technician, scan, ScanState.ASKED, {})
    return {"uid": scan.uid}


@named
def remains(laboratory: Laboratory) -> Made:
    """The mortuary's; the coordinator has linked a code to an element of them."""
    number, code = next(_numbers), draw(Kind.SAMPLE)
    with laboratory.database.transaction() as session:
        incident = factories.an_incident(session, f"I-{number}-{code}")
        tag = factories.a_body(session, incident, f"Mortuary tag {number}")
        bags = {f"B-{number}": factories.an_element(session, tag)}
        cases.declare(session, CAST.mortuary, bags)
        cases.link(session, CAST.coordinator, {f"B-{number}": code})
    told = {"incident": incident, "mortuary_tag": f"Mortuary tag {number}"}
    return {"tag": tag, "code": code, **told}


@named
def family(laboratory: Laboratory) -> Made:
    """The association's; the coordinator has linked a code to the donor."""
    number = next(_numbers)
    with laboratory.database.transaction() as session:
        missing = factories.a_missing_person(session, f"Missed Number {number}")
        donor = factories.a_donor(session, missing)
        cases.declare(session, CAST.collector, {f"R-{number}": donor})
        cases.link(session, CAST.coordinator, {f"R-{number}": draw(Kind.SAMPLE)})
    name = f"Missed Number {number}"
    return {"code": missing, "name": name, "donor": donor.donor}


@named
def legal_hold(laboratory: Laboratory) -> Made:
    donor = str(family(laboratory)["donor"])
    with laboratory.database.transaction() as session:
        return {"uid": place_hold(session, CAST.quality, donor, "RG 12/2026").uid}


@named
def a_bone(laboratory: Laboratory) -> Made:
    with laboratory.database.transaction() as session:
        return {"code": in_the_laboratory(session, 1)[0]}


@named
def an_unread_injection(laboratory: Laboratory) -> Made:
    with laboratory.database.transaction() as session:
        (code,) = in_the_laboratory(session, 1)
        return {"uid": an_injection(session, code).uid}


@named
def an_unread_trace(laboratory: Laboratory) -> Made:
    with laboratory.database.transaction() as session:
        codes = plates.extracts(session, 2)
    scene = a_scene(laboratory.database, laboratory.store, codes)
    scene.give(scene.table)
    well = scene.named()
    rows = [one for one in scene.table if one.name == well.name]
    calls = {one.marker: [allele for allele, _ in one.cells] for one in rows}
    ladder = scene.named(WellRole.LADDER)
    scene.give(traces.ladder(ladder), f"{ladder.name}.hid")
    scene.give(traces.injected(well, calls), f"{well.name}.hid")
    scene.look()
    with laboratory.database.reading() as session:
        wanted = select(Injection.uid).where(Injection.well_id == well.id)
        return {"uid": session.scalars(wanted).one()}


@named
def a_ladders_trace(laboratory: Laboratory) -> Made:
    """By the import that brought it; a ladder has no calls of its own."""
    an_unread_trace(laboratory)
    with laboratory.database.reading() as session:
        wanted = select(Trace, Import).join(Import, Trace.import_id == Import.id)
        of_ladders = [row.uid for one, row in session.execute(wanted) if one.bins]
        return {"uid": of_ladders[-1]}


@named
def a_read_profile(laboratory: Laboratory, stream: Stream = Stream.BONE) -> Made:
    """Read twice by others than the cast's own analyst and reviewer."""
    with laboratory.database.transaction() as session:
        (code,) = in_the_laboratory(session, 1, stream)
        injection = an_injection(session, code).uid
    method = Method(laboratory.kits, laboratory.rules)
    for reader in (CAST.analyst, CAST.analyst2):
        with laboratory.database.transaction() as session:
            review.sign_reading(
                session, reader, injection, GENOTYPE, {}, PASSWORD, method
            )
    with laboratory.database.reading() as session:
        (profile,) = session.query(Profile).order_by(Profile.id.desc()).limit(1)
        return {"uid": profile.uid, "code": code}


@named
def a_reviewed_profile(laboratory: Laboratory, stream: Stream = Stream.BONE) -> Made:
    made = a_read_profile(laboratory, stream)
    with laboratory.database.transaction() as session:
        review.review(session, CAST.reviewer, str(made["uid"]), PASSWORD)
    return made


@named
def a_package(laboratory: Laboratory, stream: Stream = Stream.BONE) -> Made:
    made = a_reviewed_profile(laboratory, stream)
    with laboratory.database.transaction() as session:
        package = handoff.release(
            session, CAST.manager, str(made["uid"]), PASSWORD, laboratory.rules
        )
        return {"uid": package.uid}


@named
def announcement(laboratory: Laboratory) -> Made:
    """Of the mortuary, for the first laboratory; not yet given to a courier."""
    with laboratory.database.transaction() as session:
        sent = factories.an_announcement(session, 1)
    due = f"{clock.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    return {"code": sent.code, "bag": sent.bags[0], "due": due}


@named
def consignment(laboratory: Laboratory) -> Made:
    """On its way: one bag received, one awaited."""
    with laboratory.database.transaction() as session:
        sent = factories.a_consignment(session, 2)
        arrived = factories.arrivals(sent)[0]
        receiving.receive(
            session, CAST.technician, sent.code, arrived, "courier",
            factories.CONDITIONS,
        )  # fmt: skip
        photograph = factories.a_picture()
        digest = laboratory.store.keep(photograph)
        receiving.attach_photograph(
            session, CAST.technician, sent.bags[0], digest, "image/jpeg"
        )
    return {
        "code": sent.code,
        "bag": sent.bags[1],
        "here": sent.bags[0],
        "digest": digest,
        "photograph": factories.a_picture(),
    }


@named
def stored_bone(laboratory: Laboratory) -> Made:
    """In the first of two positions; the second is free."""
    with laboratory.database.transaction() as session:
        (code,), box = factories.stored(session, 1)
        row = custody.named_sample(session, CAST.technician, code)
        return {
            "code": code,
            "link": f"/samples/{code}",
            "place": box.positions[0],
            "free": box.positions[1],
            "seq": row.ver,
            **_badges(session),
        }


@named
def held_bone(laboratory: Laboratory) -> Made:
    made = stored_bone(laboratory)
    with laboratory.database.transaction() as session:
        code = str(made["code"])
        hold = freezing.hold(session, CAST.technician, code, "CONTAMINATION")
        session.flush()
        return {**made, "hold_id": hold.id}


@named
def photographed_bone(laboratory: Laboratory) -> Made:
    made = stored_bone(laboratory)
    digest = laboratory.store.keep(b"a picture")
    with laboratory.database.transaction() as session:
        receiving.attach_photograph(
            session, CAST.technician, str(made["code"]), digest, "image/png"
        )
    return {**made, "digest": digest}


@named
def bone_in_hands(laboratory: Laboratory) -> Made:
    with laboratory.database.transaction() as session:
        (code,) = factories.in_hands(session)
        return {"code": code, **_badges(session)}


@named
def unweighed_bone(laboratory: Laboratory) -> Made:
    with laboratory.database.transaction() as session:
        return {"code": factories.in_hands(session, measure=Measure())[0]}


@named
def received_bag(laboratory: Laboratory) -> Made:
    with laboratory.database.transaction() as session:
        sent = factories.a_consignment(session, 1)
        factories.declared(session, sent, Stream.BONE)
        factories.received(session, sent)
        return {"code": sent.code, "bag": sent.bags[0]}


@named
def withdrawn_consent(laboratory: Laboratory) -> Made:
    with laboratory.database.transaction() as session:
        sent = factories.a_consignment(session, 1, Stream.REFERENCE)
        said = factories.declared(session, sent, Stream.REFERENCE)
        factories.received(session, sent)
        factories.accession(session, sent)
        cases.withdraw_consent(session, CAST.collector, said[sent.bags[0]].donor)
        return {}


@named
def labelled_bone(laboratory: Laboratory) -> Made:
    made = stored_bone(laboratory)
    with laboratory.database.transaction() as session:
        print_labels(session, CAST.technician, [str(made["code"])], "tube")
    return made


@named
def label_template(laboratory: Laboratory) -> Made:
    stock = replace(STOCKS["roll-kit"], name=f"own-{next(_numbers)}")
    with laboratory.database.transaction() as session:
        operations_templates.save(session, CAST.manager, stock)
    return {"name": stock.name}


@named
def printer(laboratory: Laboratory) -> Made:
    name = f"Printer of number {next(_numbers)}"
    told = NewPrinter(name, Way.RAW, "127.0.0.1:9", "zpl", 300)
    with laboratory.database.transaction() as session:
        made = printers.add(session, CAST.administrator, told)
        return {"uid": made.uid, "name": name}


@named
def print_job(laboratory: Laboratory) -> Made:
    code, made = str(stored_bone(laboratory)["code"]), printer(laboratory)
    with laboratory.database.transaction() as session:
        sheet = print_labels(session, CAST.technician, [code], "roll-kit", form="zpl")
        job = printers.queue(session, CAST.technician, str(made["uid"]), sheet)
        return {"uid": job.uid, "printer": made["name"]}


@named
def label_repair(laboratory: Laboratory) -> Made:
    """Said by a colleague whom the matrix does not try."""
    code = str(labelled_bone(laboratory)["code"])
    with laboratory.database.transaction() as session:
        made = repairs.propose(
            session, CAST.technician2, Mishap.TORN, [code], "LABEL_TORN"
        )
        return {"uid": made.uid, "code": code, "shown": shown(code)}


@named
def condemned_bone(laboratory: Laboratory) -> Made:
    made = stored_bone(laboratory)
    with laboratory.database.transaction() as session:
        moves.move(
            session,
            CAST.manager,
            str(made["code"]),
            "order destruction",
            {"order": "O-1"},
        )
    return made


@named
def a_place(laboratory: Laboratory) -> Made:
    name = f"Room {next(_numbers)}"
    new = NewPlace(name, Zone.PRE_PCR_BONE)
    with laboratory.database.transaction() as session:
        (made,) = register_places(session, CAST.manager, [new])
        return {"code": made.code, "name": name}


@named
def an_inventory(laboratory: Laboratory) -> Made:
    """Begun by the technician."""
    made = a_place(laboratory)
    with laboratory.database.transaction() as session:
        begun = inventories.start(session, CAST.technician, str(made["code"]))
        return {"uid": begun.uid, "name": made["name"]}


@named
def an_overdue_bone(laboratory: Laboratory) -> Made:
    """In the technician's hands, who was asked for it."""
    made = bone_in_hands(laboratory)
    with laboratory.database.transaction() as session:
        reminding.remind(session, clock.now() + timedelta(minutes=1))
        newest = select(func.max(Reminder.id))
        return {"number": session.scalar(newest), **made}


@named
def a_box_to_carry(laboratory: Laboratory) -> Made:
    """In a freezer, beside another."""
    zone = Zone.PRE_PCR_BONE
    box = NewPlace("Box", zone, rows=1, columns=2)
    freezers = NewPlace("Old", zone, (box,)), NewPlace("New", zone, many=True)
    with laboratory.database.transaction() as session:
        made = register_places(
            session, CAST.manager, [NewPlace("Room", zone, freezers)]
        )
        codes = {one.name: one.code for one in made}
        return {"code": codes["Box"], "into": codes["New"]}


def _badges(session: Session) -> dict[str, str]:
    """Of the two technicians."""
    worn = badges(session, [CAST.technician.user_id, CAST.technician2.user_id])
    return {
        "witness": worn[CAST.technician.user_id],
        "badge": worn[CAST.technician2.user_id],
    }


@named
def an_extract(laboratory: Laboratory) -> Made:
    with laboratory.database.transaction() as session:
        return {"code": plates.extracts(session)[0]}


@named
def a_planned_plate(laboratory: Laboratory) -> Made:
    with laboratory.database.transaction() as session:
        plate = plates.planned(session, plates.extracts(session))
        colleague = user(session, CAST.technician2)
        return {"code": plate.code, "badge": colleague.badge}


@named
def a_planned_plate_and_format(laboratory: Laboratory) -> Made:
    return {**a_planned_plate(laboratory), "name": "3500"}


@named
def a_loaded_plate(laboratory: Laboratory) -> Made:
    with laboratory.database.transaction() as session:
        plate = plates.planned(session, plates.extracts(session))
        return {"code": plates.loaded(session, plate).code}


@named
def an_amplified_plate(laboratory: Laboratory) -> Made:
    made = a_loaded_plate(laboratory)
    with laboratory.database.transaction() as session:
        code = str(made["code"])
        batches.amplify(session, CAST.technician, code, GLOBALFILER)
    return {**made, "instrument": draw(Kind.INSTRUMENT)}


def _scene(laboratory: Laboratory) -> Scene:
    with laboratory.database.transaction() as session:
        codes = plates.extracts(session)
    return a_scene(laboratory.database, laboratory.store, codes)


@named
def a_quantification(laboratory: Laboratory) -> Made:
    """Of one extract; its standard curve is too steep, so its quantities are held."""
    with laboratory.database.transaction() as session:
        (code,) = plates.extracts(session)
    tubes = [Tube(code, Decimal("0.21"), Decimal("0.07"), Decimal("0.21"))]
    content = written_run(Run("run", tubes, slope=Decimal("-3.9")))
    gate = Gate(laboratory.database, laboratory.store, laboratory.bench)
    arrive(gate, CAST.technician, Parcel.of_bytes("run.txt", content))
    with laboratory.database.reading() as session:
        (run,) = quantities.listing(session, CAST.technician).rows[:1]
        return {"uid": run.uid, "code": code, "shown": shown(code)}


@named
def an_export(laboratory: Laboratory) -> Made:
    """Of a plate that was run, not given yet."""
    scene = _scene(laboratory)
    return {"code": scene.plate, "export": written(scene.table)}


@named
def a_waiting_file(laboratory: Laboratory) -> Made:
    """It lacks a well."""
    scene = _scene(laboratory)
    lacking = [row for row in scene.table if row.name != scene.named().name]
    return {"uid": scene.give(lacking).uid, "code": scene.plate}


@named
def a_held_plate(laboratory: Laboratory) -> Made:
    """By its extraction blank; the finding is not answered yet."""
    scene = _scene(laboratory)
    receipt = scene.give(scene.contaminated())
    with laboratory.database.reading() as session:
        row = results.one(session, CAST.quality, receipt.uid)
        (hold,) = results.open_holds_of(session, row.id)
        return {"uid": receipt.uid, "code": scene.plate, "finding": hold.id}


@named
def an_answered_hold(laboratory: Laboratory) -> Made:
    """By somebody who is not of the cast."""
    made = a_held_plate(laboratory)
    number = int(str(made["finding"]))
    with laboratory.database.transaction() as session:
        account, password = register_user(
            session,
            CAST.administrator,
            login=f"quality{next(_numbers)}",
            name="Another Quality Manager",
            organisation_id=CAST.administrator.organisation_id,
            roles={Role.QUALITY},
        )
        other = people.person(session, CAST.quality, account.uid).actor
        findings.answer(
            session, other, [number], Cause.CONTAMINATION, "Opened beside.", password
        )
    return made


@named
def a_bundle(laboratory: Laboratory) -> Made:
    """Asked for by the laboratory's manager, and not made yet."""
    with laboratory.database.transaction() as session:
        codes = in_the_laboratory(session, 1)
        asked = evidence.ask(session, CAST.manager, of_codes(codes), laboratory.shop)
        return {"uid": asked.uid}


@named
def a_made_bundle(laboratory: Laboratory) -> Made:
    made = a_bundle(laboratory)
    packed = Packed(b"a bundle", "0" * 64, 1, 1, "0" * 64)
    sha256 = laboratory.bundles.keep(packed.content)
    with laboratory.database.transaction() as session:
        uid = str(made["uid"])
        evidence.finish(session, CAST.manager, uid, packed, sha256, clock.now())
    return made


@named
def a_saved_search(laboratory: Laboratory) -> Made:
    with laboratory.database.transaction() as session:
        return {"uid": desk.save_search(session, CAST.auditor, "Kept", Wanted()).uid}


@named
def a_draw(laboratory: Laboratory) -> Made:
    with laboratory.database.transaction() as session:
        in_the_laboratory(session)
        made = desk.draw(
            session, CAST.auditor, "Two cases", Population.SAMPLES, Narrowed(), 1
        )
        return {"uid": made.uid, "ordinal": 1}


@named
def a_finding(laboratory: Laboratory) -> Made:
    text = f"A seal is missing on photograph {next(_numbers)}."
    with laboratory.database.transaction() as session:
        made = desk.record_finding(
            session,
            CAST.auditor,
            CAST.quality.organisation_id,
            (FindingKind.FREE, ""),
            "minor",
            text,
            (Role.QUALITY, date(2027, 1, 31)),
        )
        return {"uid": made.uid, "text": text}


@named
def a_requirement(laboratory: Laboratory) -> Made:
    """One that a query answers; what waits of it is done, so that it can be asked."""
    with laboratory.database.transaction() as session:
        for one in desk_queries.unfinished(session):
            checks.finish(session, CAST.auditor, one.uid, Tally())
    return {"number": 22}
