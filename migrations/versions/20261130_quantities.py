"""Quantities.

Quantifications and what each tube of one showed. A finding may speak of tubes that
stand on no planned plate.
"""

from alembic import op
import sqlalchemy as sa

revision = "quantities"
down_revision = "trace_pictures"

SQLITE_GUARDS = (
    """CREATE TRIGGER {0}_tells_insert BEFORE INSERT ON "{0}"
    WHEN NEW.ver > 0 AND NOT EXISTS (SELECT 1 FROM audit_event
      WHERE item_uid = NEW.uid AND item_seq = NEW.ver AND leaf = NEW.head_hash)
    BEGIN SELECT RAISE(ABORT, 'No event tells of this version of the item.'); END""",
    """CREATE TRIGGER {0}_tells_update BEFORE UPDATE OF uid, ver, head_hash ON "{0}"
    BEGIN
      SELECT RAISE(ABORT, 'An item''s record only grows.')
      WHERE NEW.uid <> OLD.uid OR NEW.ver < OLD.ver
        OR (NEW.ver = OLD.ver AND NEW.head_hash <> OLD.head_hash);
      SELECT RAISE(ABORT, 'No event tells of this version of the item.')
      WHERE NEW.ver > OLD.ver AND NOT EXISTS (SELECT 1 FROM audit_event
        WHERE item_uid = NEW.uid AND item_seq = NEW.ver AND leaf = NEW.head_hash);
    END""",
    """CREATE TRIGGER {0}_tells_delete BEFORE DELETE ON "{0}"
    BEGIN SELECT RAISE(ABORT, 'An item with a record is never deleted.'); END""",
)
POSTGRES_GUARDS = (
    """CREATE TRIGGER {0}_tells BEFORE INSERT OR UPDATE OR DELETE ON "{0}"
    FOR EACH ROW EXECUTE FUNCTION audit_item_guard()""",
    'ALTER TABLE "{0}" ENABLE ALWAYS TRIGGER {0}_tells',
)
FINDING = (
    "id", "plate_id", "import_id", "rule", "rule_version", "outcome", "wells",
    "numbers", "evidence", "whole_batch", "sentence", "found_at", "closed_at",
    "closed_by", "confirmed_by", "cause", "resolution",
)  # fmt: skip


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def upgrade() -> None:
    _plate_of_finding(nullable=True)
    op.create_table(
        "quantification",
        sa.Column("id", _number(), nullable=False),
        sa.Column("organisation_id", _number(), nullable=False),
        sa.Column("import_id", _number(), nullable=False),
        sa.Column("plate_id", _number(), nullable=True),
        sa.Column("kit", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "state IN ('current', 'held', 'superseded')",
            name=op.f("ck_quantification_state_known"),
        ),
        _to("quantification", "organisation_id", "organisation"),
        _to("quantification", "import_id", "import"),
        _to("quantification", "plate_id", "plate"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quantification")),
        sa.UniqueConstraint("import_id", name=op.f("uq_quantification_import_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_quantification_uid")),
    )
    for column in ("organisation_id", "plate_id"):
        name = op.f(f"ix_quantification_{column}")
        op.create_index(name, "quantification", [column])
    op.create_table(
        "quantity",
        sa.Column("id", _number(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("quantification_id", _number(), nullable=False),
        sa.Column("sample_id", _number(), nullable=False),
        sa.Column("source_id", _number(), nullable=False),
        sa.Column("wells", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        _to("quantity", "quantification_id", "quantification"),
        _to("quantity", "sample_id", "sample"),
        _to("quantity", "source_id", "sample"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quantity")),
        sa.UniqueConstraint("uid", name=op.f("uq_quantity_uid")),
        info={"unrecorded": "the tube's event commits to it"},
    )
    for column in ("quantification_id", "sample_id", "source_id"):
        op.create_index(op.f(f"ix_quantity_{column}"), "quantity", [column])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for guard in SQLITE_GUARDS if sqlite else POSTGRES_GUARDS:
        op.execute(guard.format("quantification"))


def downgrade() -> None:
    op.drop_table("quantity")
    op.drop_table("quantification")
    left = op.get_bind().scalar(
        sa.text("SELECT count(*) FROM finding WHERE plate_id IS NULL")
    )
    if left:
        raise RuntimeError(
            f"{left} findings speak of no plate, and the form before knows none such. "
            "Restore a backup of the form that you want."
        )
    _plate_of_finding(nullable=False)


def _plate_of_finding(*, nullable: bool) -> None:
    """SQLite changes no column: the table is made anew with its rows."""
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("finding", "plate_id", nullable=nullable)
        return
    named = ", ".join(FINDING)
    op.execute(f"CREATE TEMPORARY TABLE finding_kept AS SELECT {named} FROM finding")  # noqa: S608 - text from above
    op.drop_table("finding")
    op.create_table(
        "finding",
        sa.Column("id", _number(), nullable=False),
        sa.Column("plate_id", _number(), nullable=nullable),
        sa.Column("import_id", _number(), nullable=False),
        sa.Column("rule", sa.String(length=8), nullable=False),
        sa.Column("rule_version", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("wells", sa.JSON(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("whole_batch", sa.Boolean(), nullable=False),
        sa.Column("sentence", sa.String(length=500), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by", _number(), nullable=True),
        sa.Column("confirmed_by", _number(), nullable=True),
        sa.Column("cause", sa.String(length=64), nullable=True),
        sa.Column("resolution", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('pass', 'note', 'warn', 'hold', 'block')",
            name=op.f("ck_finding_outcome_known"),
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> closed_by",
            name=op.f("ck_finding_two_people"),
        ),
        _to("finding", "closed_by", "person"),
        _to("finding", "confirmed_by", "person"),
        _to("finding", "import_id", "import"),
        _to("finding", "plate_id", "plate"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    for column in ("import_id", "outcome", "plate_id"):
        op.create_index(op.f(f"ix_finding_{column}"), "finding", [column])
    op.execute(f"INSERT INTO finding ({named}) SELECT {named} FROM finding_kept")  # noqa: S608 - text from above
    op.execute("DROP TABLE finding_kept")
