"""Evidence bundles: who asked for what, and what was made of it."""

from alembic import op
import sqlalchemy as sa

revision = "evidence"
down_revision = "original_parts"

TABLE = "evidence_bundle"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SQLITE_GUARDS = (
    """CREATE TRIGGER {0}_tells_insert BEFORE INSERT ON "{0}"
    WHEN NEW.ver > 0 AND NOT EXISTS (SELECT 1 FROM audit_event
      WHERE item_uid = NEW.uid AND item_seq = NEW.ver AND leaf = NEW.head_hash)
    BEGIN SELECT RAISE(ABORT, 'No event tells of this version of the item.'); END""",
    """CREATE TRIGGER {0}_tells_update BEFORE UPDATE OF uid, ver, head_hash ON "{0}"
    BEGIN
      SELECT RAISE(ABORT, 'An item''s record only grows.')
      WHERE NEW.uid <> OLD.uid OR NEW.ver < OLD.ver
        OR (NEW.ver = OLD.ver AND NEW.head_hash <> OLD.head_hash);
      SELECT RAISE(ABORT, 'No event tells of this version of the item.')
      WHERE NEW.ver > OLD.ver AND NOT EXISTS (SELECT 1 FROM audit_event
        WHERE item_uid = NEW.uid AND item_seq = NEW.ver AND leaf = NEW.head_hash);
    END""",
    """CREATE TRIGGER {0}_tells_delete BEFORE DELETE ON "{0}"
    BEGIN SELECT RAISE(ABORT, 'An item with a record is never deleted.'); END""",
)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", BIG, nullable=False),
        sa.Column("organisation_id", BIG, nullable=False),
        sa.Column("asked_by", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=True),
        sa.Column("events", sa.Integer(), nullable=True),
        sa.Column("log_size", sa.BigInteger(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("manifest", sa.String(length=64), nullable=True),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'made', 'removed')",
            name=op.f("ck_evidence_bundle_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_evidence_bundle_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_evidence_bundle_asked_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_bundle")),
        sa.UniqueConstraint("uid", name=op.f("uq_evidence_bundle_uid")),
    )
    op.create_index(
        op.f("ix_evidence_bundle_organisation_id"), TABLE, ["organisation_id"]
    )
    op.create_index(op.f("ix_evidence_bundle_state"), TABLE, ["state"])
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE_GUARDS:
            op.execute(statement.format(TABLE))
        return
    op.execute(
        f"CREATE TRIGGER {TABLE}_tells BEFORE INSERT OR UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION audit_item_guard()"
    )
    op.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {TABLE}_tells")


def downgrade() -> None:
    op.drop_table(TABLE)
