"""Kept scans.

Who works at a bench, and what each scan that has an identity of its own came to.
"""

from alembic import op
import sqlalchemy as sa

revision = "kept_scans"
down_revision = "places_tree"

STATES = "'applied', 'unchanged', 'asked', 'held', 'refused'"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "station_presence",
        sa.Column("station_id", number, autoincrement=False, nullable=False),
        sa.Column("user_id", number, nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["station.id"], name=op.f("fk_station_presence_station_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_station_presence_user_id")
        ),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_station_presence")),
        sa.UniqueConstraint("user_id", name=op.f("uq_station_presence_user_id")),
        info={"unrecorded": "the bench's record tells who came; steps name whom"},
    )
    op.create_table(
        "kept_scan",
        sa.Column("id", number, nullable=False),
        sa.Column("uid", sa.String(32), nullable=False),
        sa.Column("organisation_id", number, nullable=False),
        sa.Column("user_id", number, nullable=False),
        sa.Column("reading_id", number, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("skew_ms", sa.BigInteger(), nullable=False),
        sa.Column("came_to", sa.String(16), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("unsettled", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            f"came_to IN ({STATES})", name=op.f("ck_kept_scan_came_to_known")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_kept_scan_{column}")
            )
            for column, table in (
                ("organisation_id", "organisation"),
                ("user_id", "person"),
                ("reading_id", "station_reading"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_scan")),
        sa.UniqueConstraint("uid", name=op.f("uq_kept_scan_uid")),
        sa.UniqueConstraint("reading_id", name=op.f("uq_kept_scan_reading_id")),
        info={"unrecorded": "the step's event, or that of its hold, names it"},
    )
    op.create_index(
        op.f("ix_kept_scan_open"),
        "kept_scan",
        ["organisation_id"],
        postgresql_where=sa.text("unsettled"),
        sqlite_where=sa.text("unsettled"),
    )


def downgrade() -> None:
    op.drop_table("kept_scan")
    op.drop_table("station_presence")
