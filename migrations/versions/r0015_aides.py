"""Who prepares whose work, and which drafts are ready."""

import sqlalchemy as sa
from alembic import op

from engine.model.base import Instant

revision = "0015"
down_revision = "0014"

ID, DAY = sa.String(length=40), sa.Date()


def upgrade() -> None:
    """A table and two columns more. No draft was marked before."""
    op.create_table(
        "aide",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("for_id", ID, nullable=False),
        sa.Column("role_key", sa.String(length=100), nullable=True),
        sa.Column("letter", sa.String(length=200), nullable=False),
        *(sa.Column(name, DAY, nullable=False) for name in ("letter_date", "begins", "ends")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_aide_person_id_person"),
        sa.ForeignKeyConstraint(["for_id"], ["person.id"], name="fk_aide_for_id_person"),
        sa.ForeignKeyConstraint(["role_key"], ["role.key"], name="fk_aide_role_key_role"),
        sa.PrimaryKeyConstraint("id", name="pk_aide"),
    )
    for column in ("person_id", "for_id"):
        op.create_index(f"ix_aide_{column}", "aide", [column])
    op.add_column("work_item", sa.Column("prepared_by", ID, nullable=True))
    op.add_column("work_item", sa.Column("prepared_at", Instant(), nullable=True))
