"""After an erasure no byte shows the person: no database, backup, store or bundle."""

from dataclasses import replace
from io import BytesIO
import json
from pathlib import Path
import shutil
import zipfile

from click.testing import CliRunner
import pytest
from sqlalchemy import select, text

from app import laboratory
from config.settings import load
from lims import jobs
from lims.boxes import DoesNotOpen
from lims.cases.tables import Donor
from lims.cli.rotate_subject_keys import command
from lims.db import Base, Database
from lims.evidence.scope import of_codes
from lims.handoff.tables import Package
from lims.profiles.tables import Profile
from lims.results import originals
from lims.results.tables import Import
from lims.review import operations as review
from lims.review.tables import Comparison, Reading
from lims.sealing.tables import SubjectKey
from tests.cast import PASSWORD
from tests.exports import written
from tests.instruments.workbooks_made import workbook
from tests.lims.erasure.a_case import CAST, NAME, Case
from tests.lims.erasure.released import METHOD, injection_of, release
from tests.lims.erasure.test_afterwards import analysed_again
from tests.lims.erasure.test_searched import codes_of
from tests.lims.evidence.test_bundling import Bench


@pytest.fixture
def planted(case: Case) -> tuple[str, ...]:
    """The donor's profile is released: what may show nowhere, as it is written."""
    read = release(case)
    with case.database.reading() as session:
        told = session.scalars(select(Package)).one().text
    pairs = [json.dumps(one, separators=(",", ":"))[1:-1] for one in read.values()]
    found = tuple(one for one in pairs if one.count(",") == 1 and one in told)
    assert len(found) > 5, "else nothing is looked for"
    return (NAME, *found)


def _bytes(database: Database) -> bytes:
    """All that the tables hold, and of the embedded database its files."""
    found = []
    with database.reading() as session:
        for table in Base.metadata.tables.values():
            for row in session.execute(text(f'SELECT * FROM "{table.name}"')):
                for value in row:
                    if isinstance(value, bytes | memoryview):
                        found.append(bytes(value))
                    elif isinstance(value, str):
                        found.append(value.encode())
                    else:
                        told = json.dumps(value, separators=(",", ":"), default=str)
                        found.append(told.encode())
    if database.embedded:
        source = str(database.url.database)
        files = [Path(source), Path(f"{source}-wal")]
        found += [one.read_bytes() for one in files if one.exists()]
    return b"\n".join(found)


def _shown(content: bytes, planted: tuple[str, ...]) -> list[str]:
    return [one for one in planted if one.encode() in content]


def test_neither_the_database_nor_an_older_backup_shows_who_was_erased(
    case: Case, planted: tuple[str, ...], tmp_path: Path
) -> None:
    database = case.database
    database.forget()
    backup = _bytes(database)
    copy = tmp_path / "backup.db"
    if database.embedded:
        shutil.copy(str(database.url.database), copy)
    with database.reading() as session:
        donor = session.scalars(select(Donor).where(Donor.code == case.donor)).one()
        row = session.get_one(SubjectKey, donor.uid)
        wrapped = (row.subject, row.organisation, row.wrapped or b"")
    case.erase()
    assert _shown(_bytes(database), planted) == []
    assert _shown(backup, planted) == []
    settings = replace(load(environment={}), database_url="sqlite://")
    lab = replace(laboratory(settings), database=database)
    for _ in range(2):
        assert CliRunner().invoke(command, obj=lab).exit_code == 0
    with pytest.raises(DoesNotOpen):
        database.ring.unwrapped(*wrapped)
    if database.embedded:
        old = Database(f"sqlite:///{copy}", database.ring.folder)
        with old.reading() as session, pytest.raises(DoesNotOpen):
            assert session.scalars(select(Donor)).all()[0].name
        old.close()


@pytest.mark.usefixtures("planted")
def test_a_released_profile_is_withdrawn_and_all_behind_it_is_empty(
    case: Case,
) -> None:
    case.erase()
    with case.database.reading() as session:
        profile = session.scalars(select(Profile)).one()
        assert profile.state == "withdrawn"
        assert profile.consensus == {}
        for reading in session.scalars(select(Reading)):
            assert (reading.kept, reading.calls) == (None, {})
        for compared in session.scalars(select(Comparison)):
            assert compared.differences == {}
        package = session.scalars(select(Package)).one()
        assert (package.kept, package.body) == (None, b"")


EDIT, DECISION = "a planted edit", "a planted decision"


def settled(case: Case) -> tuple[str, ...]:
    """Two readers differ at one marker, and a third person decides."""
    uid, calls = injection_of(case)
    read = {marker: [one for one, _ in found] for marker, found in calls.items()}
    marker, pair = next(
        (name, found) for name, found in read.items() if len(set(found)) == 2
    )
    other = read | {marker: [pair[0]]}
    for reader, seen, edits in (
        (CAST.analyst, read, {}),
        (CAST.analyst2, other, {marker: EDIT}),
    ):
        with case.database.transaction() as session:
            review.sign_reading(session, reader, uid, seen, edits, PASSWORD, METHOD)
    told = {marker: [*pair, "88.8"]}
    with case.database.transaction() as session:
        review.settle(session, CAST.reviewer, uid, told, DECISION, PASSWORD, METHOD)
    return EDIT, DECISION, "88.8", json.dumps(pair, separators=(",", ":"))[1:-1]


def test_what_settled_two_readings_shows_nowhere(case: Case) -> None:
    found = settled(case)
    case.database.forget()
    backup = _bytes(case.database)
    with case.database.reading() as session:
        compared = session.scalars(select(Comparison)).one()
        assert compared.decision == DECISION, "it is there, and sealed"
        assert EDIT in {
            told
            for one in session.scalars(select(Reading))
            for told in one.edits.values()
        }
    case.erase()
    assert _shown(backup, found) == []
    assert _shown(_bytes(case.database), found) == []
    with case.database.reading() as session:
        compared = session.scalars(select(Comparison)).one()
        assert (compared.decision, compared.settled) == (None, None)


def _unpacked(folder: Path) -> bytes:
    """All that lies in a folder, what is packed twice, too."""

    def inside(content: bytes) -> bytes:
        if not content.startswith(b"PK"):
            return content
        with zipfile.ZipFile(BytesIO(content)) as packed:
            return b"\n".join(inside(packed.read(one)) for one in packed.namelist())

    return b"\n".join(
        inside(one.read_bytes()) for one in folder.rglob("*") if one.is_file()
    )


def test_no_bundle_shows_who_was_erased(
    case: Case, planted: tuple[str, ...], tmp_path: Path
) -> None:
    """One that was made before goes with the worker's next round."""
    bench, asked = Bench(case.database, tmp_path), of_codes([case.code])
    bench.bundle(asked)
    folder = bench.bundles.folder
    assert len(_shown(_unpacked(folder), planted)) > 5, "else nothing is looked for"
    case.erase()
    settings = replace(load(environment={}), database_url="sqlite://")
    lab = replace(laboratory(settings), database=case.database, bundles=bench.bundles)
    jobs.drop_bundles(lab, CAST.instrument)
    assert _unpacked(folder) == b""
    packed = bench.bundle(asked)
    assert bench.answer(packed)["broken"] == []
    assert _shown(_unpacked(folder), planted) == []


def test_no_original_in_the_store_shows_who_was_erased(
    case: Case, planted: tuple[str, ...]
) -> None:
    """Neither sealed nor as the laboratory itself would open it."""
    store = case.scene.gate.store
    waits = written(analysed_again(case))
    case.scene.give(waits, "again.txt")
    book = workbook({"Q": [["Sample Name", "Well", "Ct"], [NAME, "A1", "21"]]})
    case.scene.give(book, "run.xlsx")
    case.erase()
    shown = [_unpacked(store.folder)]
    with case.database.reading() as session:
        shown += [
            originals.shown(session, store, row)[0]
            for row in session.scalars(select(Import))
        ]
    worn = tuple(one.decode() for one in codes_of(case))
    assert len(shown) == 4
    for content in shown:
        assert _shown(content, (*planted, *worn)) == []
