"""An import costs the same number of SQL statements whatever the plate holds."""

from lims.db import Database
from lims.results.arrival import Gate, Parcel, arrive
from lims.results.intake import Bench, Fate
from lims.store import Store
from tests.cast import Cast
from tests.exports import export_of
from tests.kits import ESX17, GLOBALFILER
from tests.plates import extracts, run
from tests.rules import RULES
from tests.statements import counted


def test_a_full_plate_takes_as_many_statements_as_a_quarter(
    database: Database, store: Store, cast: Cast
) -> None:
    bench = Bench({kit.name: kit for kit in (GLOBALFILER, ESX17)}, RULES)
    gate = Gate(database, store, bench)
    numbers = []
    for count in (20, 89):
        with database.transaction() as session:
            plate = run(session, extracts(session, count))
            parcel = Parcel.of_bytes("export.txt", export_of(session, plate))
        with counted(database) as sent:
            receipt = arrive(gate, cast.technician, parcel)
        assert receipt.fate is Fate.LOADED, receipt.whole
        numbers.append(len(sent))
    assert numbers[0] == numbers[1]
