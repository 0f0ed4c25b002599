"""Sought parts.

Keyed tokens of whom a piece of an original may name, so that an erasure opens few of
them. Pieces that stand have none, and are opened by every erasure.
"""

from alembic import op
import sqlalchemy as sa

revision = "sought_parts"
down_revision = "erased_photographs"


def upgrade() -> None:
    op.add_column("original_part", sa.Column("sought", sa.LargeBinary()))


def downgrade() -> None:
    op.drop_column("original_part", "sought")
