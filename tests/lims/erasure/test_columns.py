"""Every column that can hold words or bytes says whether it may tell of a subject.

A new column without a word here fails: whoever adds one decides how it is kept.
"""

import pytest
from sqlalchemy import JSON, LargeBinary, String

from lims.db import Base

WORDS = {
    "sealed": "a box under the subject's key, which an erasure destroys and empties",
    "opening": "salt and value of a commitment, sealed and deleted by the erasure",
    "piece": "of an original: what opens it is sealed under its subject's key",
    "drawn": "of a trace: what opens its picture is sealed under its subject's key",
    "told": "the record itself: codes, vocabulary and salted commitments",
    "code": "a code or a pseudonym that nobody can tell apart from any other",
    "vocabulary": "one word of a list of the program's or the laboratory's",
    "hash": "of what tells of no subject, or under a salt or a key",
    "staff": "of people who work here, of places, kits, machines and organisations",
    "log": "of the log, its keys and its witnesses",
    "case": "of an incident, of remains or of an order, entered by the identity zone",
    "emptied": "emptied by the erasure where it tells of the subject",
    "wiped": "of a picture whose bytes the erasure wipes from the disk",
}

COLUMNS = {
    "audit_anchor_trouble": {"log": "url sentence"},
    "audit_checkpoint": {"log": "origin root note"},
    "audit_cosignature": {"log": "key line"},
    "audit_event": {
        "told": "body", "vocabulary": "item_kind tag", "hash": "prev leaf",
        "code": "item_uid actor_uid",
    },
    "audit_leaf": {"hash": "leaf"},
    "audit_log_key": {"log": "vkey"},
    "audit_node": {"hash": "hash"},
    "audit_opening": {
        "opening": "salt value", "hash": "commitment", "code": "subject_uid",
        "vocabulary": "field",
    },
    "audit_system": {"vocabulary": "name", "code": "uid", "hash": "head_hash"},
    "audit_timestamp": {"log": "authority token"},
    "auth_session": {"hash": "token_hash"},
    "bag": {
        "code": "code", "vocabulary": "state condition",
        "staff": "seal seal_found discrepancy",
    },
    "code_link": {"code": "code bag uid", "hash": "head_hash"},
    "comparison": {"sealed": "sealed"},
    "consent": {"vocabulary": "form scopes", "code": "uid", "hash": "head_hash"},
    "consignment": {
        "code": "code uid", "vocabulary": "stream stage", "staff": "carrier giver",
        "hash": "head_hash",
    },
    "declaration": {"code": "bag"},
    "desk_check": {
        "vocabulary": "state", "told": "evidence", "code": "uid", "hash": "head_hash",
    },
    "desk_draw": {
        "staff": "title", "vocabulary": "population narrowed", "hash": "digest seed "
        "head_hash", "code": "codes uid",
    },
    "desk_drawn": {"code": "code"},
    "desk_finding": {
        "vocabulary": "about grade state", "code": "subject uid",
        "staff": "text responsible", "hash": "head_hash",
    },
    "desk_mention": {"code": "code actor_uid", "vocabulary": "tag"},
    "desk_note": {"vocabulary": "kind", "staff": "text"},
    "desk_search": {"staff": "name", "code": "filters uid", "hash": "head_hash"},
    "donor": {"sealed": "sealed", "code": "code uid", "hash": "head_hash"},
    "element": {"case": "name side", "code": "uid", "hash": "head_hash"},
    "evidence_bundle": {
        "vocabulary": "kind state", "code": "asked uid",
        "hash": "sha256 manifest head_hash",
    },
    "finding": {
        "vocabulary": "rule rule_version outcome cause wells", "staff": "resolution",
        "emptied": "numbers evidence sentence",
    },
    "hold": {"vocabulary": "reason resolution"},
    "holding": {"vocabulary": "stage", "code": "at"},
    "import": {
        "emptied": "name faults", "told": "account",
        "vocabulary": "parser parser_version state reason", "code": "uid",
        "hash": "sha256 commitment head_hash",
    },
    "incident": {
        "case": "code kind happened_on place attribution", "code": "uid",
        "hash": "head_hash",
    },
    "injection": {
        "sealed": "sealed", "vocabulary": "state", "code": "uid", "hash": "head_hash",
        "emptied": "source",
    },
    "label": {"code": "code", "vocabulary": "state"},
    "label_job": {
        "vocabulary": "stock reason form", "hash": "sha256 template head_hash",
        "code": "uid",
    },
    "kept_scan": {
        "code": "uid text item", "vocabulary": "came_to", "staff": "answer",
    },
    "label_repair": {
        "code": "uid first second", "vocabulary": "mishap reason state",
        "hash": "head_hash",
    },
    "label_sending": {
        "code": "uid command content", "vocabulary": "state told",
        "hash": "sha256 head_hash",
    },
    "label_template": {"staff": "name", "code": "uid", "hash": "head_hash"},
    "label_template_version": {"vocabulary": "body", "hash": "sha256"},
    "labware": {"staff": "code", "vocabulary": "kind stage"},
    "legal_hold": {
        "case": "document lifted_document", "code": "uid", "hash": "head_hash",
    },
    "login_attempt": {"staff": "key"},
    "missing_person": {"sealed": "sealed", "code": "code uid", "hash": "head_hash"},
    "organisation": {
        "staff": "code name kind country", "code": "uid", "hash": "head_hash",
    },
    "original_part": {
        "piece": "sealed_key", "code": "original subject", "told": "spans",
        "hash": "commitment sought erased_by",
    },
    "package": {
        "sealed": "sealed", "code": "number uid", "vocabulary": "state",
        "hash": "head_hash",
    },
    "person": {
        "staff": "login name badge password_hash totp_secret", "code": "uid",
        "hash": "head_hash",
    },
    "person_role": {"vocabulary": "role"},
    "photograph": {"wiped": "sha256", "vocabulary": "media_type"},
    "place": {
        "staff": "code name", "vocabulary": "zone kind temperature", "code": "uid",
        "hash": "head_hash",
    },
    "inventory": {"vocabulary": "stage", "code": "uid", "hash": "head_hash"},
    "inventory_sighting": {"code": "was"},
    "reminder": {"vocabulary": "answer"},
    "plate": {
        "code": "code uid", "vocabulary": "stream kit stage", "hash": "head_hash",
    },
    "plate_record": {"vocabulary": "format", "staff": "settings", "hash": "sha256"},
    "printer": {
        "staff": "name address", "vocabulary": "way language", "code": "uid bench",
        "hash": "head_hash",
    },
    "profile": {
        "sealed": "sealed", "vocabulary": "state", "emptied": "quality", "code": "uid",
        "hash": "head_hash",
    },
    "quantification": {
        "sealed": "sealed", "vocabulary": "kit state", "code": "uid",
        "hash": "head_hash",
    },
    "quantity": {"sealed": "sealed", "code": "uid", "told": "wells"},
    "question": {
        "vocabulary": "kind", "emptied": "answer", "code": "asked uid",
        "hash": "head_hash",
    },
    "queue_job": {"vocabulary": "kind", "code": "key payload", "staff": "trouble"},
    "reading": {"sealed": "sealed"},
    "recall": {"code": "uid body", "vocabulary": "reason state"},
    "receipt": {"sealed": "sealed", "code": "uid", "vocabulary": "state"},
    "relation": {"vocabulary": "claimed"},
    "remains": {
        "case": "tag mortuary_tag kind", "code": "uid", "hash": "head_hash",
    },
    "sample": {
        "code": "code uid", "vocabulary": "kind stream unit", "hash": "head_hash",
    },
    "signatory": {"vocabulary": "part"},
    "signature": {
        "vocabulary": "meaning subject_kind method", "code": "subject_uid",
        "hash": "digest",
    },
    "standard": {"vocabulary": "position", "code": "instrument_name"},
    "station": {
        "staff": "name", "code": "uid", "hash": "code_hash token_hash head_hash",
    },
    "station_command": {
        "code": "uid asked_by content", "staff": "device told",
        "vocabulary": "does state",
    },
    "station_contact": {"staff": "devices"},
    "station_reading": {
        "code": "uid text body", "staff": "device", "vocabulary": "kind",
        "hash": "hash",
    },
    "subject_key": {"code": "subject", "sealed": "wrapped"},
    "trace": {"staff": "bins", "code": "picture", "drawn": "picture_key"},
    "weighing": {"vocabulary": "part unit reason", "staff": "balance"},
    "well": {"vocabulary": "position role", "code": "instrument_name"},
}  # fmt: skip


def kept(table: str) -> dict[str, str]:
    """Column to the word that says how it is kept."""
    return {
        column: word
        for word, columns in COLUMNS.get(table, {}).items()
        for column in columns.split()
    }


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_each_column_says_whether_it_may_tell_of_a_subject(table: str) -> None:
    holding = {
        column.name
        for column in Base.metadata.tables[table].columns
        if isinstance(column.type, JSON | LargeBinary | String)
    }
    told = kept(table)
    assert set(told) == holding, f"Say in this list how '{table}' keeps each."
    assert set(told.values()) <= set(WORDS)


def test_nothing_is_listed_that_is_not_there() -> None:
    assert set(COLUMNS) <= set(Base.metadata.tables)


def test_no_row_with_a_box_keeps_what_is_in_it_beside_it() -> None:
    """What a row tells as sealed stands in no column of its own."""
    for table, words in COLUMNS.items():
        if "sealed" in words and table != "subject_key":
            assert words["sealed"] == "sealed", table
