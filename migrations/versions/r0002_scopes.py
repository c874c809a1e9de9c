"""Variables of called processes and of multi-instance items, and which of them a work item sees."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Three columns more. Cases that run have no such scopes."""
    op.add_column("instance", sa.Column("scopes", sa.JSON(), nullable=True))
    op.add_column("work_item", sa.Column("item", sa.Integer(), nullable=True))
    op.add_column("work_item", sa.Column("scope", sa.String(length=60), nullable=False, server_default=""))
