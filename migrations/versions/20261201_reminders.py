"""Reminders.

Which items were out too long, who was asked, and what was answered.
"""

from alembic import op
import sqlalchemy as sa

revision = "reminders"
down_revision = "labware"


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _to(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_reminder_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def upgrade() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", _number(), nullable=False),
        sa.Column("sample_id", _number(), nullable=False),
        sa.Column("holder_id", _number(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(), nullable=False),
        sa.Column("escalated_at", sa.DateTime(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by", _number(), nullable=True),
        sa.Column("answer", sa.String(length=64), nullable=True),
        _to("sample_id", "sample"),
        _to("holder_id", "person"),
        _to("answered_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "sample_id", "since", "nth", name=op.f("uq_reminder_sample_id_since_nth")
        ),
    )
    op.create_index(op.f("ix_reminder_holder_id"), "reminder", ["holder_id"])


def downgrade() -> None:
    op.drop_table("reminder")
