"""Signing in: accounts without a password, one-time links, second codes, the city's own sign-in."""

import sqlalchemy as sa
from alembic import op

from engine.model.base import Instant

revision = "0011"
down_revision = "0010"
KEY_ROLES = ("ppk", "pa", "pphp", "operator", "analis", "auditor")


def upgrade() -> None:
    """Columns and tables. Failed tries count by name from now on; who is signed in stays so. No role of a demo needs a
    second code: the demo prints passwords only."""
    op.add_column("account", sa.Column("expires_at", Instant(), nullable=True))
    op.add_column("account", sa.Column("subject", sa.String(length=500), nullable=True))
    op.add_column("account", sa.Column("totp", sa.String(length=300), nullable=True))
    op.add_column("account", sa.Column("totp_step", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_index(op.f("ix_account_subject"), "account", ["subject"], unique=True)
    op.drop_column("account", "failures")
    op.drop_column("account", "failed_at")
    op.add_column("sign_in", sa.Column("browser", sa.String(length=80), nullable=False, server_default=""))
    op.add_column("sign_in", sa.Column("awaits", sa.String(length=10), nullable=False, server_default=""))
    _add_tables()
    demo = sa.select(sa.literal(1)).where(sa.text("EXISTS (SELECT 1 FROM system WHERE demo)"))
    if op.get_bind().scalar(demo) is None:
        keys = sa.table("key_role", sa.column("role_key", sa.String))
        op.bulk_insert(keys, [{"role_key": key} for key in KEY_ROLES])


def _add_tables() -> None:
    op.create_table(
        "invitation",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_invitation_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token", name=op.f("uq_invitation_token")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", "code", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "failed_try",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_failed_try")),
    )
    op.create_index(op.f("ix_failed_try_at"), "failed_try", ["at"])
    op.create_table(
        "key_role",
        sa.Column("role_key", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("role_key", name=op.f("pk_key_role")),
    )
