"""What is still to be told to people outside the pages, to whom it goes, and how each of them wants it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, new_id


class Channel(StrEnum):
    """How a notice leaves the system."""

    MAIL = "surel"
    GATEWAY = "gerbang"  #: a signed webhook, for WhatsApp, Telegram or whatever the operator runs


class Notices(StrEnum):
    """What a notice tells."""

    OPENED = "opened"  #: a step waits for its role
    WARNING = "warning"
    BREACH = "breach"
    PREPARED = "prepared"  #: an aide marked a step as ready, for who completes it
    UNPREPARED = "unprepared"  #: a step came back to its aide
    SENT = "sent"  #: a model threw a message that no case awaits


class Mode(StrEnum):
    """When somebody wants to be told by a channel."""

    AT_ONCE = "segera"
    DAILY = "harian"
    NEVER = "tidak"


IS_DUE = sa.text("sent_at IS NULL AND failed_at IS NULL")
IS_FAILED = sa.text("failed_at IS NOT NULL")


class Notice(Base):
    """One thing to tell, written in the transaction in which it happened; an opened step is told by its work item. No
    foreign key to the case: it would lock a case that somebody completes a step of."""

    __tablename__ = "notice"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(sa.String(20))
    instance_id: Mapped[str] = mapped_column(sa.String(40))
    item_id: Mapped[str | None] = mapped_column(sa.String(40))
    body: Mapped[dict[str, Any]]  # step, due, receivers, minutes; the aide; of a thrown message its name. Never a value
    at: Mapped[datetime]
    told_at: Mapped[datetime | None] = mapped_column(index=True)  # when its deliveries were made


class Delivery(Base):
    """One letter to one person (or to nobody in particular) by one channel. Its id is its Message-ID."""

    __tablename__ = "delivery"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    channel: Mapped[str] = mapped_column(sa.String(20))
    person_id: Mapped[str | None] = mapped_column(sa.ForeignKey("person.id"))
    notices: Mapped[list[Any]]  # ids; several in a digest
    digest: Mapped[bool] = mapped_column(default=False)
    wanted_at: Mapped[datetime] = mapped_column(
        index=True
    )  # when it should leave: at once, when the office opens, at the hour of the digest
    due_at: Mapped[datetime]  # when it is tried next
    tries: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # why the last try failed
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]  # given up, until the operator asks for a retry
    __table_args__ = (
        sa.Index("ix_delivery_due", "due_at", sqlite_where=IS_DUE, postgresql_where=IS_DUE),
        sa.Index("ix_delivery_failed", "failed_at", sqlite_where=IS_FAILED, postgresql_where=IS_FAILED),
    )


class Choice(Base):
    """How one person wants to be told by one channel. Without a row: not at all."""

    __tablename__ = "notice_choice"
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    address: Mapped[str] = mapped_column(sa.String(254), default="")
    mode: Mapped[str] = mapped_column(sa.String(20), default=Mode.AT_ONCE)
    hour: Mapped[int] = mapped_column(default=8)  # of the daily digest, in Pontianak
    quiet: Mapped[bool] = mapped_column(default=True)  # wait until the office is open
    urgent: Mapped[bool] = mapped_column(default=False)  # a breach comes at once, whatever else is chosen
