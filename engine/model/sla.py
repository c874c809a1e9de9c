"""What letters change of deadlines, who may do so, and who is told when one passes: dated rows, read by date."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base, new_id
from engine.model.cases import WorkItem


class Change(StrEnum):
    """What a letter does to a deadline."""

    EXTENSION = "extension"  #: more time, or a new last day
    PAUSE = "pause"  #: days that do not count; without an end it still lasts


class Decision(StrEnum):
    """Where a change stands."""

    ASKED = "asked"  #: proposed, and not yet decided by a second person
    GIVEN = "given"
    DENIED = "denied"


IS_ASKED = sa.text("status = 'asked'")


class DeadlineChange(Base):
    """One letter that changes a deadline: of one step, or (with `clock`) of all steps that share that clock."""

    __tablename__ = "deadline_change"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(sa.ForeignKey("instance.id"), index=True)
    work_item_id: Mapped[str] = mapped_column(sa.ForeignKey("work_item.id"))  # at which it was asked for
    clock: Mapped[str] = mapped_column(sa.String(80), default="")
    kind: Mapped[str] = mapped_column(sa.String(20))
    status: Mapped[str] = mapped_column(sa.String(20))
    letter: Mapped[str] = mapped_column(sa.String(60))
    letter_date: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.Text)
    ground: Mapped[str] = mapped_column(sa.String(40), default="")  # of a pause
    added: Mapped[str] = mapped_column(sa.String(200), default="")  # as an SOP writes time
    until: Mapped[date | None]
    begins: Mapped[date | None]  # of a pause
    ends: Mapped[date | None]  # its last day; null: it still lasts
    asked_by: Mapped[str] = mapped_column(sa.ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    old_due: Mapped[datetime | None]
    new_due: Mapped[datetime | None]
    item: Mapped[WorkItem] = relationship()
    __table_args__ = (
        sa.Index("ix_deadline_change_asked", "asked_at", sqlite_where=IS_ASKED, postgresql_where=IS_ASKED),
    )


class DeadlineRight(Base):
    """Which role may change deadlines of a process ("": of any), from and to a date."""

    __tablename__ = "deadline_right"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(200), default="")
    act: Mapped[str] = mapped_column(sa.String(20))  # "propose" | "approve"
    role_key: Mapped[str] = mapped_column(sa.String(100))
    begins: Mapped[date]
    ends: Mapped[date | None]


class Receiver(Base):
    """Who is told of a warning or a breach: a role, of one unit or of any, by a channel, from and to a date."""

    __tablename__ = "receiver"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(sa.String(200), default="")  # of the process; "": any
    element: Mapped[str] = mapped_column(sa.String(200), default="")  # the step; "": any
    moment: Mapped[str] = mapped_column(sa.String(20))  # "warning" | "breach"
    role_key: Mapped[str] = mapped_column(sa.String(100))
    unit: Mapped[str] = mapped_column(sa.String(200), default="")
    channel: Mapped[str] = mapped_column(sa.String(40))
    begins: Mapped[date]
    ends: Mapped[date | None]
