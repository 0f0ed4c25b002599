"""Station commands.

What the server asks of a device at a bench, and what hangs at each bench.
"""

from alembic import op
import sqlalchemy as sa

revision = "station_commands"
down_revision = "station_contacts"

STATES = "'waiting', 'handed out', 'done', 'refused', 'unsure', 'too late'"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column(
        "station_contact",
        sa.Column("devices", sa.Text(), nullable=False, server_default="{}"),
    )
    op.create_table(
        "station_command",
        sa.Column("id", number, nullable=False),
        sa.Column("uid", sa.String(32), nullable=False),
        sa.Column("station_id", number, nullable=False),
        sa.Column("device", sa.String(64), nullable=False),
        sa.Column("does", sa.String(16), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(32), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            f"state IN ({STATES})", name=op.f("ck_station_command_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["station.id"], name=op.f("fk_station_command_station_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_command")),
        sa.UniqueConstraint("uid", name=op.f("uq_station_command_uid")),
        info={"unrecorded": "the bench's record tells what was asked and came"},
    )
    op.create_index(
        op.f("ix_station_command_station_id"), "station_command", ["station_id"]
    )


def downgrade() -> None:
    op.drop_table("station_command")
    op.drop_column("station_contact", "devices")
