"""The list of samples: one page at a time, narrowed, nothing shown twice or missed."""

from typing import Any

import pytest
from sqlalchemy import column, select, table
from sqlalchemy.orm import Session

from lims.errors import NotFound
from lims.samples import operations, queries
from lims.samples.tables import SampleKind, Stream
from tests.cast import Cast
from tests.factories import accessioned


def test_pages_follow_each_other_without_gap_or_double(
    session: Session, cast: Cast
) -> None:
    codes = accessioned(session, 120)
    seen: list[str | None] = []
    after: int | None = 0
    while after is not None:
        page = queries.listing(session, cast.technician, after=after)
        assert len(page.rows) <= queries.PAGE
        seen += [row.code for row in page.rows]
        after = page.after
    assert sorted(code or "" for code in seen) == sorted(codes)


def test_a_last_page_that_is_just_full_leads_nowhere(
    session: Session, cast: Cast
) -> None:
    accessioned(session, queries.PAGE)
    assert queries.listing(session, cast.technician).after is None


def test_the_list_is_narrowed_by_stream_kind_and_the_beginning_of_the_code(
    session: Session, cast: Cast
) -> None:
    bones = accessioned(session, 3)
    references = accessioned(session, 2, Stream.REFERENCE)

    def found(**narrow: Any) -> set[str | None]:
        page = queries.listing(session, cast.technician, **narrow)
        return {row.code for row in page.rows}

    assert found(stream=Stream.BONE) == set(bones)
    assert found(kind=SampleKind.REFERENCE) == set(references)
    assert found(prefix=bones[0]) == {bones[0]}
    assert bones[0] in found(prefix=bones[0][:3])
    assert found(stream=Stream.BONE, prefix=references[0]) == set()


def test_the_list_is_narrowed_to_rows_of_another_slice(
    session: Session, cast: Cast
) -> None:
    codes = accessioned(session, 3)
    wanted = queries.sample(session, cast.technician, codes[1])
    session.flush()
    among = select(table("sample", column("id")).c.id.label("sample_id"))
    page = queries.listing(
        session,
        cast.technician,
        among=among.where(column("id") == wanted.id).subquery(),
    )
    assert [row.code for row in page.rows] == [codes[1]]


def test_another_laboratory_sees_none_of_them(session: Session, cast: Cast) -> None:
    accessioned(session, 3)
    assert queries.listing(session, cast.foreign_technician).rows == ()


def test_a_list_of_codes_names_those_that_are_unknown(
    session: Session, cast: Cast
) -> None:
    (code,) = accessioned(session)
    with pytest.raises(NotFound, match="'S1', 'S2', 'S3', 'S4', 'S5' and 2 more"):
        queries.by_codes(
            session, cast.technician, [code, *(f"S{n}" for n in range(1, 8))]
        )


def test_a_bag_that_has_no_code_yet_is_not_in_the_list(
    session: Session, cast: Cast
) -> None:
    operations.find_unannounced(session, cast.technician, Stream.BONE, 1)
    assert queries.listing(session, cast.technician).rows == ()
