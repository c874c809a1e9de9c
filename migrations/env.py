"""Alembic's environment: migrations run on the connection that engine.database hands over, in one transaction."""

from alembic import context

from engine.model import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, transactional_ddl=True)
with connection.begin(), context.begin_transaction():
    context.run_migrations()
