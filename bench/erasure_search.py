"""One erasure beside 500 workbooks that wait, of which one names the donor's sample.

Each holds a plate of other samples. Compared with the same erasure of another donor
beside the same files without their tokens, which then are all opened.
"""

from dataclasses import dataclass
import json
from pathlib import Path
import tempfile
from time import perf_counter

from sqlalchemy import select, update

from bench.register_96 import laboratory
from lims import clock
from lims.audit.record import record
from lims.audit.tags import Tag
from lims.codes import Kind, draw
from lims.db import Database
from lims.results import naming, originals
from lims.results.cutting import Piece
from lims.results.tables import Import, ImportState, OriginalPart
from lims.store import Store
from tests.instruments.workbooks_made import Row, workbook
from tests.lims.erasure.a_case import CAST, Case, a_case

FILES, WELLS, MOST_SECONDS = 500, 96, 1.0


@dataclass(frozen=True)
class _Erasure:
    seconds: float
    redacted: int


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        rounds = [_round(Path(folder) / str(n), tokens=n == 0) for n in range(2)]
    found, plain = rounds
    told = {
        "bench": "erasure-search",
        "value": round(found.seconds, 3),
        "unit": "s",
        "files": FILES,
        "redacted": found.redacted,
        "baseline": round(plain.seconds, 3),
        "baseline_is": "every file opened",
        "ratio": round(found.seconds / plain.seconds, 3),
        "goal": f"at most {MOST_SECONDS} s",
        "ok": found.seconds <= MOST_SECONDS and found.redacted == 1,
    }
    print(json.dumps(told))
    return 0 if told["ok"] else 1


def _round(folder: Path, *, tokens: bool) -> _Erasure:
    with laboratory() as database:
        case = a_case(database, Store(folder))
        _wait(database, case)
        if not tokens:
            _without_tokens(database)
        start = perf_counter()
        case.erase()
        seconds = perf_counter() - start
        with database.reading() as session:
            gone = (
                select(OriginalPart.import_id)
                .join(Import, Import.id == OriginalPart.import_id)
                .where(Import.state == ImportState.INCIDENT)
                .where(OriginalPart.erased_at.is_not(None))
            )
            return _Erasure(seconds, len(session.scalars(gone).all()))


def _wait(database: Database, case: Case) -> None:
    """As files that no parser reads, kept by the laboratory's own ways."""
    with database.transaction() as session:
        for number in range(FILES):
            content = _workbook([draw(Kind.SAMPLE) for _ in range(WELLS)])
            if number == FILES // 2:
                content = _workbook([case.code, draw(Kind.SAMPLE)])
            piece = Piece("", (), content)
            kept = originals.keep(case.scene.gate.store, [piece], database.ring.token)
            row = _import(len(content))
            naming.give(session, CAST.technician, row, piece.digest)
            session.add(row)
            parts = originals.enter(session, CAST.technician, row, kept, {})
            record(session, CAST.technician, Tag.IMPORT_INCIDENT, row, **parts)


def _import(size: int) -> Import:
    return Import(
        organisation_id=CAST.technician.organisation_id,
        name="run.xlsx",
        size=size,
        state=ImportState.INCIDENT,
        analysis=1,
        faults=[],
        account=[],
        rows=0,
        unread=0,
        imported_at=clock.now(),
        imported_by=CAST.technician.user_id,
    )


def _workbook(codes: list[str]) -> bytes:
    rows: list[Row] = [["Well", "Sample Name", "Quantity", "Ct"]]
    rows += [[f"A{n}", code, n / 7, n / 3] for n, code in enumerate(codes)]
    return workbook({"Results": rows})


def _without_tokens(database: Database) -> None:
    with database.sessions.begin() as session:
        session.execute(update(OriginalPart).values(sought=None))


if __name__ == "__main__":
    raise SystemExit(main())
