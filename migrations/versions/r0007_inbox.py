"""The inbox and the counts of a person stay as fast as they are, however many work items are open or done."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
OPEN, HELD = sa.text("status = 'open'"), sa.text("holder IS NOT NULL")


def upgrade() -> None:
    """Indexes of what is open only, in the order of the inbox; one of what a person has done; one of who may see."""
    op.drop_index("ix_work_item_inbox", table_name="work_item")
    op.drop_index("ix_work_item_holder", table_name="work_item")
    inbox = ["role", "due_at", "opened_at", "id"]
    op.create_index("ix_work_item_inbox", "work_item", inbox, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_work_item_holder", "work_item", ["holder"], sqlite_where=HELD, postgresql_where=HELD)
    op.create_index("ix_work_item_done", "work_item", ["closed_by", "closed_at"])
