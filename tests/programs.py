"""Programs that some tests need: absent, it is skipped, or fails if REQUIRE=all."""

import os
import shutil

import pytest


def program(name: str) -> str:
    """Where the program is; skips the test where it is not."""
    found = shutil.which(name)
    if found is None:
        reason = f"the program '{name}' is not on this machine"
        if os.environ.get("REQUIRE") == "all":
            pytest.fail(reason)
        pytest.skip(reason)
    return found
