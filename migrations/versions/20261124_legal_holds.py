"""Legal holds.

What an authority wants kept is not erased while its order stands.
"""

from alembic import op
import sqlalchemy as sa

revision = "legal_holds"
down_revision = "desk"

TABLE = "legal_hold"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

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
    op.create_table(
        "legal_hold",
        sa.Column("id", KEY, nullable=False),
        sa.Column("donor_id", KEY, nullable=True),
        sa.Column("missing_person_id", KEY, nullable=True),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("document", sa.String(length=100), nullable=False),
        sa.Column("placed_at", sa.DateTime(), nullable=False),
        sa.Column("placed_by", KEY, nullable=False),
        sa.Column("lifted_at", sa.DateTime(), nullable=True),
        sa.Column("lifted_by", KEY, nullable=True),
        sa.Column("lifted_document", sa.String(length=100), nullable=True),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(missing_person_id IS NULL) <> (donor_id IS NULL)",
            name=op.f("ck_legal_hold_one_held"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [target], name=op.f(f"fk_legal_hold_{column}")
            )
            for column, target in {
                "donor_id": "donor.id",
                "missing_person_id": "missing_person.id",
                "organisation_id": "organisation.id",
                "placed_by": "person.id",
                "lifted_by": "person.id",
            }.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
        sa.UniqueConstraint("uid", name=op.f("uq_legal_hold_uid")),
    )
    op.create_index(op.f("ix_legal_hold_donor_id"), "legal_hold", ["donor_id"])
    op.create_index(
        op.f("ix_legal_hold_missing_person_id"), "legal_hold", ["missing_person_id"]
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE_GUARDS:
            op.execute(statement.format(TABLE))
        return
    op.execute(
        f"CREATE TRIGGER {TABLE}_tells BEFORE INSERT OR UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION audit_item_guard()"
    )
    op.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {TABLE}_tells")


def downgrade() -> None:
    op.drop_table("legal_hold")
