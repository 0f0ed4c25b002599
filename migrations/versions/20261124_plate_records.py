"""Plate records.

What an instrument was told of a plate.
"""

from alembic import op
import sqlalchemy as sa

revision = "plate_records"
down_revision = "traces"


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "plate_record",
        sa.Column("id", _number(), nullable=False),
        sa.Column("plate_id", _number(), nullable=False),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", _number(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plate_id"], ["plate.id"], name=op.f("fk_plate_record_plate_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_plate_record_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plate_record")),
        info={"unrecorded": "the plate's event tells of it"},
    )
    op.create_index(op.f("ix_plate_record_plate_id"), "plate_record", ["plate_id"])


def downgrade() -> None:
    op.drop_table("plate_record")
