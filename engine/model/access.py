"""What stands around an account: one-time links, recovery codes, failed tries, and who must give a second code."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base
from engine.model.persons import Account


class Invitation(Base):
    """A one-time link under which somebody sets the password of an account. An account has one at most."""

    __tablename__ = "invitation"
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    token: Mapped[str] = mapped_column(sa.String(64), unique=True)  # its hash
    expires_at: Mapped[datetime]
    used: Mapped[str] = mapped_column(sa.String(80), default="")  # the idempotency key of the form that used it
    account: Mapped[Account] = relationship()


class RecoveryCode(Base):
    """A code that stands in for a second code, once."""

    __tablename__ = "recovery_code"
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(64), primary_key=True)  # its hash


class FailedTry(Base):
    """How often in a row a user name was tried in vain, whether an account has that name or not."""

    __tablename__ = "failed_try"
    name: Mapped[str] = mapped_column(sa.String(64), primary_key=True)  # its hash
    count: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)


class KeyRole(Base):
    """A role that nobody exercises without a second code."""

    __tablename__ = "key_role"
    role_key: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
