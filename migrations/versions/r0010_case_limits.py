"""Why a time limit of a whole case, or of a part of it, is due when it is."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """A column; limits that were set before have no explanation."""
    op.add_column("timer", sa.Column("why", sa.JSON(), nullable=True))
