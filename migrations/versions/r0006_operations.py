"""What operations ask of the tables: the newest event without a look at every one."""

from alembic import op

revision = "0006"
down_revision = "0004"


def upgrade() -> None:
    """An index; the events stay as they are, under their triggers."""
    op.create_index(op.f("ix_history_event_at"), "history_event", ["at"], unique=False)
