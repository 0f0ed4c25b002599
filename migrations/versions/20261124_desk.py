"""The auditor's desk, and the indexes by which the record is searched.

What has a record of its own is guarded like every such table: no version without its
event, none that is older, no row deleted.
"""

from alembic import op
import sqlalchemy as sa

revision = "desk"
down_revision = "evidence"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHAINED = ("desk_check", "desk_draw", "desk_finding", "desk_search")
INDEXES = {
    "ix_audit_event_at_id": ["at", "id"],
    "ix_audit_event_actor_uid_at_id": ["actor_uid", "at", "id"],
    "ix_audit_event_tag_at_id": ["tag", "at", "id"],
}
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
POSTGRESQL_GUARDS = (
    """CREATE TRIGGER {0}_tells BEFORE INSERT OR UPDATE OR DELETE ON "{0}"
    FOR EACH ROW EXECUTE FUNCTION audit_item_guard()""",
    'ALTER TABLE "{0}" ENABLE ALWAYS TRIGGER {0}_tells',
)


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.create_index(name, "audit_event", columns)
    op.create_table(
        "desk_draw",
        sa.Column("id", BIG, nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("population", sa.String(length=32), nullable=False),
        sa.Column("narrowed", sa.JSON(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(), nullable=False),
        sa.Column("drawn_by", BIG, nullable=False),
        *_chain("desk_draw"),
        *_person("desk_draw", "drawn_by"),
    )
    op.create_table(
        "desk_finding",
        sa.Column("id", BIG, nullable=False),
        sa.Column("organisation_id", BIG, nullable=False),
        sa.Column("about", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("grade", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("responsible", sa.String(length=32), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("found_by", BIG, nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        *_chain("desk_finding"),
        *_person("desk_finding", "found_by"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_desk_finding_organisation_id"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'closed')",
            name=op.f("ck_desk_finding_state_known"),
        ),
        sa.CheckConstraint(
            "about IN ('event', 'free', 'item', 'requirement')",
            name=op.f("ck_desk_finding_about_known"),
        ),
    )
    op.create_index("ix_desk_finding_state", "desk_finding", ["state"])
    op.create_index(
        "ix_desk_finding_organisation_id", "desk_finding", ["organisation_id"]
    )
    op.create_table(
        "desk_drawn",
        sa.Column("draw_id", BIG, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("looked_at", sa.DateTime(), nullable=True),
        sa.Column("looked_by", BIG, nullable=True),
        sa.Column("finding_id", BIG, nullable=True),
        sa.PrimaryKeyConstraint("draw_id", "ordinal", name=op.f("pk_desk_drawn")),
        *_person("desk_drawn", "looked_by"),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["desk_draw.id"], name=op.f("fk_desk_drawn_draw_id")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["desk_finding.id"], name=op.f("fk_desk_drawn_finding_id")
        ),
    )
    op.create_table(
        "desk_note",
        sa.Column("id", BIG, nullable=False),
        sa.Column("finding_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("written_by", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_note")),
        *_person("desk_note", "written_by"),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["desk_finding.id"], name=op.f("fk_desk_note_finding_id")
        ),
        sa.CheckConstraint(
            "kind IN ('answer', 'closing', 'note')", name=op.f("ck_desk_note_known")
        ),
    )
    op.create_index("ix_desk_note_finding_id", "desk_note", ["finding_id"])
    op.create_table(
        "desk_search",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("saved_by", BIG, nullable=False),
        sa.Column("run_at", sa.DateTime(), nullable=False),
        sa.Column("newest", sa.BigInteger(), nullable=False),
        *_chain("desk_search"),
        *_person("desk_search", "saved_by"),
    )
    op.create_index("ix_desk_search_saved_by", "desk_search", ["saved_by"])
    op.create_table(
        "desk_check",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("failing", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by", BIG, nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        *_chain("desk_check"),
        *_person("desk_check", "asked_by"),
        sa.CheckConstraint(
            "state IN ('waiting', 'done')", name=op.f("ck_desk_check_state_known")
        ),
    )
    op.create_index("ix_desk_check_number", "desk_check", ["number"])
    op.create_table(
        "desk_mention",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("event_id", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("code", "event_id", name=op.f("pk_desk_mention")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["audit_event.id"], name=op.f("fk_desk_mention_event_id")
        ),
    )
    op.create_table(
        "desk_reach",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_reach")),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in CHAINED:
        for guard in SQLITE_GUARDS if sqlite else POSTGRESQL_GUARDS:
            op.execute(guard.format(table))


def downgrade() -> None:
    for table in (
        "desk_mention", "desk_reach", "desk_check", "desk_search", "desk_note",
        "desk_drawn", "desk_finding", "desk_draw",
    ):  # fmt: skip
        op.drop_table(table)
    for name in INDEXES:
        op.drop_index(name, "audit_event")


def _chain(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("ver", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("uid", name=op.f(f"uq_{table}_uid")),
    ]


def _person(table: str, column: str) -> list[sa.schema.SchemaItem]:
    name = op.f(f"fk_{table}_{column}")
    return [sa.ForeignKeyConstraint([column], ["person.id"], name=name)]
