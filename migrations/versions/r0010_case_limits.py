"""Why a time limit of a whole case, or of a part of it, is due when it is; who is asked for more time."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Columns, and an index of the proposals that wait; limits that were set before have no explanation."""
    op.add_column("timer", sa.Column("why", sa.JSON(), nullable=True))
    op.add_column("timer", sa.Column("host", sa.String(length=32), nullable=True))
    op.add_column("timer", sa.Column("warns", sa.String(length=40), nullable=True))
    _tell_warnings()
    asked = sa.text("status = 'asked'")
    op.create_index(
        "ix_deadline_change_asked", "deadline_change", ["asked_at"], sqlite_where=asked, postgresql_where=asked
    )


def _tell_warnings() -> None:
    """Of which timer each warning is, and which timers are the limit of a step, for those that were set before."""
    columns = [sa.column(n) for n in ("id", "instance_id", "work_item_id", "element", "token", "number", "due_at")]
    timer = sa.table("timer", *columns, sa.column("warns"), sa.column("limit", sa.Boolean))
    item, of = sa.table("work_item", sa.column("id"), sa.column("due_at")), timer.alias("of")
    same = [of.c[n].is_not_distinct_from(timer.c[n]) for n in ("instance_id", "work_item_id", "element", "number")]
    warned = sa.select(sa.func.min(of.c.id)).where(of.c.token.is_not(None), *same).scalar_subquery()
    op.execute(timer.update().where(timer.c.token.is_(None)).values(warns=warned))
    due = sa.select(item.c.due_at).where(item.c.id == timer.c.work_item_id).scalar_subquery()
    op.execute(timer.update().where(timer.c.token.is_not(None), timer.c.due_at == due).values(limit=True))
