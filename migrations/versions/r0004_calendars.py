"""Calendars with their versions and uses; long operations; what it takes to count a timer anew."""

import sqlalchemy as sa
from alembic import op

from engine.model.base import Instant

revision = "0004"
down_revision = "0002"


def upgrade() -> None:
    """Five tables and four columns more. Timers that were set before keep their due date for good."""
    op.add_column("timer", sa.Column("begin_at", Instant(), nullable=True))
    op.add_column("timer", sa.Column("span", sa.Text(), nullable=True))
    op.add_column("timer", sa.Column("calendar", sa.String(length=100), nullable=False, server_default=""))
    op.add_column("system", sa.Column("calendars", sa.String(length=40), nullable=False, server_default=""))
    _calendars()
    _operations()


def _calendars() -> None:
    op.create_table(
        "calendar",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("parent", sa.String(length=60), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["parent"], ["calendar.key"], name=op.f("fk_calendar_parent_calendar")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_calendar")),
    )
    op.create_table(
        "calendar_version",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["calendar.key"], name=op.f("fk_calendar_version_key_calendar")),
        sa.PrimaryKeyConstraint("key", "number", name=op.f("pk_calendar_version")),
    )
    op.create_table(
        "calendar_use",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("opd", sa.String(length=200), nullable=False),
        sa.Column("calendar", sa.String(length=60), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["calendar"], ["calendar.key"], name=op.f("fk_calendar_use_calendar_calendar")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_use")),
    )
    op.create_index(op.f("ix_calendar_use_opd"), "calendar_use", ["opd"], unique=False)


def _operations() -> None:
    op.create_table(
        "operation",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("changed_at", Instant(), nullable=True),
        sa.Column("changed_by", sa.String(length=40), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
    )
    op.create_index(op.f("ix_operation_status"), "operation", ["status"], unique=False)
    op.create_table(
        "operation_item",
        sa.Column("operation_id", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=300), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_operation_item_operation_id_operation")
        ),
        sa.PrimaryKeyConstraint("operation_id", "subject", name=op.f("pk_operation_item")),
    )
    op.create_index("ix_operation_item_next", "operation_item", ["operation_id", "status", "number"], unique=False)
