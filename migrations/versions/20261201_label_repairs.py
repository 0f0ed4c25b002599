"""Repairs of labels.

Torn or swapped labels, put right by two people.
"""

from alembic import op
import sqlalchemy as sa

revision = "label_repairs"
down_revision = "printers"

SQLITE_GUARDS = (
    """CREATE TRIGGER label_repair_tells_insert BEFORE INSERT ON "label_repair"
    WHEN NEW.ver > 0 AND NOT EXISTS (SELECT 1 FROM audit_event
      WHERE item_uid = NEW.uid AND item_seq = NEW.ver AND leaf = NEW.head_hash)
    BEGIN SELECT RAISE(ABORT, 'No event tells of this version of the item.'); END""",
    """CREATE TRIGGER label_repair_tells_update BEFORE UPDATE OF uid, ver, head_hash ON "label_repair"
    BEGIN
      SELECT RAISE(ABORT, 'An item''s record only grows.')
      WHERE NEW.uid <> OLD.uid OR NEW.ver < OLD.ver
        OR (NEW.ver = OLD.ver AND NEW.head_hash <> OLD.head_hash);
      SELECT RAISE(ABORT, 'No event tells of this version of the item.')
      WHERE NEW.ver > OLD.ver AND NOT EXISTS (SELECT 1 FROM audit_event
        WHERE item_uid = NEW.uid AND item_seq = NEW.ver AND leaf = NEW.head_hash);
    END""",
    """CREATE TRIGGER label_repair_tells_delete BEFORE DELETE ON "label_repair"
    BEGIN SELECT RAISE(ABORT, 'An item with a record is never deleted.'); END""",
)
POSTGRES_GUARDS = (
    """CREATE TRIGGER label_repair_tells BEFORE INSERT OR UPDATE OR DELETE ON "label_repair"
    FOR EACH ROW EXECUTE FUNCTION audit_item_guard()""",
    'ALTER TABLE "label_repair" ENABLE ALWAYS TRIGGER label_repair_tells',
)


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _chain(table: str) -> list[sa.schema.SchemaItem]:
    """The columns of a row with a chain of its own."""
    return [
        sa.Column("id", _number(), nullable=False),
        sa.Column("organisation_id", _number(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f(f"fk_{table}_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("uid", name=op.f(f"uq_{table}_uid")),
    ]


def upgrade() -> None:
    op.create_table(
        "label_repair",
        *_chain("label_repair"),
        sa.Column("mishap", sa.String(length=16), nullable=False),
        sa.Column("first", sa.String(length=10), nullable=False),
        sa.Column("second", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", _number(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("agreed_by", _number(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "mishap IN ('torn', 'swapped')", name=op.f("ck_label_repair_mishap_known")
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'agreed', 'withdrawn')",
            name=op.f("ck_label_repair_state_known"),
        ),
        sa.CheckConstraint(
            "agreed_by <> proposed_by", name=op.f("ck_label_repair_two_persons")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["person.id"], name=op.f(f"fk_label_repair_{column}")
            )
            for column in ("proposed_by", "agreed_by")
        ),
    )
    for column in ("first", "second"):
        name = op.f(f"ix_label_repair_{column}")
        op.create_index(name, "label_repair", [column])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for guard in SQLITE_GUARDS if sqlite else POSTGRES_GUARDS:
        op.execute(guard)


def downgrade() -> None:
    op.drop_table("label_repair")
