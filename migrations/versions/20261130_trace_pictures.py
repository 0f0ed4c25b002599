"""Pictures of traces.

What a page draws is made once, where the file is read, and kept sealed beside it.
"""

from alembic import op
import sqlalchemy as sa

revision = "trace_pictures"
down_revision = "mentions_in_time"


def upgrade() -> None:
    op.add_column("trace", sa.Column("picture", sa.String(length=32), nullable=True))
    op.add_column("trace", sa.Column("picture_key", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("trace", "picture_key")
    op.drop_column("trace", "picture")
