"""Letters that change deadlines, who may do so, who is told; which timers they move, and what holds one."""

import sqlalchemy as sa
from alembic import op

from engine.model.base import Instant

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Three tables and three columns more. Of a timer that was set before no letter can change the due date."""
    op.add_column("timer", sa.Column("held_at", Instant(), nullable=True))
    op.add_column("timer", sa.Column("clock", sa.String(length=80), nullable=False, server_default=""))
    op.add_column("timer", sa.Column("limit", sa.Boolean(), nullable=False, server_default=sa.false()))
    _changes()
    _rights()


def _changes() -> None:
    op.create_table(
        "deadline_change",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("instance_id", sa.String(length=40), nullable=False),
        sa.Column("work_item_id", sa.String(length=40), nullable=False),
        *(sa.Column(name, sa.String(length=size), nullable=False) for name, size in TEXTS),
        sa.Column("letter_date", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("until", "begins", "ends")),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        *(sa.Column(name, Instant(), nullable=True) for name in ("decided_at", "old_due", "new_due")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_deadline_change_{column}_{table}"))
            for column, table in REFERENCES
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_change")),
    )
    op.create_index(op.f("ix_deadline_change_instance_id"), "deadline_change", ["instance_id"])


TEXTS = (("clock", 80), ("kind", 20), ("status", 20), ("letter", 60), ("ground", 40), ("added", 200))
REFERENCES = (
    ("instance_id", "instance"), ("work_item_id", "work_item"), ("asked_by", "person"), ("decided_by", "person"),
)  # fmt: skip


def _rights() -> None:
    op.create_table(
        "deadline_right",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(length=size), nullable=False) for name, size in RIGHT),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_right")),
    )
    op.create_table(
        "receiver",
        sa.Column("id", sa.String(length=40), nullable=False),
        *(sa.Column(name, sa.String(length=size), nullable=False) for name, size in RECEIVER),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receiver")),
    )


RIGHT = (("key", 200), ("act", 20), ("role_key", 100))
RECEIVER = (("key", 200), ("element", 200), ("moment", 20), ("role_key", 100), ("unit", 200), ("channel", 40))
