"""Originals named by a commitment.

What names an original in events from now on. Imports that stand have no commitment, and
keep the plain SHA-256 that their events tell.
"""

from alembic import op
import sqlalchemy as sa

revision = "named_by_commitment"
down_revision = "quantities"


def upgrade() -> None:
    op.add_column("import", sa.Column("commitment", sa.String(length=64)))


def downgrade() -> None:
    count = 'SELECT count(*) FROM "import" WHERE commitment IS NOT NULL'
    if op.get_bind().scalar(sa.text(count)):
        raise RuntimeError(
            "Originals are named by commitments, and their rows do not tell their "
            "SHA-256. Restore a backup of the form that you want."
        )
    op.drop_column("import", "commitment")
