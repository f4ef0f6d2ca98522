"""Alembic's entry: runs the steps on the connection that `Database.migrate` holds, in its transaction."""

from alembic import context

from data.store.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
