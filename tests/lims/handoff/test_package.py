"""What leaves the laboratory: canonical, checked by the published schema, no more."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
import json
from typing import Any

import pytest

from lims.errors import BadInput
from lims.handoff.package import (
    FinishedProfile,
    Locus,
    Package,
    check,
    digest,
    read_receipt,
    render,
)

BADGES = {
    "first reader": "B00000000A",
    "second reader": "B00000000C",
    "technical reviewer": "B00000000D",
    "releasing manager": "B00000000E",
}
PACKAGE = Package(
    id="0" * 31 + "1",
    laboratory="LAB",
    sequence=7,
    prepared_at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    profile=FinishedProfile(
        code="S7K2M9QXA4",
        version=1,
        stream="bone",
        quality="partial",
        kits=("GlobalFiler",),
        loci=(
            Locus("vWA", ("16",), "partial", 2),
            Locus("TH01", ("6", "9.3"), "typed", 3),
        ),
        signers=BADGES,
    ),
)


def test_the_same_package_gives_the_same_bytes() -> None:
    assert render(PACKAGE) == render(PACKAGE)
    assert digest(render(PACKAGE)) == sha256(render(PACKAGE)).hexdigest()


def test_the_bytes_are_canonical() -> None:
    body = render(PACKAGE)
    told = json.loads(body)
    expected = json.dumps(
        told, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert body == expected.encode()
    assert [locus["locus"] for locus in told["data"]["loci"]] == ["TH01", "vWA"]


def test_a_field_that_is_not_listed_cannot_leave() -> None:
    told = json.loads(render(PACKAGE))
    told["data"]["name"] = "Somebody"
    with pytest.raises(BadInput, match="name"):
        check(json.dumps(told).encode())


@pytest.mark.parametrize(
    "change",
    [
        {"quality": "minimal"},
        {"code": "GR-PYL23-B-0042"},
        {"signers": {"first reader": "B00000000A"}},
        {"signers": BADGES | {"first reader": "Anna Verdi"}},
        {"loci": (Locus("TH01", ("6 or so",), "typed", 1),)},
    ],
)
def test_what_breaks_the_schema_is_not_rendered(change: dict[str, Any]) -> None:
    profile = replace(PACKAGE.profile, **change)
    with pytest.raises(BadInput, match="breaks the schema"):
        render(replace(PACKAGE, profile=profile))


def test_a_receipt_that_is_no_json_is_told_so() -> None:
    with pytest.raises(BadInput, match="no JSON"):
        read_receipt(b"\x00\x01")


def test_a_receipt_of_another_shape_is_told_where() -> None:
    with pytest.raises(BadInput, match="breaks the schema"):
        read_receipt(b'{"package": "x"}')
