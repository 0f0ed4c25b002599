"""Sealed answers.

What the engine answers is sealed as the package is. The hashes of packages and answers
leave their columns: events commit to them.
"""

from alembic import op
import sqlalchemy as sa

revision = "sealed_answers"
down_revision = "recalls"

SUBJECT = (
    "(SELECT s.uid FROM package k JOIN profile p ON p.id = k.profile_id JOIN sample s"
    " ON s.id = p.sample_id WHERE k.id = r.package_id)"
)
ORGANISATION = "(SELECT k.organisation_id FROM package k WHERE k.id = r.package_id)"


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # Why a package was refused is told by the engine's answer, too, which is kept.
    op.drop_column("package", "trouble")
    op.drop_column("package", "digest")
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        uid = "lower(hex(randomblob(16)))"
        told = (
            f"CAST(json_object('subject', {SUBJECT}, 'organisation', {ORGANISATION}, "
            "'values', json_object('text', CAST(r.body AS TEXT))) AS BLOB)"
        )
    else:
        uid = "replace(gen_random_uuid()::text, '-', '')"
        told = (
            f"convert_to(json_build_object('subject', {SUBJECT}, 'organisation', "
            f"{ORGANISATION}, 'values', json_build_object('text', "
            "convert_from(r.body, 'UTF8')))::text, 'UTF8')"
        )
    op.execute(
        f"CREATE TABLE receipt_kept AS SELECT r.id, {uid} AS uid, r.package_id, r.state,"  # noqa: S608 - text from above
        f" {told} AS sealed, r.taken_at FROM receipt r"
    )
    op.drop_table("receipt")
    _create(
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.UniqueConstraint("uid", name=op.f("uq_receipt_uid")),
    )
    columns = "id, uid, package_id, state, sealed, taken_at"
    op.execute(f"INSERT INTO receipt ({columns}) SELECT {columns} FROM receipt_kept")  # noqa: S608 - text from above
    op.drop_table("receipt_kept")
    if not sqlite:
        op.execute(
            "SELECT setval(pg_get_serial_sequence('receipt', 'id'), "
            "(SELECT coalesce(max(id), 0) + 1 FROM receipt), false)"
        )


def downgrade() -> None:
    for table in ("receipt", "package"):
        count = sa.text(f"SELECT count(*) FROM {table} WHERE sealed IS NOT NULL")  # noqa: S608 - text from above
        if op.get_bind().scalar(count):
            raise RuntimeError(
                f"Rows of '{table}' are sealed, and a migration cannot open them. "
                "Restore a backup of the form that you want."
            )
    op.drop_table("receipt")
    _create(
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.UniqueConstraint(
            "package_id", "digest", name=op.f("uq_receipt_package_id_digest")
        ),
    )
    op.add_column(
        "package",
        sa.Column("digest", sa.String(length=64), nullable=False, server_default=""),
    )
    op.add_column("package", sa.Column("trouble", sa.String(length=500)))


def _create(*more: sa.schema.SchemaItem) -> None:
    op.create_table(
        "receipt",
        sa.Column("id", _number(), nullable=False),
        sa.Column("package_id", _number(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(
            ["package_id"], ["package.id"], name=op.f("fk_receipt_package_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
    )
    op.create_index(op.f("ix_receipt_package_id"), "receipt", ["package_id"])
