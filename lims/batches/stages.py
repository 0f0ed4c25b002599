"""The stages of a plate and of each of its wells (domain 7.3)."""

from enum import StrEnum

from lims.workflow import Step, Workflow


class PlateStage(StrEnum):
    PLANNED = "planned"
    LOADED = "loaded"
    AMPLIFIED = "amplified"
    RUN = "run"
    IMPORTED = "imported"
    CLEARED = "cleared"
    HELD = "held"
    VOID = "void"


P = PlateStage
PLATE = Workflow(
    start=P.PLANNED,
    steps=(
        # The proof is scans of each tube and well, or the badge of a witness (B12).
        Step("load", frozenset({P.PLANNED}), P.LOADED, ("proof of transfer",)),
        Step("amplify", frozenset({P.LOADED}), P.AMPLIFIED, ("kit",)),
        Step("run", frozenset({P.AMPLIFIED}), P.RUN, ("instrument",)),
        Step("import", frozenset({P.RUN}), P.IMPORTED, ("file",)),
        Step(
            "import re-analysis",
            frozenset({P.IMPORTED, P.CLEARED, P.HELD}),
            P.IMPORTED,
            ("file", "reason"),
        ),
        Step("clear", frozenset({P.IMPORTED}), P.CLEARED),
        Step("hold", frozenset({P.IMPORTED, P.CLEARED}), P.HELD, ("reason",)),
        Step("resolve", frozenset({P.HELD}), P.CLEARED, ("cause",)),
        Step("inject again", frozenset({P.HELD}), P.RUN, ("cause", "instrument")),
        Step("amplify again", frozenset({P.HELD}), P.LOADED, ("cause",)),
        Step("extract again", frozenset({P.HELD}), P.PLANNED, ("cause",)),
        Step("void", frozenset(P) - {P.VOID}, P.VOID, ("reason",)),
    ),
)


QUANTIFICATION = Workflow(
    start=P.PLANNED,
    steps=(
        Step("load", frozenset({P.PLANNED}), P.LOADED, ("proof of transfer",)),
        # Real-time PCR amplifies and measures in one.
        Step("run", frozenset({P.LOADED}), P.RUN, ("instrument",)),
        Step("import", frozenset({P.RUN}), P.IMPORTED, ("file",)),
        Step(
            "import re-analysis",
            frozenset({P.IMPORTED, P.CLEARED, P.HELD}),
            P.IMPORTED,
            ("file", "reason"),
        ),
        Step("clear", frozenset({P.IMPORTED}), P.CLEARED),
        Step("hold", frozenset({P.IMPORTED, P.CLEARED}), P.HELD, ("reason",)),
        Step("resolve", frozenset({P.HELD}), P.CLEARED, ("cause",)),
        # What was in the wells is used up: the same tubes are pipetted once more.
        Step("quantify again", frozenset({P.HELD}), P.PLANNED, ("cause",)),
        Step("void", frozenset(P) - {P.VOID}, P.VOID, ("reason",)),
    ),
)


class WellStage(StrEnum):
    EMPTY = "empty"
    ASSIGNED = "assigned"
    LOADED = "loaded"
    RUN = "run"
    RESULT = "result"
    VOID = "void"


W = WellStage
WELL = Workflow(
    start=W.EMPTY,
    steps=(
        Step("assign", frozenset({W.EMPTY}), W.ASSIGNED, ("content",)),
        Step("unassign", frozenset({W.ASSIGNED}), W.EMPTY, ("reason",)),
        Step("load", frozenset({W.ASSIGNED}), W.LOADED),
        Step("run", frozenset({W.LOADED, W.RESULT}), W.RUN),
        Step("import", frozenset({W.RUN, W.RESULT}), W.RESULT, ("file",)),
        # A void well keeps its content in the record.
        Step(
            "void",
            frozenset({W.ASSIGNED, W.LOADED, W.RUN, W.RESULT}),
            W.VOID,
            ("reason",),
        ),
    ),
)
