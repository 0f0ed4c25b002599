"""Why a plate is put aside or a finding is closed: stable words for the record.

Free text stands beside them on the page and never in an event.
"""

from enum import StrEnum


class Cause(StrEnum):
    """In alphabetical order."""

    CONTAMINATION = "contamination"
    CONTROL_FAILED = "control failed"
    DOUBLE_LOADED = "double loaded"
    DROP_IN = "drop-in"
    EXPLAINED = "explained by the coordinator"
    INJECTION_FAILED = "injection failed"
    MIXTURE = "true mixture"
    PLANNED_WRONGLY = "planned wrongly"
    TRI_ALLELE = "true tri-allele"
    TURNED = "plate turned"
    SWAPPED = "tubes swapped"
    WRONG_KIT = "wrong kit"
