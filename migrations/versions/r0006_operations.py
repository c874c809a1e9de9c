"""What operations ask of the tables: the newest event without a look at every one; how long cases are kept."""

import sqlalchemy as sa
from alembic import op

from engine.model.base import Instant

revision = "0006"
down_revision = "0004"


def upgrade() -> None:
    """An index, and two tables. The events stay as they are, under their triggers."""
    op.create_index(op.f("ix_history_event_at"), "history_event", ["at"], unique=False)
    op.create_table(
        "retention_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("fate", sa.String(length=20), nullable=False),
        sa.Column("law", sa.String(length=300), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rule")),
    )
    op.create_index(op.f("ix_retention_rule_key"), "retention_rule", ["key"], unique=False)
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("instance_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("letter", sa.String(length=200), nullable=False),
        sa.Column("placed_at", Instant(), nullable=False),
        sa.Column("placed_by", sa.String(length=40), nullable=False),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.Column("lifted_by", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("fk_legal_hold_instance_id_instance")),
        sa.ForeignKeyConstraint(["placed_by"], ["person.id"], name=op.f("fk_legal_hold_placed_by_person")),
        sa.ForeignKeyConstraint(["lifted_by"], ["person.id"], name=op.f("fk_legal_hold_lifted_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(op.f("ix_legal_hold_instance_id"), "legal_hold", ["instance_id"], unique=False)
