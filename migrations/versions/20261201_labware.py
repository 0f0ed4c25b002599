"""Labware.

Plates, trays, tip combs and tube strips that are used once, with where they were used.
"""

from alembic import op
import sqlalchemy as sa

revision = "labware"
down_revision = "weighings"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "labware",
        sa.Column("id", number, nullable=False),
        sa.Column("organisation_id", number, nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("plate_id", number, nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=False),
        sa.Column("used_by", number, nullable=False),
        sa.CheckConstraint(
            "kind IN ('plate', 'tube strip', 'tip comb', 'tray')",
            name=op.f("ck_labware_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_labware_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["plate_id"], ["plate.id"], name=op.f("fk_labware_plate_id")
        ),
        sa.ForeignKeyConstraint(
            ["used_by"], ["person.id"], name=op.f("fk_labware_used_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labware")),
        sa.UniqueConstraint(
            "organisation_id", "code", name=op.f("uq_labware_organisation_id_code")
        ),
        info={"unrecorded": "the plate's event tells of it"},
    )
    op.create_index(op.f("ix_labware_plate_id"), "labware", ["plate_id"])


def downgrade() -> None:
    op.drop_table("labware")
