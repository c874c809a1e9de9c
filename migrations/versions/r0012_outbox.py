"""What is to be told, to whom it goes, and how each person wants it."""

import sqlalchemy as sa
from alembic import op

from engine.model.base import Instant

revision = "0012"
down_revision = "0011"
NEWS = sa.text("told_at IS NULL AND status = 'open'")
DUE = sa.text("sent_at IS NULL AND failed_at IS NULL")
FAILED = sa.text("failed_at IS NOT NULL")


def upgrade() -> None:
    """Three tables, and when each work item was told; what is open already is no news."""
    op.add_column("work_item", sa.Column("told_at", Instant(), nullable=True))
    op.execute("UPDATE work_item SET told_at = opened_at WHERE status = 'open'")
    op.create_index("ix_work_item_news", "work_item", ["opened_at"], sqlite_where=NEWS, postgresql_where=NEWS)
    _notices()
    _deliveries()
    op.create_table(
        "notice_choice",
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_choice_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "channel", name=op.f("pk_notice_choice")),
    )


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("instance_id", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.String(length=40), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("told_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_told_at"), "notice", ["told_at"])


def _deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=True),
        sa.Column("notices", sa.JSON(), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("wanted_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("failed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delivery_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index("ix_delivery_due", "delivery", ["due_at"], sqlite_where=DUE, postgresql_where=DUE)
    op.create_index("ix_delivery_failed", "delivery", ["failed_at"], sqlite_where=FAILED, postgresql_where=FAILED)
    op.create_index(op.f("ix_delivery_wanted_at"), "delivery", ["wanted_at"])
