"""What the guides say is so."""

from hashlib import sha256
from pathlib import Path
import re
from subprocess import run
import sys

import pytest

from config.settings import DEFAULTS
from lims import tables
from lims.access import ROLES
from lims.desk.draws import drawn, fresh_seed, listed
from lims.desk.evidence import ANSWERED, UNANSWERED
from lims.desk.requirements import REQUIREMENTS

ROOT = Path(__file__).parent.parent
GUIDES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]


def test_the_page_of_roles_tells_every_grant() -> None:
    told = (ROOT / "docs" / "roles.md").read_text()
    for role, grants in ROLES.items():
        line = next(one for one in told.splitlines() if one.startswith(f"| {role} |"))
        assert set(re.findall(r"`([^`]+)`", line)) == {str(one) for one in grants}


def test_every_setting_is_told_to_the_administrator() -> None:
    told = (ROOT / "docs" / "administrator.md").read_text()
    for line in DEFAULTS.read_text().splitlines():
        assert f"`{line.partition(' = ')[0]}`" in told, line


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_link_leads_nowhere(guide: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", guide.read_text()):
        if not target.startswith("http"):
            assert (guide.parent / target).exists(), target


def test_the_guide_names_the_checking_program_that_is_here() -> None:
    """A first-time auditor has no other bundle to compare `verify.py` with."""
    program = (ROOT / "lims" / "evidence" / "verify.py").read_bytes()
    assert sha256(program).hexdigest() in (ROOT / "docs" / "evidence.md").read_text()


def test_a_draw_is_repeated_with_the_line_that_the_guide_gives(tmp_path: Path) -> None:
    told = (ROOT / "docs" / "auditor.md").read_text()
    (line,) = re.findall(r'python3 -c "(.+?)" SEED HOW-MANY', told, re.DOTALL)
    population, seed = listed([f"S{one}" for one in range(40)]), fresh_seed()
    (tmp_path / "population").write_text(population)
    again = run(
        [sys.executable, "-c", line, seed, "7"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert again.stdout.split() == drawn(seed, population, 7)


def test_the_auditor_s_guide_names_each_column_that_is_held_against_events() -> None:
    told = (ROOT / "docs" / "auditor.md").read_text()
    for table in tables.metadata.sorted_tables:
        names = [
            f"`{one.name}`"
            for one in table.columns
            if {"told", "told_by"} & set(one.info)
        ]
        if names:
            line = next(one for one in told.splitlines() if f"`{table.name}`" in one)
            assert line.startswith("|"), table.name
            assert ", ".join(names) in line


def test_the_auditor_s_guide_counts_the_requirements() -> None:
    told = " ".join((ROOT / "docs" / "auditor.md").read_text().split())
    assert f"{len(REQUIREMENTS)} of the standards" in told
    assert f"{len(ANSWERED)} are answered by a query" in told
    assert f"The other {len(UNANSWERED)} say what is missing" in told
