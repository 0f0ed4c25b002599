"""Programs that some tests need: absent, it is skipped, or fails if REQUIRE=all."""

import os
from pathlib import Path
import shutil
from typing import NoReturn

import pytest


def program(name: str) -> str:
    """Where the program is; skips the test where it is not."""
    found = shutil.which(name)
    if found is None:
        absent(f"the program '{name}' is not on this machine")
    return found


def absent(reason: str) -> NoReturn:
    """Skip the test, or fail where nothing may be skipped."""
    if os.environ.get("REQUIRE") == "all":
        pytest.fail(reason)
    pytest.skip(reason)


def jars(*names: str) -> str:
    """Java's path of Debian's archives of these names; skips where one is missing."""
    paths = [Path("/usr/share/java") / f"{name}.jar" for name in names]
    missing = [path.name for path in paths if not path.exists()]
    if missing:
        absent(f"'{missing[0]}' is not on this machine (libpdfbox2-java and others)")
    return ":".join(map(str, paths))
