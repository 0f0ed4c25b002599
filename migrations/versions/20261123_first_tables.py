"""First tables.

The laboratory's first slices. `audit_event` is append-only from its first row: the
triggers refuse UPDATE, DELETE and TRUNCATE whoever asks.
"""

from alembic import op
import sqlalchemy as sa

revision = "0001"
down_revision = None


SQLITE = (
    """CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
    BEGIN SELECT RAISE(ABORT, 'The record is append-only.'); END""",
    """CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
    BEGIN SELECT RAISE(ABORT, 'The record is append-only.'); END""",
)
POSTGRESQL = (
    """CREATE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'The record is append-only.'; END $$""",
    """CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_event_refuse()""",
    """CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()""",
    "ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_no_change",
    "ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_event_no_truncate",
)


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("item_kind", sa.String(length=32), nullable=False),
        sa.Column("item_uid", sa.String(length=32), nullable=False),
        sa.Column("item_seq", sa.Integer(), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("leaf", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor_uid", sa.String(length=32), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        sa.UniqueConstraint(
            "item_uid", "item_seq", name=op.f("uq_audit_event_item_uid_item_seq")
        ),
        info={"append_only": True},
    )
    op.create_table(
        "audit_opening",
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("subject_uid", sa.String(length=32), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("commitment", name=op.f("pk_audit_opening")),
        info={"unrecorded": "the event that commits tells of it"},
    )
    with op.batch_alter_table("audit_opening", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_opening_subject_uid"), ["subject_uid"], unique=False
        )

    op.create_table(
        "audit_system",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_system")),
        sa.UniqueConstraint("name", name=op.f("uq_audit_system_name")),
        sa.UniqueConstraint("uid", name=op.f("uq_audit_system_uid")),
    )
    op.create_table(
        "incident",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("happened_on", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("dead", sa.Integer(), nullable=True),
        sa.Column("missing", sa.Integer(), nullable=True),
        sa.Column("survivors", sa.Integer(), nullable=True),
        sa.Column("attribution", sa.String(length=300), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("code", name=op.f("uq_incident_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_incident_uid")),
    )
    op.create_table(
        "login_attempt",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_login_attempt")),
        info={"unrecorded": "each failed login is an event"},
    )
    op.create_table(
        "organisation",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('association', 'auditor', 'authority', 'coordination office', 'focal point', 'laboratory', 'mortuary')",
            name=op.f("ck_organisation_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_organisation_uid")),
    )
    op.create_table(
        "queue_job",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("run_at", sa.DateTime(), nullable=False),
        sa.Column("leased_until", sa.DateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=500), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_job")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_queue_job_kind_key")),
        info={"unrecorded": "the operation that a job runs records its own event"},
    )
    with op.batch_alter_table("queue_job", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_queue_job_run_at"), ["run_at"], unique=False
        )

    op.create_table(
        "donor",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sex", sa.String(length=16), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column(
            "organisation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_donor_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donor")),
        sa.UniqueConstraint("code", name=op.f("uq_donor_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_donor_uid")),
    )
    op.create_table(
        "missing_person",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("fathers_name", sa.String(length=200), nullable=False),
        sa.Column("sex", sa.String(length=16), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("nationality", sa.String(length=2), nullable=False),
        sa.Column(
            "incident_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "organisation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_missing_person_incident_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_missing_person_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missing_person")),
        sa.UniqueConstraint("code", name=op.f("uq_missing_person_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_missing_person_uid")),
    )
    op.create_table(
        "person",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("badge", sa.String(length=10), nullable=False),
        sa.Column(
            "organisation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "keeper_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.String(length=64), nullable=True),
        sa.Column("totp_last", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("machine", sa.Boolean(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["keeper_id"],
            ["organisation.id"],
            name=op.f("fk_person_keeper_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_person_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("badge", name=op.f("uq_person_badge")),
        sa.UniqueConstraint("login", name=op.f("uq_person_login")),
        sa.UniqueConstraint("uid", name=op.f("uq_person_uid")),
    )
    op.create_table(
        "place",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("zone", sa.String(length=32), nullable=False),
        sa.Column(
            "parent_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("is_position", sa.Boolean(), nullable=False),
        sa.Column(
            "organisation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "zone IN ('pre-PCR bone', 'pre-PCR reference', 'post-PCR')",
            name=op.f("ck_place_zone_known"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_place_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["place.id"], name=op.f("fk_place_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("code", name=op.f("uq_place_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_place_uid")),
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_place_parent_id"), ["parent_id"], unique=False
        )

    op.create_table(
        "remains",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("tag", sa.String(length=32), nullable=False),
        sa.Column("mortuary_tag", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column(
            "incident_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "organisation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_remains_incident_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_remains_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remains")),
        sa.UniqueConstraint("tag", name=op.f("uq_remains_tag")),
        sa.UniqueConstraint("uid", name=op.f("uq_remains_uid")),
    )
    with op.batch_alter_table("remains", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_remains_incident_id"), ["incident_id"], unique=False
        )

    op.create_table(
        "sample",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=10), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("stream", sa.String(length=16), nullable=False),
        sa.Column(
            "organisation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "parent_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "source_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('extraction blank', 'bone sample', 'cut', 'extract', 'powder', 'punch', 'reference sample')",
            name=op.f("ck_sample_kind_known"),
        ),
        sa.CheckConstraint(
            "stream IN ('bone', 'reference')", name=op.f("ck_sample_stream_known")
        ),
        sa.CheckConstraint(
            "amount IS NULL OR amount >= 0", name=op.f("ck_sample_amount_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_sample_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["sample.id"], name=op.f("fk_sample_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sample.id"], name=op.f("fk_sample_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample")),
        sa.UniqueConstraint("code", name=op.f("uq_sample_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_sample_uid")),
    )
    with op.batch_alter_table("sample", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sample_organisation_id_id", ["organisation_id", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sample_parent_id"), ["parent_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sample_source_id"), ["source_id"], unique=False
        )

    op.create_table(
        "auth_session",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "user_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_auth_session_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_auth_session_token_hash")),
        info={"unrecorded": "logins and logouts are events of the user"},
    )
    with op.batch_alter_table("auth_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_auth_session_user_id"), ["user_id"], unique=False
        )

    op.create_table(
        "consent",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "donor_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["donor_id"], ["donor.id"], name=op.f("fk_consent_donor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("uid", name=op.f("uq_consent_uid")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consent_donor_id"), ["donor_id"], unique=False
        )

    op.create_table(
        "consignment",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("stream", sa.String(length=16), nullable=False),
        sa.Column(
            "sender_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "receiver_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("carrier", sa.String(length=100), nullable=False),
        sa.Column("giver", sa.String(length=100), nullable=False),
        sa.Column("announced_at", sa.DateTime(), nullable=False),
        sa.Column(
            "announced_by",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("released_at", sa.DateTime(), nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "stage IN ('announced', 'in transit', 'partly received', 'received')",
            name=op.f("ck_consignment_stage_known"),
        ),
        sa.ForeignKeyConstraint(
            ["announced_by"], ["person.id"], name=op.f("fk_consignment_announced_by")
        ),
        sa.ForeignKeyConstraint(
            ["receiver_id"],
            ["organisation.id"],
            name=op.f("fk_consignment_receiver_id"),
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["organisation.id"], name=op.f("fk_consignment_sender_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consignment")),
        sa.UniqueConstraint("code", name=op.f("uq_consignment_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_consignment_uid")),
    )
    with op.batch_alter_table("consignment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consignment_receiver_id"), ["receiver_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_consignment_sender_id"), ["sender_id"], unique=False
        )

    op.create_table(
        "element",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "remains_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["remains_id"], ["remains.id"], name=op.f("fk_element_remains_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_element")),
        sa.UniqueConstraint("uid", name=op.f("uq_element_uid")),
    )
    with op.batch_alter_table("element", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_element_remains_id"), ["remains_id"], unique=False
        )

    op.create_table(
        "hold",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "sample_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column(
            "opened_by",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column(
            "closed_by",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("resolution", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["person.id"], name=op.f("fk_hold_closed_by")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["person.id"], name=op.f("fk_hold_opened_by")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["sample.id"], name=op.f("fk_hold_sample_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_hold_sample_id"), ["sample_id"], unique=False
        )

    op.create_table(
        "holding",
        sa.Column(
            "sample_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("at", sa.String(length=10), nullable=False),
        sa.Column(
            "holder_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "place_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "position_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "offered_to",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "stage IN ('announced', 'packed', 'in transit', 'received', 'waiting for consent', 'accessioned', 'stored', 'in use', 'processed', 'refused', 'return pending', 'on the way back', 'returned', 'consumed', 'destruction pending', 'destroyed', 'lost before accession', 'lost', 'withdrawn', 'lost after withdrawal')",
            name=op.f("ck_holding_stage_known"),
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["person.id"], name=op.f("fk_holding_holder_id")
        ),
        sa.ForeignKeyConstraint(
            ["offered_to"], ["person.id"], name=op.f("fk_holding_offered_to")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_holding_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["position_id"], ["place.id"], name=op.f("fk_holding_position_id")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["sample.id"], name=op.f("fk_holding_sample_id")
        ),
        sa.PrimaryKeyConstraint("sample_id", name=op.f("pk_holding")),
        sa.UniqueConstraint("position_id", name=op.f("uq_holding_position_id")),
    )
    with op.batch_alter_table("holding", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_holding_holder_id"), ["holder_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_holding_offered_to"), ["offered_to"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_holding_place_id"), ["place_id"], unique=False
        )
        batch_op.create_index(
            "ix_holding_stage_sample_id", ["stage", "sample_id"], unique=False
        )

    op.create_table(
        "label_job",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "organisation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("stock", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("printed_at", sa.DateTime(), nullable=False),
        sa.Column(
            "printed_by",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_label_job_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["printed_by"], ["person.id"], name=op.f("fk_label_job_printed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_job")),
        sa.UniqueConstraint("uid", name=op.f("uq_label_job_uid")),
    )
    op.create_table(
        "person_role",
        sa.Column(
            "user_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_person_role_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_person_role")),
    )
    op.create_table(
        "photograph",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "sample_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column(
            "taken_by",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["sample.id"], name=op.f("fk_photograph_sample_id")
        ),
        sa.ForeignKeyConstraint(
            ["taken_by"], ["person.id"], name=op.f("fk_photograph_taken_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photograph")),
        sa.UniqueConstraint(
            "sample_id", "sha256", name=op.f("uq_photograph_sample_id_sha256")
        ),
    )
    with op.batch_alter_table("photograph", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_photograph_sample_id"), ["sample_id"], unique=False
        )

    op.create_table(
        "plate",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("stream", sa.String(length=16), nullable=False),
        sa.Column("kit", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column(
            "organisation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("planned_at", sa.DateTime(), nullable=False),
        sa.Column(
            "planned_by",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("loaded_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "stage IN ('planned', 'loaded', 'amplified', 'run', 'imported', 'cleared', 'held', 'void')",
            name=op.f("ck_plate_stage_known"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_plate_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["planned_by"], ["person.id"], name=op.f("fk_plate_planned_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plate")),
        sa.UniqueConstraint("code", name=op.f("uq_plate_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_plate_uid")),
    )
    with op.batch_alter_table("plate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plate_stage"), ["stage"], unique=False)

    op.create_table(
        "profile",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "sample_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "organisation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("consensus", sa.JSON(), nullable=False),
        sa.Column("quality", sa.String(length=16), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column(
            "supersedes_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "state IN ('raw', 'checks clear', 'checks hold', 'read once', 'read twice', 'concordant', 'discordant', 'consensus', 'technically reviewed', 'released', 'handed off', 'active', 'superseded', 'recalled', 'withdrawn', 'insufficient now', 'rejected')",
            name=op.f("ck_profile_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_profile_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["sample.id"], name=op.f("fk_profile_sample_id")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["profile.id"], name=op.f("fk_profile_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile")),
        sa.UniqueConstraint(
            "sample_id", "version", name=op.f("uq_profile_sample_id_version")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_profile_uid")),
    )
    with op.batch_alter_table("profile", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_profile_state"), ["state"], unique=False)

    op.create_table(
        "question",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column(
            "asked_by",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_question_asked_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("uid", name=op.f("uq_question_uid")),
    )
    op.create_table(
        "relation",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "donor_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "missing_person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("claimed", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["donor_id"], ["donor.id"], name=op.f("fk_relation_donor_id")
        ),
        sa.ForeignKeyConstraint(
            ["missing_person_id"],
            ["missing_person.id"],
            name=op.f("fk_relation_missing_person_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation")),
    )
    with op.batch_alter_table("relation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_relation_donor_id"), ["donor_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_relation_missing_person_id"),
            ["missing_person_id"],
            unique=False,
        )

    op.create_table(
        "signature",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "user_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("meaning", sa.String(length=32), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_uid", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("signed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_signature_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
    )
    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_signature_subject_uid"), ["subject_uid"], unique=False
        )

    op.create_table(
        "bag",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "consignment_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column(
            "sample_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("seal_found", sa.String(length=64), nullable=True),
        sa.Column("condition", sa.String(length=32), nullable=True),
        sa.Column("discrepancy", sa.String(length=64), nullable=True),
        sa.Column("received_at", sa.DateTime(), nullable=True),
        sa.Column(
            "received_by",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.CheckConstraint(
            "state IN ('expected', 'held', 'missing', 'received', 'refused', 'unannounced')",
            name=op.f("ck_bag_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["consignment_id"], ["consignment.id"], name=op.f("fk_bag_consignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["received_by"], ["person.id"], name=op.f("fk_bag_received_by")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["sample.id"], name=op.f("fk_bag_sample_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bag")),
        sa.UniqueConstraint("code", name=op.f("uq_bag_code")),
        sa.UniqueConstraint("sample_id", name=op.f("uq_bag_sample_id")),
    )
    with op.batch_alter_table("bag", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_bag_consignment_id"), ["consignment_id"], unique=False
        )

    op.create_table(
        "code_link",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("bag", sa.String(length=64), nullable=False),
        sa.Column(
            "element_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "donor_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "organisation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(element_id IS NULL) <> (donor_id IS NULL)",
            name=op.f("ck_code_link_one_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["donor_id"], ["donor.id"], name=op.f("fk_code_link_donor_id")
        ),
        sa.ForeignKeyConstraint(
            ["element_id"], ["element.id"], name=op.f("fk_code_link_element_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_code_link_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_link")),
        sa.UniqueConstraint("bag", name=op.f("uq_code_link_bag")),
        sa.UniqueConstraint("code", name=op.f("uq_code_link_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_code_link_uid")),
    )
    with op.batch_alter_table("code_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_code_link_donor_id"), ["donor_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_code_link_element_id"), ["element_id"], unique=False
        )

    op.create_table(
        "declaration",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("bag", sa.String(length=64), nullable=False),
        sa.Column(
            "element_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "donor_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "organisation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(element_id IS NULL) <> (donor_id IS NULL)",
            name=op.f("ck_declaration_one_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["donor_id"], ["donor.id"], name=op.f("fk_declaration_donor_id")
        ),
        sa.ForeignKeyConstraint(
            ["element_id"], ["element.id"], name=op.f("fk_declaration_element_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_declaration_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
        sa.UniqueConstraint("bag", name=op.f("uq_declaration_bag")),
    )
    op.create_table(
        "import",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "organisation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("parser", sa.String(length=64), nullable=True),
        sa.Column("parser_version", sa.String(length=16), nullable=True),
        sa.Column(
            "plate_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("analysis", sa.Integer(), nullable=False),
        sa.Column(
            "supersedes_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("account", sa.JSON(), nullable=False),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.Column(
            "imported_by",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "state IN ('incident', 'loaded', 'quarantined', 'superseded', 'withdrawn')",
            name=op.f("ck_import_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["imported_by"], ["person.id"], name=op.f("fk_import_imported_by")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_import_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["plate_id"], ["plate.id"], name=op.f("fk_import_plate_id")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["import.id"], name=op.f("fk_import_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
        sa.UniqueConstraint(
            "organisation_id", "sha256", name=op.f("uq_import_organisation_id_sha256")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_import_uid")),
    )
    with op.batch_alter_table("import", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_plate_id"), ["plate_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_import_state"), ["state"], unique=False)

    op.create_table(
        "label",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "job_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("copy", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "state IN ('confirmed', 'printed', 'void')",
            name=op.f("ck_label_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["label_job.id"], name=op.f("fk_label_job_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label")),
        sa.UniqueConstraint("code", "copy", name=op.f("uq_label_code_copy")),
    )
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_job_id"), ["job_id"], unique=False)

    op.create_table(
        "package",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column(
            "profile_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "organisation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("trouble", sa.String(length=500), nullable=True),
        sa.Column("prepared_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'sent', 'received', 'loaded', 'rejected')",
            name=op.f("ck_package_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_package_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name=op.f("fk_package_profile_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package")),
        sa.UniqueConstraint("number", name=op.f("uq_package_number")),
        sa.UniqueConstraint("profile_id", name=op.f("uq_package_profile_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_package_uid")),
    )
    with op.batch_alter_table("package", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_package_state"), ["state"], unique=False)

    op.create_table(
        "signatory",
        sa.Column(
            "profile_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "user_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("part", sa.String(length=24), nullable=False),
        sa.Column(
            "signature_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "part IN ('first reader', 'second reader', 'releasing manager', 'technical reviewer')",
            name=op.f("ck_signatory_part_known"),
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name=op.f("fk_signatory_profile_id")
        ),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_signatory_signature_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_signatory_user_id")
        ),
        sa.PrimaryKeyConstraint("profile_id", "user_id", name=op.f("pk_signatory")),
    )
    op.create_table(
        "well",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "plate_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("position", sa.String(length=3), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column(
            "sample_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("instrument_name", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "(role IN ('sample', 'extraction blank')) = (sample_id IS NOT NULL)",
            name=op.f("ck_well_tube_in_tube_well"),
        ),
        sa.CheckConstraint(
            "role IN ('sample', 'extraction blank', 'negative control', 'positive control', 'ladder', 'empty')",
            name=op.f("ck_well_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["plate_id"], ["plate.id"], name=op.f("fk_well_plate_id")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["sample.id"], name=op.f("fk_well_sample_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_well")),
        sa.UniqueConstraint(
            "plate_id", "instrument_name", name=op.f("uq_well_plate_id_instrument_name")
        ),
        sa.UniqueConstraint(
            "plate_id", "position", name=op.f("uq_well_plate_id_position")
        ),
    )
    with op.batch_alter_table("well", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_well_sample_id"), ["sample_id"], unique=False
        )

    op.create_table(
        "finding",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "plate_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "import_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("rule", sa.String(length=8), nullable=False),
        sa.Column("rule_version", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("wells", sa.JSON(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("whole_batch", sa.Boolean(), nullable=False),
        sa.Column("sentence", sa.String(length=500), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column(
            "closed_by",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "confirmed_by",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("cause", sa.String(length=64), nullable=True),
        sa.Column("resolution", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('pass', 'note', 'warn', 'hold', 'block')",
            name=op.f("ck_finding_outcome_known"),
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> closed_by",
            name=op.f("ck_finding_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["person.id"], name=op.f("fk_finding_closed_by")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["person.id"], name=op.f("fk_finding_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("fk_finding_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["plate_id"], ["plate.id"], name=op.f("fk_finding_plate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_finding_import_id"), ["import_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_finding_outcome"), ["outcome"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_finding_plate_id"), ["plate_id"], unique=False
        )

    op.create_table(
        "injection",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "import_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "well_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "plate_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "sample_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("analysis", sa.Integer(), nullable=False),
        sa.Column("calls", sa.JSON(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "state IN ('current', 'held', 'superseded')",
            name=op.f("ck_injection_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("fk_injection_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["plate_id"], ["plate.id"], name=op.f("fk_injection_plate_id")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["sample.id"], name=op.f("fk_injection_sample_id")
        ),
        sa.ForeignKeyConstraint(
            ["well_id"], ["well.id"], name=op.f("fk_injection_well_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_injection")),
        sa.UniqueConstraint(
            "import_id",
            "well_id",
            "source",
            name=op.f("uq_injection_import_id_well_id_source"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_injection_uid")),
    )
    with op.batch_alter_table("injection", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_injection_plate_id"), ["plate_id"], unique=False
        )
        batch_op.create_index(
            "ix_injection_sample_id_id", ["sample_id", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_injection_well_id"), ["well_id"], unique=False
        )

    op.create_table(
        "receipt",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "package_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["package_id"], ["package.id"], name=op.f("fk_receipt_package_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint(
            "package_id", "digest", name=op.f("uq_receipt_package_id_digest")
        ),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_receipt_package_id"), ["package_id"], unique=False
        )

    op.create_table(
        "comparison",
        sa.Column(
            "injection_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "profile_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("concordant", sa.Boolean(), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.Column("settled", sa.JSON(), nullable=True),
        sa.Column("decision", sa.String(length=300), nullable=True),
        sa.Column(
            "decided_by",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column("compared_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_comparison_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["injection_id"], ["injection.id"], name=op.f("fk_comparison_injection_id")
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name=op.f("fk_comparison_profile_id")
        ),
        sa.PrimaryKeyConstraint("injection_id", name=op.f("pk_comparison")),
    )
    with op.batch_alter_table("comparison", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_comparison_profile_id"), ["profile_id"], unique=False
        )

    op.create_table(
        "reading",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "profile_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "injection_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column(
            "reader_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("calls", sa.JSON(), nullable=False),
        sa.Column("edits", sa.JSON(), nullable=False),
        sa.Column(
            "signature_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("signed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "ordinal IN (1, 2)", name=op.f("ck_reading_first_or_second")
        ),
        sa.ForeignKeyConstraint(
            ["injection_id"], ["injection.id"], name=op.f("fk_reading_injection_id")
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name=op.f("fk_reading_profile_id")
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["person.id"], name=op.f("fk_reading_reader_id")
        ),
        sa.ForeignKeyConstraint(
            ["signature_id"], ["signature.id"], name=op.f("fk_reading_signature_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
        sa.UniqueConstraint(
            "injection_id", "ordinal", name=op.f("uq_reading_injection_id_ordinal")
        ),
        sa.UniqueConstraint(
            "injection_id", "reader_id", name=op.f("uq_reading_injection_id_reader_id")
        ),
    )
    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reading_profile_id"), ["profile_id"], unique=False
        )

    op.create_table(
        "replicate",
        sa.Column(
            "profile_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "injection_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["injection_id"], ["injection.id"], name=op.f("fk_replicate_injection_id")
        ),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name=op.f("fk_replicate_profile_id")
        ),
        sa.PrimaryKeyConstraint(
            "profile_id", "injection_id", name=op.f("pk_replicate")
        ),
    )
    with op.batch_alter_table("replicate", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_replicate_injection_id"), ["injection_id"], unique=False
        )

    embedded = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE if embedded else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("replicate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_replicate_injection_id"))

    op.drop_table("replicate")
    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reading_profile_id"))

    op.drop_table("reading")
    with op.batch_alter_table("comparison", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comparison_profile_id"))

    op.drop_table("comparison")
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_receipt_package_id"))

    op.drop_table("receipt")
    with op.batch_alter_table("injection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_injection_well_id"))
        batch_op.drop_index("ix_injection_sample_id_id")
        batch_op.drop_index(batch_op.f("ix_injection_plate_id"))

    op.drop_table("injection")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_plate_id"))
        batch_op.drop_index(batch_op.f("ix_finding_outcome"))
        batch_op.drop_index(batch_op.f("ix_finding_import_id"))

    op.drop_table("finding")
    with op.batch_alter_table("well", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_well_sample_id"))

    op.drop_table("well")
    op.drop_table("signatory")
    with op.batch_alter_table("package", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_package_state"))

    op.drop_table("package")
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_label_job_id"))

    op.drop_table("label")
    with op.batch_alter_table("import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_state"))
        batch_op.drop_index(batch_op.f("ix_import_plate_id"))

    op.drop_table("import")
    op.drop_table("declaration")
    with op.batch_alter_table("code_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_code_link_element_id"))
        batch_op.drop_index(batch_op.f("ix_code_link_donor_id"))

    op.drop_table("code_link")
    with op.batch_alter_table("bag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bag_consignment_id"))

    op.drop_table("bag")
    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signature_subject_uid"))

    op.drop_table("signature")
    with op.batch_alter_table("relation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relation_missing_person_id"))
        batch_op.drop_index(batch_op.f("ix_relation_donor_id"))

    op.drop_table("relation")
    op.drop_table("question")
    with op.batch_alter_table("profile", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_profile_state"))

    op.drop_table("profile")
    with op.batch_alter_table("plate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plate_stage"))

    op.drop_table("plate")
    with op.batch_alter_table("photograph", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_photograph_sample_id"))

    op.drop_table("photograph")
    op.drop_table("person_role")
    op.drop_table("label_job")
    with op.batch_alter_table("holding", schema=None) as batch_op:
        batch_op.drop_index("ix_holding_stage_sample_id")
        batch_op.drop_index(batch_op.f("ix_holding_place_id"))
        batch_op.drop_index(batch_op.f("ix_holding_offered_to"))
        batch_op.drop_index(batch_op.f("ix_holding_holder_id"))

    op.drop_table("holding")
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hold_sample_id"))

    op.drop_table("hold")
    with op.batch_alter_table("element", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_element_remains_id"))

    op.drop_table("element")
    with op.batch_alter_table("consignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consignment_sender_id"))
        batch_op.drop_index(batch_op.f("ix_consignment_receiver_id"))

    op.drop_table("consignment")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_donor_id"))

    op.drop_table("consent")
    with op.batch_alter_table("auth_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_auth_session_user_id"))

    op.drop_table("auth_session")
    with op.batch_alter_table("sample", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sample_source_id"))
        batch_op.drop_index(batch_op.f("ix_sample_parent_id"))
        batch_op.drop_index("ix_sample_organisation_id_id")

    op.drop_table("sample")
    with op.batch_alter_table("remains", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_remains_incident_id"))

    op.drop_table("remains")
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_place_parent_id"))

    op.drop_table("place")
    op.drop_table("person")
    op.drop_table("missing_person")
    op.drop_table("donor")
    with op.batch_alter_table("queue_job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_queue_job_run_at"))

    op.drop_table("queue_job")
    op.drop_table("organisation")
    op.drop_table("login_attempt")
    op.drop_table("incident")
    op.drop_table("audit_system")
    with op.batch_alter_table("audit_opening", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_opening_subject_uid"))

    op.drop_table("audit_opening")
    op.drop_table("audit_event")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_event_refuse()")
