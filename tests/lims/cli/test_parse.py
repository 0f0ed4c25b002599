"""`lims parse`: one JSON line a file, and no database."""

import json
from pathlib import Path
import subprocess
import sys

from click.testing import CliRunner, Result
import pytest

from lims.cli.parse import command

EXAMPLES = Path(__file__).parents[2] / "instruments" / "data"
TABLE = EXAMPLES / "genemapper_table" / "idx_globalfiler.txt"
SHARED = (
    ("genemapper_table/databaseESX17.txt", 1309),
    ("genemapper_table/test.genemapper", 80),
    ("genemapper_table/GeneMapperCBA15.txt", 20),
    ("genemapper_table/ref3.txt", 51),
    ("genemarker_hid/Dataset 1 DTH_AlleleReport.txt", 1566),
    ("genemarker_hid/Dataset 2 DTL_AlleleReport.txt", 1620),
    ("osiris_output/inputSummary.tab", 6),
)


def parsed(*files: Path | str) -> tuple[list[dict[str, object]], Result]:
    answer = CliRunner().invoke(command, [str(one) for one in files])
    return [json.loads(line) for line in answer.stdout.splitlines()], answer


def test_each_file_gets_one_line_of_json() -> None:
    told, answer = parsed(TABLE, TABLE)
    assert answer.exit_code == 0
    assert [one["file"] for one in told] == [str(TABLE)] * 2
    assert told[0]["rows"] == 12


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_still_read(
    tmp_path: Path,
) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    told, answer = parsed(empty, TABLE, tmp_path / "absent.txt")
    assert answer.exit_code == 1
    assert told[0] == {"file": str(empty), "error": told[0]["error"]}
    assert "empty" in str(told[0]["error"])
    assert told[1]["rows"] == 12
    assert "cannot be opened" in str(told[2]["error"])


def test_no_database_is_opened_and_no_module_of_one_is_needed() -> None:
    """A laboratory tries a file on a machine that has nothing installed yet."""
    code = (
        "import sys; sys.modules['sqlalchemy'] = None"
        "; sys.argv = ['parse', sys.argv[1]]"
        "; from lims.cli.parse import command; command()"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, str(TABLE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)["rows"] == 12


@pytest.mark.shared
@pytest.mark.parametrize(("name", "rows"), SHARED)
def test_real_exports_are_read_row_by_row(shared: Path, name: str, rows: int) -> None:
    (told,), answer = parsed(shared / "instruments" / name)
    assert answer.exit_code == 0, told
    assert told["rows"] == rows
