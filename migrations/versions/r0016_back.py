"""How a case goes back before its last step, and who has read what that step opened."""

import sqlalchemy as sa
from alembic import op

from engine.model.base import Instant

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Columns; what was completed before stays completed."""
    op.add_column("instance", sa.Column("undo", sa.JSON(), nullable=True))
    op.add_column("work_item", sa.Column("read_at", Instant(), nullable=True))
