"""Anchors: cosignatures of witnesses and timestamps, both append-only like the record."""

from alembic import op
import sqlalchemy as sa

revision = "0004"
down_revision = "0003"

TABLES = ("audit_cosignature", "audit_timestamp")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit_cosignature",
        sa.Column("checkpoint_id", BIG, nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "checkpoint_id", "key", name=op.f("pk_audit_cosignature")
        ),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"],
            ["audit_checkpoint.id"],
            name=op.f("fk_audit_cosignature_checkpoint_id"),
        ),
    )
    op.create_table(
        "audit_timestamp",
        sa.Column("checkpoint_id", BIG, nullable=False),
        sa.Column("authority", sa.String(length=300), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "checkpoint_id", "authority", name=op.f("pk_audit_timestamp")
        ),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"],
            ["audit_checkpoint.id"],
            name=op.f("fk_audit_timestamp_checkpoint_id"),
        ),
    )
    op.create_table(
        "audit_anchor_trouble",
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("sentence", sa.String(length=500), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_audit_anchor_trouble")),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        _guard_on_sqlite(table) if sqlite else _guard_on_postgresql(table)


def downgrade() -> None:
    for table in (*TABLES, "audit_anchor_trouble"):
        op.drop_table(table)


def _guard_on_sqlite(table: str) -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'The record is append-only.'); END"
        )


def _guard_on_postgresql(table: str) -> None:
    for name, when in (
        ("no_change", f"UPDATE OR DELETE ON {table} FOR EACH ROW"),
        ("no_truncate", f"TRUNCATE ON {table} FOR EACH STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {when} "
            "EXECUTE FUNCTION audit_event_refuse()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")
