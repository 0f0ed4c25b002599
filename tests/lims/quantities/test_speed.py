"""A run of quantification costs the same number of SQL statements, full or not."""

from decimal import Decimal

from lims.db import Database
from lims.demo.quantified import Plate, Tube, written
from lims.results.arrival import Gate, Parcel, arrive
from lims.results.intake import Fate
from lims.store import Store
from tests.cast import Cast
from tests.plates import extracts
from tests.scenes import BENCH
from tests.statements import counted


def test_a_full_run_takes_as_many_statements_as_a_quarter(
    database: Database, store: Store, cast: Cast
) -> None:
    gate = Gate(database, store, BENCH)
    numbers = []
    for count in (20, 84):
        with database.transaction() as session:
            codes = extracts(session, count)
        content = written(Plate("run", [Tube(one, Decimal("0.2")) for one in codes]))
        with counted(database) as sent:
            receipt = arrive(gate, cast.technician, Parcel.of_bytes("x.txt", content))
        assert receipt.fate is Fate.LOADED, receipt.whole
        numbers.append(len(sent))
    assert numbers[0] == numbers[1]
