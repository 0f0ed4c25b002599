"""Inventories.

Who counted which place, and what they saw there.
"""

from alembic import op
import sqlalchemy as sa

revision = "inventories"
down_revision = "label_templates"

SQLITE_GUARDS = (
    """CREATE TRIGGER inventory_tells_insert BEFORE INSERT ON "inventory"
    WHEN NEW.ver > 0 AND NOT EXISTS (SELECT 1 FROM audit_event
      WHERE item_uid = NEW.uid AND item_seq = NEW.ver AND leaf = NEW.head_hash)
    BEGIN SELECT RAISE(ABORT, 'No event tells of this version of the item.'); END""",
    """CREATE TRIGGER inventory_tells_update BEFORE UPDATE OF uid, ver, head_hash ON "inventory"
    BEGIN
      SELECT RAISE(ABORT, 'An item''s record only grows.')
      WHERE NEW.uid <> OLD.uid OR NEW.ver < OLD.ver
        OR (NEW.ver = OLD.ver AND NEW.head_hash <> OLD.head_hash);
      SELECT RAISE(ABORT, 'No event tells of this version of the item.')
      WHERE NEW.ver > OLD.ver AND NOT EXISTS (SELECT 1 FROM audit_event
        WHERE item_uid = NEW.uid AND item_seq = NEW.ver AND leaf = NEW.head_hash);
    END""",
    """CREATE TRIGGER inventory_tells_delete BEFORE DELETE ON "inventory"
    BEGIN SELECT RAISE(ABORT, 'An item with a record is never deleted.'); END""",
)
POSTGRES_GUARDS = (
    """CREATE TRIGGER inventory_tells BEFORE INSERT OR UPDATE OR DELETE ON "inventory"
    FOR EACH ROW EXECUTE FUNCTION audit_item_guard()""",
    'ALTER TABLE "inventory" ENABLE ALWAYS TRIGGER inventory_tells',
)
STAGES = "'first count', 'second count wanted', 'second count', 'ended'"


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def upgrade() -> None:
    op.create_table(
        "inventory",
        sa.Column("id", _number(), nullable=False),
        sa.Column("organisation_id", _number(), nullable=False),
        sa.Column("place_id", _number(), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("first_by", _number(), nullable=False),
        sa.Column("second_by", _number(), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("missing", sa.Integer(), nullable=True),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            f"stage IN ({STAGES})", name=op.f("ck_inventory_stage_known")
        ),
        sa.CheckConstraint(
            "second_by IS NULL OR second_by <> first_by",
            name=op.f("ck_inventory_second_is_another"),
        ),
        _to("inventory", "organisation_id", "organisation"),
        _to("inventory", "place_id", "place"),
        _to("inventory", "first_by", "person"),
        _to("inventory", "second_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory")),
        sa.UniqueConstraint("uid", name=op.f("uq_inventory_uid")),
    )
    op.create_index(op.f("ix_inventory_place_id"), "inventory", ["place_id"])
    op.create_index(
        "uq_inventory_place_id_open",
        "inventory",
        ["place_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "inventory_sighting",
        sa.Column("id", _number(), nullable=False),
        sa.Column("inventory_id", _number(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("sample_id", _number(), nullable=False),
        sa.Column("was", sa.String(length=32), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        _to("inventory_sighting", "inventory_id", "inventory"),
        _to("inventory_sighting", "sample_id", "sample"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_sighting")),
        sa.UniqueConstraint(
            "inventory_id",
            "count",
            "sample_id",
            name=op.f("uq_inventory_sighting_inventory_id_count_sample_id"),
        ),
    )
    op.create_index(
        op.f("ix_inventory_sighting_sample_id"), "inventory_sighting", ["sample_id"]
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for guard in SQLITE_GUARDS if sqlite else POSTGRES_GUARDS:
        op.execute(guard)


def downgrade() -> None:
    op.drop_table("inventory_sighting")
    op.drop_table("inventory")
