"""Weighings.

What balances showed of bags, items and their rests.
"""

from alembic import op
import sqlalchemy as sa

revision = "weighings"
down_revision = "label_repairs"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "weighing",
        sa.Column("id", number, nullable=False),
        sa.Column("sample_id", number, nullable=False),
        sa.Column("part", sa.String(8), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(8), nullable=False),
        sa.Column("balance", sa.String(32), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("reading_id", number, nullable=True),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("weighed_at", sa.DateTime(), nullable=False),
        sa.Column("weighed_by", number, nullable=False),
        sa.CheckConstraint(
            "part IN ('bag', 'item', 'rest')", name=op.f("ck_weighing_part_known")
        ),
        sa.CheckConstraint("value >= 0", name=op.f("ck_weighing_value_not_negative")),
        sa.CheckConstraint(
            "(reading_id IS NULL) = (reason <> '')",
            name=op.f("ck_weighing_typed_with_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["sample.id"], name=op.f("fk_weighing_sample_id")
        ),
        sa.ForeignKeyConstraint(
            ["reading_id"],
            ["station_reading.id"],
            name=op.f("fk_weighing_reading_id"),
        ),
        sa.ForeignKeyConstraint(
            ["weighed_by"], ["person.id"], name=op.f("fk_weighing_weighed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weighing")),
        sa.UniqueConstraint("reading_id", name=op.f("uq_weighing_reading_id")),
        info={"unrecorded": "the sample's event tells of it"},
    )
    op.create_index(op.f("ix_weighing_sample_id"), "weighing", ["sample_id"])


def downgrade() -> None:
    op.drop_table("weighing")
