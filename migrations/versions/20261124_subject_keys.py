"""Subject keys.

The table of the subjects' wrapped keys. What was kept before stays readable as it is.
"""

from alembic import op
import sqlalchemy as sa

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "subject_key",
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("erased_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_subject_key")),
        info={"unrecorded": "events tell what is sealed under it"},
    )


def downgrade() -> None:
    op.drop_table("subject_key")
