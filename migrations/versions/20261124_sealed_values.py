"""Sealed values: names, calls, readings, profiles and packages, in one box for each row.

What stood in clear is put together in the column of the boxes. The program seals it
before this transaction ends (`lims.migrate`): a migration has no key.
"""

from alembic import op
import sqlalchemy as sa

revision = "sealed_values"
down_revision = "legal_holds"

OWN = ("uid", "organisation_id")
OF_PROFILE = (
    "(SELECT s.uid FROM profile p JOIN sample s ON s.id = p.sample_id WHERE p.id = t.profile_id)",
    "(SELECT p.organisation_id FROM profile p WHERE p.id = t.profile_id)",
)
TABLES = {
    "donor": (OWN, ("name", "sex", "birth_year")),
    "missing_person": (
        OWN,
        ("name", "fathers_name", "sex", "birth_year", "nationality"),
    ),
    "injection": (
        (
            'COALESCE((SELECT s.uid FROM sample s WHERE s.id = t.sample_id), (SELECT i.uid FROM "import" i WHERE i.id = t.import_id))',
            '(SELECT i.organisation_id FROM "import" i WHERE i.id = t.import_id)',
        ),
        ("calls", "flags"),
    ),
    "profile": (
        ("(SELECT s.uid FROM sample s WHERE s.id = t.sample_id)", "organisation_id"),
        ("consensus",),
    ),
    "reading": (OF_PROFILE, ("calls", "edits")),
    "comparison": (OF_PROFILE, ("differences", "settled", "decision")),
    "package": (
        (OF_PROFILE[0], "organisation_id"),
        ("body",),
    ),
}
"""Table to whose its rows are and who keeps them, and the columns that are sealed."""
JSON = {"calls", "flags", "consensus", "edits", "differences", "settled"}
BEFORE = {
    "name": sa.String(length=200),
    "sex": sa.String(length=16),
    "birth_year": sa.Integer(),
    "fathers_name": sa.String(length=200),
    "nationality": sa.String(length=2),
    "decision": sa.String(length=300),
    "body": sa.LargeBinary(),
}
EMPTY = {"birth_year", "settled", "decision"}


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, ((subject, organisation), columns) in TABLES.items():
        op.add_column(table, sa.Column("sealed", sa.LargeBinary(), nullable=True))
        build = _of_sqlite if sqlite else _of_postgresql
        told = build(subject, organisation, columns)
        op.execute(f"UPDATE {table} AS t SET sealed = {told}")  # noqa: S608 - names from above
        for column in columns:
            op.drop_column(table, column)


def downgrade() -> None:
    for table, (_, columns) in TABLES.items():
        count = sa.text(f"SELECT count(*) FROM {table} WHERE sealed IS NOT NULL")  # noqa: S608 - names from above
        if op.get_bind().scalar(count):
            raise RuntimeError(
                f"Rows of '{table}' are sealed, and a migration cannot open them. "
                "Restore a backup of the form that you want."
            )
        op.drop_column(table, "sealed")
        for column in columns:
            empty = {"nullable": True}
            told = {"nullable": False, "server_default": "{}" if column in JSON else ""}
            kind = BEFORE.get(column, sa.JSON())
            more = empty if column in EMPTY else told
            op.add_column(table, sa.Column(column, kind, **more))


def _of_sqlite(subject: str, organisation: str, columns: tuple[str, ...]) -> str:
    values = ", ".join(f"'{_named(one)}', {_sqlite_value(one)}" for one in columns)
    told = (
        f"json_object('subject', {subject}, 'organisation', {organisation}, "
        f"'values', json_object({values}))"
    )
    return f"CAST({told} AS BLOB)"


def _sqlite_value(column: str) -> str:
    if column in JSON:
        return f"json({column})"
    return "CAST(body AS TEXT)" if column == "body" else column


def _of_postgresql(subject: str, organisation: str, columns: tuple[str, ...]) -> str:
    values = ", ".join(f"'{_named(one)}', {_postgresql_value(one)}" for one in columns)
    told = (
        f"json_build_object('subject', {subject}, 'organisation', {organisation}, "
        f"'values', json_build_object({values}))"
    )
    return f"convert_to({told}::text, 'UTF8')"


def _postgresql_value(column: str) -> str:
    return "convert_from(body, 'UTF8')" if column == "body" else column


def _named(column: str) -> str:
    return "text" if column == "body" else column
