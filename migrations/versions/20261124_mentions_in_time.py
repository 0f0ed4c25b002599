"""Mentions in the order of time.

The index of what names which code is kept in the order in which it is read, with what a
search narrows it by: a place that half of all events name is then found as quickly as
one that a single event names. It is made of the record and of nothing else.
"""

from alembic import op
import sqlalchemy as sa

revision = "mentions_in_time"
down_revision = "sealed_answers"


def _event() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _columns() -> "list[sa.Column[str] | sa.Column[int] | sa.ForeignKeyConstraint]":
    return [
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("event_id", _event(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["audit_event.id"], name=op.f("fk_desk_mention_event_id")
        ),
    ]


def upgrade() -> None:
    _put_aside()
    op.create_table(
        "desk_mention",
        *_columns(),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor_uid", sa.String(length=32), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint(
            "code", "at", "event_id", "actor_uid", "tag", name=op.f("pk_desk_mention")
        ),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO desk_mention (code, event_id, at, actor_uid, tag) "
        "SELECT kept.code, kept.event_id, one.at, one.actor_uid, one.tag "
        "FROM desk_mention_kept kept JOIN audit_event one ON one.id = kept.event_id"
    )
    op.execute("DROP TABLE desk_mention_kept")


def downgrade() -> None:
    _put_aside()
    op.create_table(
        "desk_mention",
        *_columns(),
        sa.PrimaryKeyConstraint("code", "event_id", name=op.f("pk_desk_mention")),
    )
    op.execute(
        "INSERT INTO desk_mention (code, event_id) "
        "SELECT code, event_id FROM desk_mention_kept"
    )
    op.execute("DROP TABLE desk_mention_kept")


def _put_aside() -> None:
    op.execute(
        "CREATE TEMPORARY TABLE desk_mention_kept AS "
        "SELECT code, event_id FROM desk_mention"
    )
    op.drop_table("desk_mention")
