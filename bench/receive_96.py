"""Receiving a consignment of 96 bags in one act, seals and conditions compared."""

import json
from time import perf_counter

from bench.register_96 import ROUNDS, SAMPLES, figure, laboratory, prove
from lims.db import Database
from tests import factories

ELSEWHERE = 14.0
"""Seconds of the quickest of the other systems, measured on such a machine."""


def main() -> int:
    with laboratory() as database:
        times = [_round(database) for _ in range(ROUNDS)]
        told = figure("receive-96", times, ELSEWHERE)
        prove(database)
    print(json.dumps(told))
    return 0 if told["ok"] else 1


def _round(database: Database) -> float:
    with database.transaction() as session:
        sent = factories.a_consignment(session, SAMPLES)
    start = perf_counter()
    with database.transaction() as session:
        factories.received(session, sent)
    return perf_counter() - start


if __name__ == "__main__":
    raise SystemExit(main())
