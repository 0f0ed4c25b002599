"""How much of a fault test is done: a part in the suite, all of it by `make fault`."""

import os

FULL = os.environ.get("NOMEN_FAULTS") == "full"


def so_many(in_the_suite: int, in_full: int) -> int:
    return in_full if FULL else in_the_suite
