"""Original parts.

Originals are kept in sealed parts. Those that were kept before stay as they are.
"""

from alembic import op
import sqlalchemy as sa

revision = "original_parts"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "original_part",
        sa.Column("original", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "import_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("spans", sa.JSON(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=True),
        sa.Column("erased_at", sa.DateTime(), nullable=True),
        sa.Column("erased_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("fk_original_part_import_id")
        ),
        sa.PrimaryKeyConstraint("original", "number", name=op.f("pk_original_part")),
        info={"unrecorded": "the import's event commits to each"},
    )
    op.create_index(op.f("ix_original_part_import_id"), "original_part", ["import_id"])
    op.create_index(op.f("ix_original_part_subject"), "original_part", ["subject"])


def downgrade() -> None:
    op.drop_table("original_part")
