"""Erased photographs.

When a picture was erased after a withdrawal; its bytes are wiped from the disk.
"""

from alembic import op
import sqlalchemy as sa

revision = "erased_photographs"
down_revision = "named_by_commitment"


def upgrade() -> None:
    op.add_column("photograph", sa.Column("erased_at", sa.DateTime()))


def downgrade() -> None:
    op.drop_column("photograph", "erased_at")
