"""Whether a document is the scan of a paper that was signed by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Of those uploaded before nobody said so."""
    op.add_column("document", sa.Column("wet_ink", sa.Boolean(), server_default=sa.false(), nullable=False))
