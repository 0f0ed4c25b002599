"""Traces.

The trace of a well, and what it was held against last.
"""

from alembic import op
import sqlalchemy as sa

revision = "traces"
down_revision = "sealed_values"


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "trace",
        sa.Column("id", _number(), nullable=False),
        sa.Column("import_id", _number(), nullable=False),
        sa.Column("plate_id", _number(), nullable=False),
        sa.Column("well_id", _number(), nullable=False),
        sa.Column("dyes", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("bins", sa.JSON(), nullable=True),
        sa.Column("against_id", _number(), nullable=True),
        sa.Column("ladder_id", _number(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("fk_trace_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["plate_id"], ["plate.id"], name=op.f("fk_trace_plate_id")
        ),
        sa.ForeignKeyConstraint(
            ["well_id"], ["well.id"], name=op.f("fk_trace_well_id")
        ),
        sa.ForeignKeyConstraint(
            ["against_id"], ["import.id"], name=op.f("fk_trace_against_id")
        ),
        sa.ForeignKeyConstraint(
            ["ladder_id"], ["trace.id"], name=op.f("fk_trace_ladder_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trace")),
        sa.UniqueConstraint("import_id", name=op.f("uq_trace_import_id")),
        info={"unrecorded": "the import's event tells of it"},
    )
    op.create_index(op.f("ix_trace_plate_id"), "trace", ["plate_id"])
    op.create_index(op.f("ix_trace_well_id"), "trace", ["well_id"])


def downgrade() -> None:
    op.drop_table("trace")
