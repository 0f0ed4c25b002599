"""Station contacts.

When each bench was heard last, though it had nothing to bring.
"""

from alembic import op
import sqlalchemy as sa

revision = "station_contacts"
down_revision = "stations"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "station_contact",
        sa.Column("station_id", number, autoincrement=False, nullable=False),
        sa.Column("heard_at", sa.DateTime(), nullable=False),
        sa.Column("skew_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["station.id"], name=op.f("fk_station_contact_station_id")
        ),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_station_contact")),
        info={"unrecorded": "it tells only that a bench is on"},
    )


def downgrade() -> None:
    op.drop_table("station_contact")
