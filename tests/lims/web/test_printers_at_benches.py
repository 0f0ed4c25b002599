"""A printer at a bench: the bench is asked at once, and the worker hears what came."""

import pytest

from instruments.obeyed import Outcome
from lims.access import SYSTEM
from lims.jobs import print_labels
from lims.printing import operations_printers as printers
from lims.printing import worker
from lims.printing.operations_printers import NewPrinter
from lims.printing.sending import Way
from lims.stations import operations as benches
from lims.stations import operations_commands as commands
from lims.stations import queries as stations
from tests import factories
from tests.cast import Cast
from tests.lims.web.conftest import Enter


@pytest.mark.parametrize(
    ("came_to", "state", "told"),
    [
        ("done", "printed", "took every byte"),
        ("refused", "failed", "The bench could not print it: no paper"),
        ("unsure", "doubtful", "does not know what came out"),
    ],
)
def test_what_a_bench_answers_is_what_became_of_the_job(
    enter: Enter, cast: Cast, came_to: str, state: str, told: str
) -> None:
    with enter.database.transaction() as session:
        bench, code = benches.add(session, cast.administrator, "Bone bench")
        benches.enrol(session, code, "10.0.0.7")
        at = NewPrinter("Bones", Way.BENCH, "labels", "zpl", 300, bench=bench.uid)
        printer = printers.add(session, cast.administrator, at).uid
        codes = factories.in_the_laboratory(session, 1)
        uid = bench.uid
    technician = enter(cast.technician)
    asked = {"codes": codes[0], "stock": "roll-tube", "skip": "0", "printer": printer}
    assert technician.post("/labels/print", data=asked).status_code == 302
    assert print_labels(enter.laboratory, SYSTEM) == 0
    assert worker.send(enter.database) == 0
    with enter.database.transaction() as session:
        station = stations.one(session, cast.administrator, uid)
        (command,) = commands.hand_out(session, station)
        assert (command["device"], command["does"]) == ("labels", "print")
        outcome = Outcome(str(command["uid"]), came_to, "no paper")
        commands.answer(session, station, [outcome])
    assert print_labels(enter.laboratory, SYSTEM) == 1
    page = technician.get("/labels/queue").text
    assert state in page
    assert told in page


def test_who_may_not_ask_a_bench_is_not_offered_its_printer(
    enter: Enter, cast: Cast
) -> None:
    with enter.database.transaction() as session:
        bench, _ = benches.add(session, cast.administrator, "Bone bench")
        at = NewPrinter("Bones", Way.BENCH, "labels", "zpl", 300, bench=bench.uid)
        printers.add(session, cast.administrator, at)
    assert "Bones" in enter(cast.technician).get("/labels/").text
    assert "Bones" not in enter(cast.manager).get("/labels/").text
