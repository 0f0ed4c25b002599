"""Standards.

The dilution series of a plate of quantification.
"""

from alembic import op
import sqlalchemy as sa

revision = "standards"
down_revision = "sought_parts"


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "standard",
        sa.Column("id", _number(), nullable=False),
        sa.Column("plate_id", _number(), nullable=False),
        sa.Column("position", sa.String(length=3), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("instrument_name", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["plate_id"], ["plate.id"], name=op.f("fk_standard_plate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard")),
        sa.UniqueConstraint(
            "plate_id", "position", name=op.f("uq_standard_plate_id_position")
        ),
        info={"unrecorded": "the plate's event tells of it"},
    )


def downgrade() -> None:
    op.drop_table("standard")
