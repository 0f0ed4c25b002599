"""Every alarm of `lims verify` says what to do."""

import pytest

from lims.audit.remedies import ITEM, REMEDIES, remedy


@pytest.mark.parametrize(
    ("where", "kind"),
    [
        ("checkpoint 20", "checkpoint"),
        ("guards", "guards"),
        ("last checkpoint", "last checkpoint"),
        ("log", "log"),
        ("log key lab.example/record+1a2b3c4d", "log key"),
        ("log keys", "log keys"),
        ("policy", "policy"),
        ("record", "record"),
        ("roles", "roles"),
    ],
)
def test_each_kind_of_fault_has_its_remedy(where: str, kind: str) -> None:
    assert remedy(where) == REMEDIES[kind]


def test_a_fault_of_an_item_is_named_by_its_uid() -> None:
    assert remedy("3f" * 16) == ITEM
