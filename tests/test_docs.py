"""What the guides say is so."""

from pathlib import Path
import re

import pytest

from config.settings import DEFAULTS
from lims.access import ROLES

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
