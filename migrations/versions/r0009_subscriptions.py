"""Who waits for a message or a signal. Cases that run get their rows from `sopan db upgrade`, behind the migrations."""

import sqlalchemy as sa
from alembic import op

from engine.model.base import Instant

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """A table, and a count in each case. Cases that have ended wait for nothing."""
    op.create_table(
        "subscription",
        sa.Column("instance_id", sa.String(length=40), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_subscription_instance_id_instance")),
        sa.PrimaryKeyConstraint("instance_id", "token", name=op.f("pk_subscription")),
    )
    op.create_index("ix_subscription_event", "subscription", ["kind", "name", "key"], unique=False)
    op.add_column("instance", sa.Column("awaits", sa.Integer(), nullable=True))
    op.execute("UPDATE instance SET awaits = 0 WHERE status <> 'running'")
    unfiled = sa.text("awaits IS NULL")
    op.create_index("ix_instance_awaits", "instance", ["awaits"], sqlite_where=unfiled, postgresql_where=unfiled)
