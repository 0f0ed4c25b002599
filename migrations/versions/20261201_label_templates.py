"""Label templates.

Templates of the laboratory's own in versions, and by which a sheet was drawn.
"""

from alembic import op
import sqlalchemy as sa

revision = "label_templates"
down_revision = "kept_scans"

SQLITE_GUARDS = (
    """CREATE TRIGGER label_template_tells_insert BEFORE INSERT ON "label_template"
    WHEN NEW.ver > 0 AND NOT EXISTS (SELECT 1 FROM audit_event
      WHERE item_uid = NEW.uid AND item_seq = NEW.ver AND leaf = NEW.head_hash)
    BEGIN SELECT RAISE(ABORT, 'No event tells of this version of the item.'); END""",
    """CREATE TRIGGER label_template_tells_update BEFORE UPDATE OF uid, ver, head_hash ON "label_template"
    BEGIN
      SELECT RAISE(ABORT, 'An item''s record only grows.')
      WHERE NEW.uid <> OLD.uid OR NEW.ver < OLD.ver
        OR (NEW.ver = OLD.ver AND NEW.head_hash <> OLD.head_hash);
      SELECT RAISE(ABORT, 'No event tells of this version of the item.')
      WHERE NEW.ver > OLD.ver AND NOT EXISTS (SELECT 1 FROM audit_event
        WHERE item_uid = NEW.uid AND item_seq = NEW.ver AND leaf = NEW.head_hash);
    END""",
    """CREATE TRIGGER label_template_tells_delete BEFORE DELETE ON "label_template"
    BEGIN SELECT RAISE(ABORT, 'An item with a record is never deleted.'); END""",
    """CREATE TRIGGER label_template_version_no_update BEFORE UPDATE ON label_template_version
    BEGIN SELECT RAISE(ABORT, 'The record is append-only.'); END""",
    """CREATE TRIGGER label_template_version_no_delete BEFORE DELETE ON label_template_version
    BEGIN SELECT RAISE(ABORT, 'The record is append-only.'); END""",
)
POSTGRES_GUARDS = (
    """CREATE TRIGGER label_template_tells BEFORE INSERT OR UPDATE OR DELETE ON "label_template"
    FOR EACH ROW EXECUTE FUNCTION audit_item_guard()""",
    'ALTER TABLE "label_template" ENABLE ALWAYS TRIGGER label_template_tells',
    """CREATE TRIGGER label_template_version_no_change BEFORE UPDATE OR DELETE ON label_template_version
    FOR EACH ROW EXECUTE FUNCTION audit_event_refuse()""",
    """CREATE TRIGGER label_template_version_no_truncate BEFORE TRUNCATE ON label_template_version
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()""",
    "ALTER TABLE label_template_version ENABLE ALWAYS TRIGGER label_template_version_no_change",
    "ALTER TABLE label_template_version ENABLE ALWAYS TRIGGER label_template_version_no_truncate",
)


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "label_template",
        sa.Column("id", _number(), nullable=False),
        sa.Column("organisation_id", _number(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_label_template_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_template")),
        sa.UniqueConstraint(
            "organisation_id",
            "name",
            name=op.f("uq_label_template_organisation_id_name"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_label_template_uid")),
    )
    op.create_table(
        "label_template_version",
        sa.Column("id", _number(), nullable=False),
        sa.Column("template_id", _number(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", _number(), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["label_template.id"],
            name=op.f("fk_label_template_version_template_id"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_label_template_version_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_template_version")),
        sa.UniqueConstraint(
            "template_id",
            "version",
            name=op.f("uq_label_template_version_template_id_version"),
        ),
        info={
            "append_only": True,
            "unrecorded": "the template's own event holds its hash",
        },
    )
    for name, length, standing in (("template", 64, ""), ("form", 8, "pdf")):
        op.add_column(
            "label_job",
            sa.Column(name, sa.String(length), nullable=False, server_default=standing),
        )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for guard in SQLITE_GUARDS if sqlite else POSTGRES_GUARDS:
        op.execute(guard)


def downgrade() -> None:
    op.drop_column("label_job", "form")
    op.drop_column("label_job", "template")
    op.drop_table("label_template_version")
    op.drop_table("label_template")
