"""The log above the record: leaves, nodes, checkpoints, keys; and the omission guard.

The log's tables are append-only like the record. No row with a chain rises to a
version whose event is not there, falls back to an older one, or is deleted.
"""

from alembic import op
import sqlalchemy as sa

revision = "0002"
down_revision = "0001"

LOG = ("audit_leaf", "audit_node", "audit_checkpoint", "audit_log_key")
CHAINED = (
    "audit_system", "code_link", "consent", "consignment", "donor", "element",
    "import", "incident", "injection", "label_job", "missing_person", "organisation",
    "package", "person", "place", "plate", "profile", "question", "remains", "sample",
)  # fmt: skip
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

GUARD = """CREATE FUNCTION audit_item_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'An item with a record is never deleted.';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NEW.uid <> OLD.uid OR NEW.ver < OLD.ver
       OR (NEW.ver = OLD.ver AND NEW.head_hash <> OLD.head_hash) THEN
      RAISE EXCEPTION 'An item''s record only grows.';
    END IF;
    IF NEW.ver = OLD.ver THEN RETURN NEW; END IF;
  END IF;
  IF NEW.ver > 0 AND NOT EXISTS (
    SELECT 1 FROM audit_event WHERE item_uid = NEW.uid AND item_seq = NEW.ver
    AND leaf = NEW.head_hash) THEN
    RAISE EXCEPTION 'No event tells of version % of this item.', NEW.ver;
  END IF;
  RETURN NEW;
END $$"""

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


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    default = None if sqlite else sa.text("(pg_current_xact_id()::text)::bigint")
    op.add_column(
        "audit_event", sa.Column("txid", sa.BigInteger(), server_default=default)
    )
    op.create_index(
        "ix_audit_event_txid",
        "audit_event",
        ["txid"],
        sqlite_where=sa.text("txid IS NOT NULL"),
    )
    op.create_table(
        "audit_leaf",
        sa.Column("seq", BIG, autoincrement=False, nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_leaf")),
        sa.UniqueConstraint("event_id", name=op.f("uq_audit_leaf_event_id")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["audit_event.id"], name=op.f("fk_audit_leaf_event_id")
        ),
    )
    op.create_table(
        "audit_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", BIG, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "position", name=op.f("pk_audit_node")),
    )
    op.create_table(
        "audit_checkpoint",
        sa.Column("id", BIG, nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_checkpoint")),
        sa.UniqueConstraint(
            "origin", "size", name=op.f("uq_audit_checkpoint_origin_size")
        ),
    )
    op.create_table(
        "audit_log_key",
        sa.Column("id", BIG, nullable=False),
        sa.Column("vkey", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log_key")),
        sa.UniqueConstraint("vkey", name=op.f("uq_audit_log_key_vkey")),
    )
    _guard_on_sqlite() if sqlite else _guard_on_postgresql()


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in CHAINED:
            for verb in ("insert", "update", "delete"):
                op.execute(f"DROP TRIGGER {table}_tells_{verb}")
    else:
        for table in CHAINED:
            op.execute(f'DROP TRIGGER {table}_tells ON "{table}"')
        op.execute("DROP FUNCTION audit_item_guard()")
    for table in LOG:
        op.drop_table(table)
    op.drop_index("ix_audit_event_txid", "audit_event")
    op.drop_column("audit_event", "txid")


def _guard_on_sqlite() -> None:
    for table in LOG:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'The record is append-only.'); END"
            )
    for table in CHAINED:
        for statement in SQLITE_GUARDS:
            op.execute(statement.format(table))


def _guard_on_postgresql() -> None:
    op.execute(GUARD)
    for table in LOG:
        for name, when in (
            ("no_change", "UPDATE OR DELETE ON {} FOR EACH ROW"),
            ("no_truncate", "TRUNCATE ON {} FOR EACH STATEMENT"),
        ):
            _always(table, name, when.format(table), "audit_event_refuse")
    for table in CHAINED:
        when = f'INSERT OR UPDATE OR DELETE ON "{table}" FOR EACH ROW'
        _always(table, "tells", when, "audit_item_guard")


def _always(table: str, name: str, when: str, function: str) -> None:
    """A trigger that no session can switch off for itself."""
    op.execute(
        f"CREATE TRIGGER {table}_{name} BEFORE {when} EXECUTE FUNCTION {function}()"
    )
    op.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER {table}_{name}')
