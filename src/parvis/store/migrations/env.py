"""How Alembic runs: inside the transaction that parvis.store.migrate opened, all or nothing."""

from alembic import context

from parvis.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
