"""Run migrations on the connection that we are given; imports nothing of the project."""

from alembic import context

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Migrations run through `lims migrate`, which records the event.")
context.configure(
    connection=connection,
    target_metadata=context.config.attributes.get("metadata"),
    render_item=context.config.attributes.get("render_item"),
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
