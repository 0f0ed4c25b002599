"""Templates of a laboratory: checked, kept in versions, and on record."""

from dataclasses import replace
import json

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from labels import template
from labels.stock import STOCKS, Mark, Stock
from labels.symbology import Symbology
from lims.audit.queries import events_of
from lims.errors import BadInput, NotFound, NotPermitted, RuleBroken
from lims.printing import operations, operations_templates, queries_templates
from lims.printing.tables import LabelJob, LabelTemplateVersion
from tests import factories
from tests.cast import Cast

OWN = replace(STOCKS["roll-kit"], name="own-kit", title="Own kit", words=("keep-ar",))


def saved(session: Session, cast: Cast, stock: Stock = OWN) -> str:
    return operations_templates.save(session, cast.manager, stock).uid


def test_a_template_is_kept_in_versions_and_each_is_an_event(
    session: Session, cast: Cast
) -> None:
    uid = saved(session, cast)
    assert saved(session, cast, replace(OWN, margin=1.5)) == uid
    told = [json.loads(event.body)["facts"] for event in events_of(session, [uid])]
    assert [(one["version"], one["name"]) for one in told] == [
        (1, "own-kit"), (2, "own-kit"),
    ]  # fmt: skip
    assert told[0]["sha256"] == template.digest(OWN)
    found = queries_templates.one(session, cast.technician, "own-kit")
    assert (found.version, found.stock.margin) == (2, 1.5)
    versions = queries_templates.versions(session, cast.technician, "own-kit")
    assert [one.number for one in versions] == [2, 1]


def test_a_sheet_names_the_template_that_it_was_drawn_by(
    session: Session, cast: Cast
) -> None:
    saved(session, cast)
    codes = factories.in_the_laboratory(session, 2)
    sheet = operations.print_labels(session, cast.technician, codes, "own-kit")
    (job,) = session.scalars(select(LabelJob))
    assert (job.stock, job.template) == ("own-kit", template.digest(OWN))
    told = json.loads(events_of(session, [job.uid])[-1].body)["facts"]
    assert told["template"] == sheet.template == job.template


def test_what_does_not_pass_is_not_kept(session: Session, cast: Cast) -> None:
    for broken, told in (
        (replace(OWN, marks=(Mark(Symbology.DATA_MATRIX, 40),)), "Fit: "),
        (replace(OWN, words=("Ana Silva",)), "Blinding: "),
        (replace(OWN, name="tube"), "comes with the program"),
    ):
        with pytest.raises(BadInput, match=told):
            saved(session, cast, broken)
    assert session.scalars(select(LabelTemplateVersion)).all() == []


def test_nothing_is_printed_by_a_template_out_of_use(
    session: Session, cast: Cast
) -> None:
    saved(session, cast)
    operations_templates.retire(session, cast.manager, "own-kit")
    codes = factories.in_the_laboratory(session, 1)
    with pytest.raises(BadInput, match="out of use"):
        operations.print_labels(session, cast.technician, codes, "own-kit")
    with pytest.raises(RuleBroken, match="out of use already"):
        operations_templates.retire(session, cast.manager, "own-kit")
    saved(session, cast)
    operations.print_labels(session, cast.technician, codes, "own-kit")


def test_a_version_cannot_be_changed(session: Session, cast: Cast) -> None:
    saved(session, cast)
    version = session.scalars(select(LabelTemplateVersion)).one()
    version.body = "{}"
    with pytest.raises(DBAPIError, match=r"append-only|not authorized"):
        session.flush()


def test_another_laboratory_has_its_own(session: Session, cast: Cast) -> None:
    saved(session, cast)
    with pytest.raises(NotFound):
        queries_templates.one(session, cast.foreign_technician, "own-kit")
    assert queries_templates.versions(session, cast.foreign_technician, "own-kit") == []
    with pytest.raises(NotFound, match="of your own"):
        operations_templates.retire(session, cast.manager, "roll-tube")


@pytest.mark.parametrize("login", ["technician", "auditor", "administrator"])
def test_who_may_not_make_templates_is_refused(
    session: Session, cast: Cast, login: str
) -> None:
    with pytest.raises(NotPermitted):
        operations_templates.save(session, getattr(cast, login), OWN)
    with pytest.raises(NotPermitted):
        operations_templates.retire(session, getattr(cast, login), "own-kit")
