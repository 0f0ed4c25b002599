"""Whatever numbers a file tells, it is judged, summed, kept and drawn."""

from decimal import Decimal
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instruments.quantities import Quantity, QuantityExport, StandardCurve
from instruments.records import Fact, Maturity
from lims.quantities.judging import judged
from lims.quantities.measured import as_kept, run_of
from lims.quantities.suggesting import as_kept as summary_kept
from lims.quantities.suggesting import summed
from lims.web.quantity_curve import drawn
from tests.rules import RULES

LIMITS = RULES.quantities
TARGETS = ("T.Small Autosomal", "T.Large Autosomal", "T.Y", "T.IPC", "RNA", "dsDNA", "")
numbers = st.none() | st.decimals(
    min_value=Decimal("-1e15"), max_value=Decimal("1e15"), allow_nan=False, places=12
)
texts = st.sampled_from(("", "1.5", "0", "Undetermined", "1,5", "x", "NaN", "1e999"))
quantities = st.builds(
    Quantity,
    line=st.integers(1, 9),
    sample=st.sampled_from(("S1", "S2", "")),
    well=st.sampled_from(("A1", "12", "K20", "97", "")),
    target=st.sampled_from(TARGETS),
    task=st.sampled_from(("UNKNOWN", "STANDARD", "NTC", "IPC", "")),
    value=numbers,
    unit=st.sampled_from(("", "ng/µL", "pg/µl", "mg/ml", "cells")),
    told=texts,
    ct=numbers,
    ct_told=texts,
    omitted=st.booleans(),
    index_told=texts,
)
curves = st.builds(
    StandardCurve,
    target=st.sampled_from(TARGETS),
    slope=numbers,
    intercept=numbers,
    r2=numbers,
    efficiency=numbers,
)
EXPORT: dict[str, Any] = {
    "parser": "made up",
    "version": "1",
    "maturity": Maturity.VERIFIED,
    "sha256": "0" * 64,
    "rows": 1,
}
exports = st.builds(
    QuantityExport,
    **{name: st.just(value) for name, value in EXPORT.items()},
    quantities=st.lists(quantities, max_size=6).map(tuple),
    curves=st.lists(curves, max_size=2).map(tuple),
    facts=st.just((Fact(1, "", "Experiment Name", "x" * 300),)),
)


BUSY = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
"""A machine that does much else draws slowly."""


@BUSY
@given(exports)
def test_any_numbers_are_judged_summed_kept_and_drawn(export: QuantityExport) -> None:
    run = run_of(export)
    for one in judged(run, frozenset({"S1"}), LIMITS):
        assert 0 < len(one.sentence) <= 500
        json.dumps(dict(one.numbers))
    for readings in run.tubes.values():
        json.dumps(summary_kept(summed(readings, run, LIMITS)))
    kept = [as_kept(one) for one in run.readings]
    lines = [as_kept(one) for one in run.curves]
    json.dumps([kept, lines, dict(run.facts)])
    roles = {str(one.get("target", "")): "role" for one in lines}
    drawn(lines, [as_kept(one) for one in run.standards], roles)


@BUSY
@given(exports)
def test_every_reading_stands_in_one_place(export: QuantityExport) -> None:
    assert len(run_of(export).readings) == len(export.quantities)


def test_an_amount_of_nought_is_kept_as_told() -> None:
    """`0` is no `Undetermined`: the one was measured."""
    one = Quantity(1, "S1", "A1", "T.Y", "UNKNOWN", Decimal(0), "", "0", None, "")
    run = run_of(QuantityExport(quantities=(one,), **EXPORT))
    (reading,) = run.readings
    assert as_kept(reading)["ng"] == "0"
    assert as_kept(reading)["told"] == "0"
