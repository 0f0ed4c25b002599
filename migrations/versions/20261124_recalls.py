"""Recalls.

What tells the engine to forget a package.
"""

from alembic import op
import sqlalchemy as sa

revision = "recalls"
down_revision = "plate_records"


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "recall",
        sa.Column("id", _number(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("package_id", _number(), nullable=False),
        sa.Column("organisation_id", _number(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("prepared_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'sent', 'received', 'recalled', 'rejected')",
            name=op.f("ck_recall_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["package_id"], ["package.id"], name=op.f("fk_recall_package_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_recall_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall")),
        sa.UniqueConstraint("uid", name=op.f("uq_recall_uid")),
        sa.UniqueConstraint("package_id", name=op.f("uq_recall_package_id")),
    )
    op.create_index(op.f("ix_recall_state"), "recall", ["state"])


def downgrade() -> None:
    op.drop_table("recall")
