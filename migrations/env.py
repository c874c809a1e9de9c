"""Alembic's environment: migrations run on the connection that engine.database hands over, in one transaction: its own,
or the one that it hands over."""

from contextlib import nullcontext

from alembic import context

from engine.model import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, transactional_ddl=True)
with connection.begin() if not connection.in_transaction() else nullcontext(), context.begin_transaction():
    context.run_migrations()
