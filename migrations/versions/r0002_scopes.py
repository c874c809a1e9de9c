"""Variables of called processes and items, which of them a work item sees; timers that start cases."""

import sqlalchemy as sa
from alembic import op

from engine.model.base import Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Three columns and a table more. Cases that run have no such scopes."""
    op.add_column("instance", sa.Column("scopes", sa.JSON(), nullable=True))
    op.add_column("work_item", sa.Column("item", sa.Integer(), nullable=True))
    op.add_column("work_item", sa.Column("scope", sa.String(length=60), nullable=False, server_default=""))
    op.create_table(
        "start_timer",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=True),
        sa.Column("stopped_at", Instant(), nullable=True),
        sa.Column("stuck_at", Instant(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_start_timer")),
    )
    op.create_index(op.f("ix_start_timer_key"), "start_timer", ["key"], unique=False)
    op.create_index(op.f("ix_start_timer_due_at"), "start_timer", ["due_at"], unique=False)
