"""Stations.

The benches, and what each of them heard.
"""

from alembic import op
import sqlalchemy as sa

revision = "stations"
down_revision = "standards"

SQLITE_GUARDS = (
    """CREATE TRIGGER station_tells_insert BEFORE INSERT ON "station"
    WHEN NEW.ver > 0 AND NOT EXISTS (SELECT 1 FROM audit_event
      WHERE item_uid = NEW.uid AND item_seq = NEW.ver AND leaf = NEW.head_hash)
    BEGIN SELECT RAISE(ABORT, 'No event tells of this version of the item.'); END""",
    """CREATE TRIGGER station_tells_update BEFORE UPDATE OF uid, ver, head_hash ON "station"
    BEGIN
      SELECT RAISE(ABORT, 'An item''s record only grows.')
      WHERE NEW.uid <> OLD.uid OR NEW.ver < OLD.ver
        OR (NEW.ver = OLD.ver AND NEW.head_hash <> OLD.head_hash);
      SELECT RAISE(ABORT, 'No event tells of this version of the item.')
      WHERE NEW.ver > OLD.ver AND NOT EXISTS (SELECT 1 FROM audit_event
        WHERE item_uid = NEW.uid AND item_seq = NEW.ver AND leaf = NEW.head_hash);
    END""",
    """CREATE TRIGGER station_tells_delete BEFORE DELETE ON "station"
    BEGIN SELECT RAISE(ABORT, 'An item with a record is never deleted.'); END""",
    """CREATE TRIGGER station_reading_no_update BEFORE UPDATE ON station_reading
    BEGIN SELECT RAISE(ABORT, 'The record is append-only.'); END""",
    """CREATE TRIGGER station_reading_no_delete BEFORE DELETE ON station_reading
    BEGIN SELECT RAISE(ABORT, 'The record is append-only.'); END""",
)
POSTGRES_GUARDS = (
    """CREATE TRIGGER station_tells BEFORE INSERT OR UPDATE OR DELETE ON "station"
    FOR EACH ROW EXECUTE FUNCTION audit_item_guard()""",
    'ALTER TABLE "station" ENABLE ALWAYS TRIGGER station_tells',
    """CREATE TRIGGER station_reading_no_change BEFORE UPDATE OR DELETE ON station_reading
    FOR EACH ROW EXECUTE FUNCTION audit_event_refuse()""",
    """CREATE TRIGGER station_reading_no_truncate BEFORE TRUNCATE ON station_reading
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()""",
    "ALTER TABLE station_reading ENABLE ALWAYS TRIGGER station_reading_no_change",
    "ALTER TABLE station_reading ENABLE ALWAYS TRIGGER station_reading_no_truncate",
)


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "station",
        sa.Column("id", _number(), nullable=False),
        sa.Column("organisation_id", _number(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("code_ends", sa.DateTime(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_station_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station")),
        sa.UniqueConstraint(
            "organisation_id", "name", name=op.f("uq_station_organisation_id_name")
        ),
        sa.UniqueConstraint("code_hash", name=op.f("uq_station_code_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_station_token_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_station_uid")),
    )
    op.create_table(
        "station_reading",
        sa.Column("id", _number(), nullable=False),
        sa.Column("station_id", _number(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("skew_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["station.id"], name=op.f("fk_station_reading_station_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_reading")),
        sa.UniqueConstraint(
            "station_id", "seq", name=op.f("uq_station_reading_station_id_seq")
        ),
        info={
            "append_only": True,
            "unrecorded": "the bench's own hash chain tells of it",
        },
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for guard in SQLITE_GUARDS if sqlite else POSTGRES_GUARDS:
        op.execute(guard)


def downgrade() -> None:
    op.drop_table("station_reading")
    op.drop_table("station")
