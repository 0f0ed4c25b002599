"""Bad files leave nothing but the incident and the original, and one clear sentence."""

from collections.abc import Callable
from dataclasses import replace
import io
from pathlib import Path
from random import Random
import zipfile

import pytest
from sqlalchemy import func, select

from instruments.source import LARGEST
from lims.audit.queries import all_faults
from lims.audit.tables import Event, Opening
from lims.db import Database
from lims.results import originals
from lims.results.arrival import Parcel, arrive
from lims.results.intake import Fate, Receipt
from lims.results.tables import Finding, Injection
from lims.store import Store
from tests.exports import written
from tests.plates import extracts
from tests.scenes import Scene, a_scene

SECRET = "Maria Rossi"
KEPT = (Finding, Injection)


@pytest.fixture
def scene(embedded: Database, store: Store) -> Scene:
    with embedded.transaction() as session:
        codes = extracts(session, 2)
    return a_scene(embedded, store, codes)


def leaves_nothing_else(scene: Scene, receipt: Receipt, content: bytes) -> None:
    """But the row of the file, its event, and the original."""
    assert receipt.fate in {Fate.INCIDENT, Fate.QUARANTINED}
    assert receipt.public
    assert scene.stage() == "run"
    with scene.gate.database.reading() as session:
        row = scene.row(session, receipt)
        assert row.state == receipt.fate
        assert row.faults
        assert originals.content(session, scene.gate.store, row) == content
        for kept in KEPT:
            assert session.scalar(select(func.count()).select_from(kept)) == 0
        assert all_faults(session) == {}


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("export.txt", "Sample Name\tMarker\n")
    return file.getvalue()


def header(scene: Scene) -> bytes:
    return written(scene.table).partition(b"\r\n")[0]


Spoil = Callable[[Scene], bytes]
HOSTILE: dict[str, Spoil] = {
    "empty": lambda _: b"",
    "blank": lambda _: b" \r\n\t\r\n",
    "the header alone": header,
    "no table": lambda _: b"Dear colleagues, the export follows tomorrow.",
    "a zip called .txt": lambda _: zipped(),
    "NUL bytes": lambda scene: written(scene.table).replace(b"TH01", b"TH\x0001"),
    "another code page": lambda scene: written(scene.table).replace(b"hid", b"h\xefd"),
    "doubled columns": lambda scene: written(scene.table).replace(
        b"Marker\t", b"Sample Name\t", 1
    ),
    "one endless line": lambda scene: header(scene) + b"\r\n" + b"x" * 300_000,
    "one endless cell": lambda scene: (
        header(scene) + b"\r\n" + b"x\t" * 5 + b"y" * 5000
    ),
    "too many rows": lambda scene: header(scene) + b"\r\nx" * 210_000,
    "a formula": lambda scene: written(
        [replace(scene.table[0], name="=HYPERLINK(1)"), *scene.table[1:]]
    ),
    "a name": lambda scene: written(
        [replace(scene.table[0], name=SECRET), *scene.table[1:]]
    ),
    "a name as a marker": lambda scene: written(
        [replace(scene.table[0], marker=SECRET), *scene.table[1:]]
    ),
    "a name as a well": lambda scene: written(
        [replace(scene.table[0], well=SECRET), *scene.table[1:]]
    ),
    "a name in the header": lambda scene: written(scene.table).replace(
        b"Sample Name", SECRET.encode(), 1
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_bad_file_leaves_the_incident_and_the_original(
    scene: Scene, kind: str
) -> None:
    content = HOSTILE[kind](scene)
    receipt = scene.give(content)
    leaves_nothing_else(scene, receipt, content)
    assert SECRET not in receipt.public


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_value_of_a_bad_file_is_in_the_record(scene: Scene, kind: str) -> None:
    scene.give(HOSTILE[kind](scene), name=f"{SECRET}.txt")
    with scene.gate.database.reading() as session:
        bodies = b"".join(session.scalars(select(Event.body)))
    for value in (SECRET.encode(), b"HYPERLINK", b"Dear colleagues"):
        assert value not in bodies


def test_utf_16_is_read_where_a_mark_says_so(scene: Scene) -> None:
    content = written(scene.table).decode().encode("utf-16")
    assert scene.give(content).fate is Fate.LOADED


def test_a_file_that_is_cut_anywhere_never_loads_a_plate_as_if_it_were_whole(
    scene: Scene,
) -> None:
    content = written(scene.table)
    chance = Random(50)
    for place in sorted(chance.sample(range(len(content) - 60), 50)):
        leaves_nothing_else(scene, scene.give(content[:place]), content[:place])


def test_a_file_of_200_megabytes_is_told_and_not_copied(
    scene: Scene, tmp_path: Path
) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    receipt = arrive(scene.gate, scene.actor, Parcel.of_path(path))
    assert receipt.fate is Fate.INCIDENT
    assert f"Expected at most {LARGEST}" in receipt.public
    with scene.gate.database.reading() as session:
        row = scene.row(session, receipt)
        assert (row.size, row.rows) == (200_000_000, 0)
    assert not (tmp_path / "originals").exists()
    assert path.exists()


def test_a_value_can_be_forgotten_and_its_event_still_stands(scene: Scene) -> None:
    receipt = scene.give(HOSTILE["a name"](scene))
    with scene.gate.database.reading() as session:
        opening = session.scalars(
            select(Opening).where(
                Opening.subject_uid == receipt.uid, Opening.field == "values"
            )
        ).one()
        assert SECRET.encode() in opening.value
