"""Why a time limit of a whole case, or of a part of it, is due when it is; who is asked for more time."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """A column, and an index of the proposals that wait; limits that were set before have no explanation."""
    op.add_column("timer", sa.Column("why", sa.JSON(), nullable=True))
    asked = sa.text("status = 'asked'")
    op.create_index(
        "ix_deadline_change_asked", "deadline_change", ["asked_at"], sqlite_where=asked, postgresql_where=asked
    )
