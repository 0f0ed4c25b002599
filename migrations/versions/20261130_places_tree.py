"""Tree of places.

Of what kind each place is, how cold, how much it holds, and when it went out of use.
What stands is told apart by how it was entered: positions, what holds them, the top.
"""

from alembic import op
import sqlalchemy as sa

revision = "places_tree"
down_revision = "station_commands"

KINDS = "'site', 'room', 'freezer', 'shelf', 'rack', 'box', 'position'"
DEGREES = "'room temperature', '2 to 8 °C', '-20 °C', '-80 °C'"
_KIND = f"""kind VARCHAR(16) NOT NULL DEFAULT 'shelf'
    CONSTRAINT ck_place_kind_known CHECK (kind IN ({KINDS}))"""
_TEMPERATURE = f"""temperature VARCHAR(16) CONSTRAINT ck_place_temperature_known
    CHECK (temperature IS NULL OR temperature IN ({DEGREES}))"""
_CAPACITY = """capacity INTEGER CONSTRAINT ck_place_capacity_positive
    CHECK (capacity IS NULL OR capacity > 0)"""
_BOXES = """UPDATE place SET kind = 'box' WHERE kind = 'shelf' AND id IN
    (SELECT parent_id FROM place WHERE is_position)"""
COLUMNS = (_KIND, _TEMPERATURE, _CAPACITY)
ENTERED = (
    "UPDATE place SET kind = 'position' WHERE is_position",
    "UPDATE place SET kind = 'room' WHERE parent_id IS NULL",
    _BOXES,
)


def upgrade() -> None:
    # In one statement each, so that the embedded database takes the checks, too.
    for column in COLUMNS:
        op.execute(f"ALTER TABLE place ADD COLUMN {column}")
    op.add_column("place", sa.Column("retired_at", sa.DateTime(), nullable=True))
    for statement in ENTERED:
        op.execute(statement)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("ALTER TABLE place ALTER COLUMN kind DROP DEFAULT")
    op.create_index(
        "uq_place_parent_id_position",
        "place",
        ["parent_id", "name"],
        unique=True,
        sqlite_where=sa.text("is_position"),
        postgresql_where=sa.text("is_position"),
    )


def downgrade() -> None:
    op.drop_index("uq_place_parent_id_position", "place")
    for column in ("retired_at", "capacity", "temperature", "kind"):
        op.drop_column("place", column)
