"""Findings are closed with a cause: by two people where a control or a swap is told."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from lims.access import Actor
from lims.audit.queries import all_faults
from lims.batches.causes import Cause
from lims.batches.plate import WellRole
from lims.db import Database
from lims.errors import BadInput, LimsError, NotFound, NotPermitted, RuleBroken
from lims.results import operations_findings as findings
from lims.results.tables import Finding, Import
from lims.store import Store
from tests.cast import PASSWORD, Cast
from tests.exports import Row
from tests.plates import extracts
from tests.scenes import Scene, a_scene, events, injections

WHY = "The blank's tube was opened beside the source; extracted again."


@pytest.fixture
def held(database: Database, store: Store) -> Scene:
    """A plate that a contaminated blank holds."""
    with database.transaction() as session:
        codes = extracts(session, 3)
    scene = a_scene(database, store, codes)
    scene.give(scene.contaminated())
    return scene


def hold_of(database: Database, rule: str, outcome: str = "hold") -> int:
    with database.reading() as session:
        wanted = select(Finding.id).where(
            Finding.rule == rule, Finding.outcome == outcome
        )
        return session.scalars(wanted).one()


def answered(database: Database, actor: Actor, number: int) -> None:
    with database.transaction() as session:
        findings.answer(session, actor, [number], Cause.CONTAMINATION, WHY, PASSWORD)


def confirmed(database: Database, actor: Actor, number: int) -> None:
    with database.transaction() as session:
        findings.confirm(session, actor, [number], PASSWORD)


def test_a_hold_of_a_control_ends_when_two_people_have_signed(
    held: Scene, database: Database, cast: Cast
) -> None:
    number = hold_of(database, "D1")
    answered(database, cast.quality, number)
    assert held.stage() == "held"
    assert {one.state for one in injections(database)} == {"held"}
    confirmed(database, cast.reviewer, number)
    assert held.stage() == "cleared"
    assert {one.state for one in injections(database)} == {"current"}
    with database.reading() as session:
        row = session.get_one(Finding, number)
        assert row.closed_at is not None
        assert row.confirmed_by == cast.reviewer.user_id
        assert all_faults(session) == {}


def test_nobody_confirms_an_answer_of_their_own(
    held: Scene, database: Database, cast: Cast
) -> None:
    number = hold_of(database, "D1")
    answered(database, cast.quality, number)
    with pytest.raises(RuleBroken, match="two people"):
        confirmed(database, cast.quality, number)
    assert held.stage() == "held"


def test_the_database_itself_asks_for_two_people(
    held: Scene, database: Database, cast: Cast
) -> None:
    one = cast.quality.user_id
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(update(Finding).values(closed_by=one, confirmed_by=one))


def test_nothing_is_confirmed_before_it_is_answered(
    held: Scene, database: Database, cast: Cast
) -> None:
    with pytest.raises(RuleBroken, match="Nobody has answered"):
        confirmed(database, cast.reviewer, hold_of(database, "D1"))


def test_a_wrong_password_signs_nothing(
    held: Scene, database: Database, cast: Cast
) -> None:
    number = hold_of(database, "D1")
    with pytest.raises(LimsError, match="password"), database.transaction() as session:
        findings.answer(
            session, cast.quality, [number], Cause.DROP_IN, WHY, "not the password"
        )


def test_answer_and_closing_are_signed_and_told_without_their_words(
    held: Scene, database: Database, cast: Cast
) -> None:
    number = hold_of(database, "D1")
    answered(database, cast.quality, number)
    confirmed(database, cast.reviewer, number)
    with database.reading() as session:
        row = session.get_one(Finding, number)
        assert row.resolution == WHY
        uid = session.get_one(Import, row.import_id).uid
    told = events(database, uid)[-4:]
    assert [one["tag"] for one in told] == [
        "signature:made", "finding:answered", "signature:made", "finding:closed",
    ]  # fmt: skip
    for one in (told[1], told[3]):
        assert one["facts"]["cause"] == Cause.CONTAMINATION
        assert set(one["facts"]["resolution"]) == {"commitment"}
    assert WHY not in str(told)


def test_the_freeing_of_each_injection_is_told(
    held: Scene, database: Database, cast: Cast
) -> None:
    number = hold_of(database, "D1")
    answered(database, cast.quality, number)
    confirmed(database, cast.reviewer, number)
    for one in injections(database):
        assert events(database, one.uid)[-1]["tag"] == "injection:freed"


def test_a_closed_finding_is_not_opened_again(
    held: Scene, database: Database, cast: Cast
) -> None:
    number = hold_of(database, "D1")
    answered(database, cast.quality, number)
    confirmed(database, cast.reviewer, number)
    with pytest.raises(RuleBroken, match="is closed"):
        answered(database, cast.manager, number)


def test_a_closed_finding_is_not_confirmed_by_yet_another(
    held: Scene, database: Database, cast: Cast
) -> None:
    """The name of who confirmed it stays the one that signed."""
    number = hold_of(database, "D1")
    answered(database, cast.quality, number)
    confirmed(database, cast.reviewer, number)
    with pytest.raises(RuleBroken, match="is closed"):
        confirmed(database, cast.manager, number)


def test_an_answer_says_what_was_done(
    held: Scene, database: Database, cast: Cast
) -> None:
    number = hold_of(database, "D1")
    for words in ("  ", "x" * 301):
        with pytest.raises(BadInput), database.transaction() as session:
            findings.answer(
                session, cast.quality, [number], Cause.DROP_IN, words, PASSWORD
            )


def test_what_passed_needs_no_answer(
    held: Scene, database: Database, cast: Cast
) -> None:
    with pytest.raises(RuleBroken, match="needs no answer"):
        answered(database, cast.quality, hold_of(database, "D2", "pass"))


@pytest.mark.parametrize("person", ["technician", "analyst", "auditor", "instrument"])
def test_the_bench_and_the_readers_close_nothing(
    held: Scene, database: Database, cast: Cast, person: str
) -> None:
    number = hold_of(database, "D1")
    for act in (answered, confirmed):
        with pytest.raises(NotPermitted):
            act(database, getattr(cast, person), number)


def test_a_finding_of_another_laboratory_is_as_unknown(
    held: Scene, database: Database, cast: Cast
) -> None:
    with pytest.raises(NotFound):
        answered(database, cast.foreign_quality, hold_of(database, "D1"))


def mixture(table: tuple[Row, ...], name: str, other: str) -> list[Row]:
    cells = {(row.name, row.marker): row.cells for row in table}
    return [
        replace(row, cells=tuple(dict([*row.cells, *cells[other, row.marker]]).items()))
        if row.name == name
        else row
        for row in table
    ]


def test_one_person_closes_what_is_no_rule_of_two(
    database: Database, store: Store, cast: Cast
) -> None:
    with database.transaction() as session:
        codes = extracts(session, 2)
    scene = a_scene(database, store, codes)
    positive = scene.named(WellRole.POSITIVE)
    scene.give(mixture(scene.table, codes[0], positive.name))
    number = hold_of(database, "E1")
    answered(database, cast.reviewer, number)
    with database.reading() as session:
        assert session.get_one(Finding, number).closed_at is not None


def test_a_well_stays_held_while_another_finding_holds_it(
    database: Database, store: Store, cast: Cast
) -> None:
    with database.transaction() as session:
        codes = extracts(session, 2)
    scene = a_scene(database, store, codes)
    scene.give(mixture(scene.table, codes[0], codes[1]))
    by_rule = {rule: hold_of(database, rule) for rule in ("E1", "F3")}
    answered(database, cast.reviewer, by_rule["E1"])
    held = {one.well_id for one in injections(database) if one.state == "held"}
    names = {well.id: well.name for well in scene.wells}
    assert {names[one] for one in held} == set(codes)
    answered(database, cast.quality, by_rule["F3"])
    confirmed(database, cast.manager, by_rule["F3"])
    assert {one.state for one in injections(database)} == {"current"}


def test_what_the_file_does_not_tell_is_not_decided_by_a_signature(
    database: Database, store: Store, cast: Cast
) -> None:
    with database.transaction() as session:
        codes = extracts(session, 2)
    scene = a_scene(database, store, codes)
    table = [row for row in scene.table if (row.name, row.marker) != (codes[0], "TH01")]
    scene.give(table)
    with pytest.raises(RuleBroken, match="re-analysis"):
        answered(database, cast.quality, hold_of(database, "C3", "block"))
