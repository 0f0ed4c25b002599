"""What a bundle made from the record brings of the files that its events name."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from lims.access import Actor
from lims.batches.plate import WellRole
from lims.custody import operations_receiving
from lims.db import Database
from lims.evidence import enclosures
from lims.evidence.scope import of_codes
from lims.results import originals
from lims.results.cutting import Piece
from lims.results.intake import Fate
from lims.results.tables import Import
from tests import traces
from tests.cast import Cast
from tests.instruments.workbooks_made import cells
from tests.lims.erasure.a_case import Case, a_case
from tests.lims.erasure.test_redacted import a_workbook
from tests.lims.evidence import bundles
from tests.lims.evidence.test_bundling import Bench

CAST = Cast()
PICTURE = b"\xff\xd8\xff the seal, torn"


@pytest.fixture
def bench(database: Database, tmp_path: Path) -> Bench:
    return Bench(database, tmp_path)


@pytest.fixture
def case(database: Database, bench: Bench) -> Case:
    return a_case(database, bench.shop.store)


def opened(bench: Bench, packed: bytes) -> tuple[dict[str, bytes], Any]:
    answer = bench.answer(packed)
    assert answer["broken"] == []
    return bundles.files(packed), answer


def photographed(bench: Bench, code: str) -> str:
    digest = bench.shop.store.keep(PICTURE)
    with bench.database.transaction() as session:
        operations_receiving.attach_photograph(
            session, CAST.technician, code, digest, "image/jpeg"
        )
    return digest


def test_the_photographs_of_a_bag_come_with_its_events(bench: Bench) -> None:
    """Also for who may read no calls: who sees the sample sees its photographs."""
    (code,) = bench.bones(1)
    digest = photographed(bench, code)
    for who in (CAST.auditor, CAST.coordinator):
        inside, answer = opened(bench, bench.bundle(of_codes([code]), who))
        assert inside[f"originals/{digest}"] == PICTURE
        assert "photograph: 1" in str(answer["proven"])


def test_a_photograph_that_the_disk_lost_is_told_with_why(bench: Bench) -> None:
    (code,) = bench.bones(1)
    digest = photographed(bench, code)
    bench.shop.store.drop(digest)
    inside, answer = opened(bench, bench.bundle(of_codes([code])))
    assert f"originals/{digest}" not in inside
    (told,) = answer["left_out"]
    assert "photograph" in told
    assert "No original is kept" in told


def test_a_photograph_that_was_erased_is_told_with_why(
    bench: Bench, case: Case
) -> None:
    digest = photographed(bench, case.code)
    inside, _ = opened(bench, bench.bundle(of_codes([case.code])))
    assert f"originals/{digest}" in inside
    case.erase()
    inside, answer = opened(bench, bench.bundle(of_codes([case.code])))
    assert f"originals/{digest}" not in inside
    assert "This photograph was erased" in str(answer["left_out"])


def test_what_would_be_too_much_for_one_bundle_is_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = bench.bones(1)
    photographed(bench, code)
    small = enclosures.Enclosed(room=len(PICTURE) - 1)
    monkeypatch.setattr(enclosures, "Enclosed", lambda: small)
    _, answer = opened(bench, bench.bundle(of_codes([code])))
    assert "Ask for fewer codes" in str(answer["left_out"])


def test_after_an_erasure_the_other_parts_of_a_file_still_prove(
    bench: Bench, case: Case
) -> None:
    """The header and the other samples' lines, each by the commitment of its event."""
    ((name, whole),) = enclosed(bench, case).items()
    case.erase()
    left = enclosed(bench, case)
    assert {one.partition(".")[0] for one in left} == {name}
    assert all(".parts/" in one for one in left)
    kept = [line for text in left.values() for line in text.splitlines()]
    gone = [line for line in whole.splitlines() if line not in kept]
    names = {one.name.encode() for one in case.scene.table}
    erased = {one for one in names if any(one in line for line in gone)}
    assert len(erased) == 1
    assert not any(one in line for one in erased for line in kept)
    answer = bench.answer(bench.path.read_bytes())
    assert f"{len(left)} parts of files" in str(answer["proven"])
    assert "a part was erased after a withdrawal" in str(answer["left_out"])
    assert enclosed(bench, case, CAST.coordinator) == {}, "calls are closed to him"


def test_a_redacted_workbook_comes_as_its_copy(bench: Bench, case: Case) -> None:
    store, content = bench.shop.store, a_workbook(case)
    with case.database.transaction() as session:
        row = session.scalars(select(Import)).one()
        kept = originals.keep(store, [Piece("", (), content)], case.database.ring.token)
        originals.enter(session, case.scene.actor, row, kept, {})
    case.erase()
    (copy,) = enclosed(bench, case).values()
    assert case.code.encode() not in copy
    before = cells(content)["Quantities"]
    assert set(cells(copy)["Quantities"].values()) < set(before.values())
    answer = bench.answer(bench.path.read_bytes())
    assert "redacted copy: 1" in str(answer["proven"])
    assert "was replaced by a redacted copy" in str(answer["left_out"])


def enclosed(bench: Bench, case: Case, who: Actor = CAST.auditor) -> dict[str, bytes]:
    """The files of the bundle of the case's code, made now and found whole."""
    inside, _ = opened(bench, bench.bundle(of_codes([case.code]), who))
    return {one: text for one, text in inside.items() if one.startswith("originals/")}


def test_the_trace_of_an_own_well_comes_with_its_events(
    bench: Bench, case: Case
) -> None:
    """And no trace of another sample's."""
    scene = case.scene
    wells = [one for one in scene.wells if one.role is WellRole.SAMPLE]
    kept = {well.name: traces.injected(well, {}) for well in wells}
    for name, content in kept.items():
        assert scene.give(content, f"{name}.fsa").fate is Fate.LOADED
    files = enclosed(bench, case)
    assert len(set(files.values()) & set(kept.values())) == 1
    assert len(files) == 2, "the calls of the plate, too"
