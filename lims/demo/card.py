"""The card with the demo's logins: printed at each start, kept beside its database.

It stands for everybody's telephone, too: it knows the secrets of the second factors.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
import json
import os
from pathlib import Path
from typing import Self

from pyotp import TOTP

from lims.access import Role
from lims.demo.staff import Login

LINE = "{:<20} {:<17} {:<30} {}"


@dataclass(frozen=True)
class Card:
    logins: tuple[Login, ...]
    by_hand: tuple[str, ...]
    """Paths of exports that nobody has taken in yet."""

    @classmethod
    def read(cls, path: Path) -> Self:
        kept = json.loads(path.read_text(encoding="utf-8"))
        logins = (Login(**one | {"role": Role(one["role"])}) for one in kept["logins"])
        return cls(tuple(logins), tuple(kept["by_hand"]))

    def write(self, path: Path) -> None:
        """Readable by whoever started the demo and nobody else."""
        kept = json.dumps(asdict(self), indent=1)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(kept)

    def table(self, now: datetime) -> Iterator[str]:
        """One line a login, with the code of the second factor at this moment."""
        yield LINE.format("role", "login", "password", "code now")
        for one in self.logins:
            code = TOTP(one.secret).at(now) if one.secret else ""
            yield LINE.format(one.role, one.login, one.password, code)
