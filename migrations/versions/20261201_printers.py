"""Printers.

The laboratory's printers, and the print jobs that wait for them.
"""

from alembic import op
import sqlalchemy as sa

revision = "printers"
down_revision = "inventories"

SQLITE_GUARDS = (
    """CREATE TRIGGER printer_tells_insert BEFORE INSERT ON "printer"
    WHEN NEW.ver > 0 AND NOT EXISTS (SELECT 1 FROM audit_event
      WHERE item_uid = NEW.uid AND item_seq = NEW.ver AND leaf = NEW.head_hash)
    BEGIN SELECT RAISE(ABORT, 'No event tells of this version of the item.'); END""",
    """CREATE TRIGGER printer_tells_update BEFORE UPDATE OF uid, ver, head_hash ON "printer"
    BEGIN
      SELECT RAISE(ABORT, 'An item''s record only grows.')
      WHERE NEW.uid <> OLD.uid OR NEW.ver < OLD.ver
        OR (NEW.ver = OLD.ver AND NEW.head_hash <> OLD.head_hash);
      SELECT RAISE(ABORT, 'No event tells of this version of the item.')
      WHERE NEW.ver > OLD.ver AND NOT EXISTS (SELECT 1 FROM audit_event
        WHERE item_uid = NEW.uid AND item_seq = NEW.ver AND leaf = NEW.head_hash);
    END""",
    """CREATE TRIGGER printer_tells_delete BEFORE DELETE ON "printer"
    BEGIN SELECT RAISE(ABORT, 'An item with a record is never deleted.'); END""",
    """CREATE TRIGGER label_sending_tells_insert BEFORE INSERT ON "label_sending"
    WHEN NEW.ver > 0 AND NOT EXISTS (SELECT 1 FROM audit_event
      WHERE item_uid = NEW.uid AND item_seq = NEW.ver AND leaf = NEW.head_hash)
    BEGIN SELECT RAISE(ABORT, 'No event tells of this version of the item.'); END""",
    """CREATE TRIGGER label_sending_tells_update BEFORE UPDATE OF uid, ver, head_hash ON "label_sending"
    BEGIN
      SELECT RAISE(ABORT, 'An item''s record only grows.')
      WHERE NEW.uid <> OLD.uid OR NEW.ver < OLD.ver
        OR (NEW.ver = OLD.ver AND NEW.head_hash <> OLD.head_hash);
      SELECT RAISE(ABORT, 'No event tells of this version of the item.')
      WHERE NEW.ver > OLD.ver AND NOT EXISTS (SELECT 1 FROM audit_event
        WHERE item_uid = NEW.uid AND item_seq = NEW.ver AND leaf = NEW.head_hash);
    END""",
    """CREATE TRIGGER label_sending_tells_delete BEFORE DELETE ON "label_sending"
    BEGIN SELECT RAISE(ABORT, 'An item with a record is never deleted.'); END""",
)
POSTGRES_GUARDS = (
    """CREATE TRIGGER printer_tells BEFORE INSERT OR UPDATE OR DELETE ON "printer"
    FOR EACH ROW EXECUTE FUNCTION audit_item_guard()""",
    'ALTER TABLE "printer" ENABLE ALWAYS TRIGGER printer_tells',
    """CREATE TRIGGER label_sending_tells BEFORE INSERT OR UPDATE OR DELETE ON "label_sending"
    FOR EACH ROW EXECUTE FUNCTION audit_item_guard()""",
    'ALTER TABLE "label_sending" ENABLE ALWAYS TRIGGER label_sending_tells',
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
        "printer",
        *_chain("printer"),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("dpi", sa.Integer(), nullable=False),
        sa.Column("tells", sa.Boolean(), nullable=False),
        sa.Column("bench", sa.String(length=32), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "way IN ('raw', 'ipp', 'bench')", name=op.f("ck_printer_way_known")
        ),
        sa.UniqueConstraint(
            "organisation_id", "name", name=op.f("uq_printer_organisation_id_name")
        ),
    )
    op.create_table(
        "label_sending",
        *_chain("label_sending"),
        sa.Column("printer_id", _number(), nullable=False),
        sa.Column("job_id", _number(), nullable=True),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("queued_at", sa.DateTime(), nullable=False),
        sa.Column("queued_by", _number(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("command", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'printed', 'doubtful', 'failed', "
            "'cancelled')",
            name=op.f("ck_label_sending_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["printer_id"], ["printer.id"], name=op.f("fk_label_sending_printer_id")
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["label_job.id"], name=op.f("fk_label_sending_job_id")
        ),
        sa.ForeignKeyConstraint(
            ["queued_by"], ["person.id"], name=op.f("fk_label_sending_queued_by")
        ),
    )
    for column in ("printer_id", "state"):
        name = op.f(f"ix_label_sending_{column}")
        op.create_index(name, "label_sending", [column])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for guard in SQLITE_GUARDS if sqlite else POSTGRES_GUARDS:
        op.execute(guard)


def downgrade() -> None:
    op.drop_table("label_sending")
    op.drop_table("printer")
