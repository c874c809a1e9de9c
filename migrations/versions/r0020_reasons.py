"""Why an exception was asked for stands in the history alone, where it can be erased."""

from alembic import op

revision = "0020"
down_revision = "0014"


def upgrade() -> None:
    """A column less: each reason stands in the opening of its event already."""
    op.drop_column("duty_exception", "reason")
