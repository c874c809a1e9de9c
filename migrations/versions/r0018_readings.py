"""Who read personal data of which case, and when: append-only."""

import sqlalchemy as sa
from alembic import op

from engine.model.base import Instant
from engine.model.evidence import READING, function, triggers

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """A table more, and what protects it."""
    op.create_table(
        READING,
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("instance_id", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("page", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reading"),
    )
    op.create_index("ix_reading_instance_id_at", READING, ["instance_id", "at"])
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute(function(READING))
    for text in triggers(READING)[dialect].values():
        op.execute(text)
