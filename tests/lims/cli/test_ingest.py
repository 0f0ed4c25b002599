"""`lims ingest` and `lims watch`: files from the command line and from a folder."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner, Result
import pytest

from app import laboratory
from config.settings import load
from lims.cli import all_commands
from lims.db import Database
from lims.laboratory import Laboratory
from lims.results import queries, watching
from lims.results.intake import Fate
from lims.results.watching import Watch, take
from lims.store import Store
from tests.cast import Cast
from tests.exports import written
from tests.plates import extracts
from tests.scenes import Scene, a_scene, injections

SECRET = "Maria Rossi"


@pytest.fixture
def scene(embedded: Database, store: Store) -> Scene:
    with embedded.transaction() as session:
        codes = extracts(session, 2)
    return a_scene(embedded, store, codes)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "exports"
    made.mkdir()
    return made


Command = Callable[..., Result]


@pytest.fixture
def lims(scene: Scene, folder: Path) -> Command:
    """The command line on the scene's laboratory."""
    furnished = laboratory(replace(load(environment={}), database_url="sqlite://"))
    made: Laboratory = replace(
        furnished,
        database=scene.gate.database,
        store=scene.gate.store,
        import_folder=folder,
    )

    def run(*words: str | Path) -> Result:
        return CliRunner().invoke(
            all_commands(), [str(word) for word in words], obj=made
        )

    return run


def dropped(folder: Path, content: bytes, name: str = "export.txt") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_files_and_folders_are_taken_in_one_by_one(
    scene: Scene, lims: Command, folder: Path
) -> None:
    path = dropped(folder, written(scene.table))
    answer = lims("ingest", folder)
    assert answer.exit_code == 0, answer.output
    assert f"{path}: loaded. Plate {scene.plate} is imported" in answer.output
    assert len(injections(scene.gate.database)) == len(scene.wells)
    assert "repeated" in lims("ingest", path).output


def test_a_file_that_waits_is_told_with_what_was_found(
    scene: Scene, lims: Command, folder: Path
) -> None:
    table = [replace(scene.table[0], name=SECRET), *scene.table[1:]]
    path = dropped(folder, written(table))
    answer = lims("ingest", path, folder / "absent.txt")
    assert answer.exit_code == 1
    assert f"found '{SECRET}'" in answer.output.casefold() or SECRET in answer.output
    assert "cannot be opened" in answer.output


def test_the_machine_account_brings_the_file(
    scene: Scene, lims: Command, folder: Path, cast: Cast
) -> None:
    lims("ingest", dropped(folder, written(scene.table)))
    with scene.gate.database.reading() as session:
        (row,) = queries.listing(session, cast.technician).rows
        assert row.imported_by == cast.instrument.user_id


def test_nobody_imports_in_the_name_of_a_person(
    scene: Scene, lims: Command, folder: Path
) -> None:
    path = dropped(folder, written(scene.table))
    answer = lims("ingest", "--account", "technician", path)
    assert answer.exit_code == 1
    assert "Possible: Instrument" in answer.output


def test_what_is_stated_wrongly_is_told_in_a_sentence(
    scene: Scene, lims: Command, folder: Path
) -> None:
    path = dropped(folder, written(scene.table))
    for words in (("--account", "nobody"), ("--reason", "just because")):
        answer = lims("ingest", *words, path)
        assert answer.exit_code == 1
        assert answer.output.startswith("Error: ")


def test_the_watched_folder_is_emptied_into_taken_and_waiting(
    scene: Scene, lims: Command, folder: Path
) -> None:
    dropped(folder, written(scene.table), "good.txt")
    dropped(folder, written(scene.table[:-1]), f"{SECRET}.txt")
    answer = lims("watch", "--once", "--seconds", "0.01")
    assert answer.exit_code == 0, answer.output
    assert SECRET not in answer.output
    assert [path.name for path in folder.glob("taken/*")] == ["good.txt"]
    assert [path.name for path in folder.glob("waiting/*")] == [f"{SECRET}.txt"]


def test_a_folder_that_is_not_set_is_told(
    scene: Scene, lims: Command, folder: Path
) -> None:
    folder.rmdir()
    answer = lims("watch", "--once")
    assert answer.exit_code == 1
    assert "import folder" in answer.output


def test_a_file_that_still_grows_is_left_alone(folder: Path) -> None:
    watch = Watch(folder)
    path = dropped(folder, b"begun")
    assert watch.finished() == []
    path.write_bytes(b"begun and gone on")
    assert watch.finished() == []
    assert watch.finished() == [path]


@pytest.mark.parametrize("name", [".hidden.txt", "~lock.txt", "half.part", "half.tmp"])
def test_what_a_program_is_still_writing_is_left_alone(folder: Path, name: str) -> None:
    dropped(folder, b"half", name)
    watch = Watch(folder)
    watch.finished()
    assert watch.finished() == []


def test_a_file_that_was_taken_in_and_not_moved_is_recognised(
    scene: Scene, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a power cut between the commit and the move."""
    path = dropped(folder, written(scene.table))

    def cut(_path: Path, _place: str) -> None:
        raise OSError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(watching, "_put_aside", cut)
        with pytest.raises(OSError, match="power cut"):
            take(scene.gate, scene.actor, path)
    before = len(injections(scene.gate.database))
    assert take(scene.gate, scene.actor, path).fate is Fate.REPEATED
    assert len(injections(scene.gate.database)) == before
    assert not path.exists()


def test_two_files_of_one_name_are_both_kept(scene: Scene, folder: Path) -> None:
    for name in {row.name for row in scene.table[:60]}:
        lacking = written([row for row in scene.table if row.name != name])
        take(scene.gate, scene.actor, dropped(folder, lacking))
    kept = sorted(path.name for path in folder.glob("waiting/*"))
    assert kept == ["export (2).txt", "export (3).txt", "export.txt"]
