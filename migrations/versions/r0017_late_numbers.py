"""Numbers that follow after their step, and work that was done on paper first."""

import sqlalchemy as sa
from alembic import op

from engine.model.base import Instant

revision = "0017"
down_revision = "0020"


def upgrade() -> None:
    """Two columns more. No step that is over lacks anything; none was entered after paper."""
    op.add_column("work_item", sa.Column("lacks", sa.JSON(), nullable=True))
    op.add_column("work_item", sa.Column("paper_since", Instant(), nullable=True))
    lacks = sa.text("lacks IS NOT NULL")
    columns = ["pool", "closed_by"]
    op.create_index("ix_work_item_lacks", "work_item", columns, sqlite_where=lacks, postgresql_where=lacks)
