"""The live tables of cases. Each follows from the history: status, work items and timers are a fold over the events."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from engine.model.base import Base, new_id
from engine.model.deployed import Deployment, System


class Status(StrEnum):
    """Where an instance stands."""

    RUNNING = "running"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"  # an error of the model that nobody caught


class ItemStatus(StrEnum):
    """Where a work item stands."""

    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    RETURNED = "returned"  #: its role holder sent it back, with a reason
    RECALLED = "recalled"  #: the step that opened it was taken back


IS_OPEN = sa.text(f"status = '{ItemStatus.OPEN}'")  # of the indexes; queries say it in the same words
IS_HELD = sa.text("holder IS NOT NULL")
LACKS = sa.text("lacks IS NOT NULL")
IS_NEWS = sa.text(f"told_at IS NULL AND status = '{ItemStatus.OPEN}'")


class Instance(Base):
    """A case: one run of a process definition."""

    __tablename__ = "instance"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(sa.String(60), unique=True)
    deployment_id: Mapped[int] = mapped_column(sa.ForeignKey("deployment.id"))
    digest: Mapped[str] = mapped_column(sa.String(64))  # of its deployment: names the cached set without a query
    version: Mapped[int]  # of the process definition
    key: Mapped[str] = mapped_column(sa.String(200), index=True)
    revision: Mapped[int] = mapped_column()
    status: Mapped[str] = mapped_column(sa.String(20), default=Status.RUNNING, index=True)
    outcome: Mapped[str | None] = mapped_column(sa.String(200))  # the end event it reached
    state: Mapped[bytes] = mapped_column(sa.LargeBinary)
    variables: Mapped[dict[str, Any]]  # tagged values
    scopes: Mapped[dict[str, Any] | None]  # of called processes and multi-instance items, while there are some
    title: Mapped[str] = mapped_column(sa.String(300), default="")  # nama paket
    opd: Mapped[str] = mapped_column(sa.String(200), default="", index=True)
    letter: Mapped[str] = mapped_column(sa.String(200), default="")  # nomor surat permohonan
    started_at: Mapped[datetime]
    started_by: Mapped[str] = mapped_column(sa.String(40))
    ended_at: Mapped[datetime | None]
    head: Mapped[str] = mapped_column(sa.String(64), default="")  # hash of the last event
    events: Mapped[int] = mapped_column(default=0)  # how many events the chain has
    undo: Mapped[dict[str, Any] | None] = mapped_column(  # how to go back before its last step, while that is possible
        sa.JSON(none_as_null=True), deferred=True
    )
    awaits: Mapped[int | None]  # its subscriptions, counted; null: of a time when there were none
    deployment: Mapped[Deployment] = relationship()
    calendars: Mapped[str] = column_property(
        sa.select(System.calendars).scalar_subquery()
    )  # read with it: no query more
    __mapper_args__ = {"version_id_col": revision}
    __table_args__ = (
        sa.Index(
            "ix_instance_awaits",
            "awaits",
            sqlite_where=sa.text("awaits IS NULL"),
            postgresql_where=sa.text("awaits IS NULL"),
        ),
    )


class WorkItem(Base):
    """One step of one case, waiting in the inbox of a lane or done."""

    __tablename__ = "work_item"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(sa.ForeignKey("instance.id"), index=True)
    token: Mapped[str] = mapped_column(sa.String(32))
    element: Mapped[str] = mapped_column(sa.String(200))
    round: Mapped[int]
    item: Mapped[int | None]  # of a multi-instance activity
    scope: Mapped[str] = mapped_column(sa.String(60), default="")  # the scope of variables that it reads and writes
    name: Mapped[str] = mapped_column(sa.String(500))
    lane: Mapped[str | None] = mapped_column(sa.String(200))
    role: Mapped[str | None] = mapped_column(sa.String(100))
    pool: Mapped[str | None] = mapped_column(sa.String(300))  # whose inbox: the role, or who was named for its case
    status: Mapped[str] = mapped_column(sa.String(20), default=ItemStatus.OPEN)
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    warn_at: Mapped[datetime | None]
    why: Mapped[list[Any]] = mapped_column(default=list)  # how the due date was counted, sentence by sentence
    calendar: Mapped[str] = mapped_column(sa.String(100), default="")
    holder: Mapped[str | None] = mapped_column(sa.ForeignKey("person.id"))
    held_since: Mapped[datetime | None]
    handed_by: Mapped[str | None] = mapped_column(sa.String(40))  # who gave it to the holder, if somebody did
    late: Mapped[bool] = mapped_column(default=False)  # its breach was recorded
    warned: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(sa.ForeignKey("person.id"))
    closed_for: Mapped[str | None] = mapped_column(sa.String(40))  # in whose stead
    draft: Mapped[dict[str, Any] | None]
    prepared_by: Mapped[str | None] = mapped_column(sa.String(40))  # the aide who marked the draft, unchanged since
    prepared_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]  # when somebody else opened it while its sender could take it back
    lacks: Mapped[list[str] | None] = mapped_column(sa.JSON(none_as_null=True))  # fields that follow (nomor menyusul)
    paper_since: Mapped[datetime | None]  # when on paper what led here had happened, if it was entered afterwards
    told_at: Mapped[datetime | None]  # when its role was told that it waits: until then the row is its own notice
    instance: Mapped[Instance] = relationship()
    __table_args__ = (
        sa.Index(
            "ix_work_item_inbox", "pool", "due_at", "opened_at", "id", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN
        ),
        sa.Index("ix_work_item_holder", "holder", sqlite_where=IS_HELD, postgresql_where=IS_HELD),
        sa.Index("ix_work_item_done", "closed_by", "closed_at"),
        sa.Index("ix_work_item_lacks", "pool", "closed_by", sqlite_where=LACKS, postgresql_where=LACKS),
        sa.Index("ix_work_item_news", "opened_at", sqlite_where=IS_NEWS, postgresql_where=IS_NEWS),
    )


class Timer(Base):
    """Something that falls due: a timer event of the model (with a token), or a warning before it (without)."""

    __tablename__ = "timer"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(sa.ForeignKey("instance.id"), index=True)
    work_item_id: Mapped[str | None] = mapped_column(sa.ForeignKey("work_item.id"))
    element: Mapped[str] = mapped_column(sa.String(200))
    token: Mapped[str | None] = mapped_column(sa.String(32))
    due_at: Mapped[datetime]
    fired_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    stuck_at: Mapped[datetime | None]  # an incident holds it until somebody asks for a retry
    held_at: Mapped[datetime | None]  # a pause that still lasts holds it
    begin_at: Mapped[datetime | None]  # with `span` all it takes to count anew
    span: Mapped[str | None] = mapped_column(sa.Text)  # duration, unit and (if any) warning: "P14D hari_kerja P1D"
    clock: Mapped[str] = mapped_column(sa.String(80), default="")  # the shared clock that it runs on, if it does
    limit: Mapped[bool] = mapped_column(default=False)  # it says how long a step, a part or the whole case may take
    host: Mapped[str | None] = mapped_column(sa.String(32))  # the token of the activity it is attached to
    warns: Mapped[str | None] = mapped_column(sa.String(40))  # of a warning: the timer that it comes before
    why: Mapped[list[str] | None] = mapped_column(sa.JSON(none_as_null=True))  # of a limit that is no work item's
    calendar: Mapped[str] = mapped_column(sa.String(100), default="")  # key@version that counted it
    number: Mapped[int] = mapped_column(default=0)  # of timers due at the same instant the earlier set fires first
    work_item: Mapped[WorkItem | None] = relationship()  # so that a work item is written before its timers
    __table_args__ = (
        sa.Index(
            "ix_timer_due",
            "due_at",
            sqlite_where=sa.text("fired_at IS NULL AND cancelled_at IS NULL AND stuck_at IS NULL"),
            postgresql_where=sa.text("fired_at IS NULL AND cancelled_at IS NULL AND stuck_at IS NULL"),
        ),
    )


class Subscription(Base):
    """A message or a signal that a running case waits for: how an event from elsewhere finds it."""

    __tablename__ = "subscription"
    instance_id: Mapped[str] = mapped_column(sa.ForeignKey("instance.id"), primary_key=True)
    token: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    element: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(10))  # "message" | "signal"
    name: Mapped[str] = mapped_column(sa.String(200))  # its beginning, if it is longer
    key: Mapped[str] = mapped_column(sa.String(32))  # where the key is filed: a hash, "-" for null, "*" for any
    since: Mapped[datetime]
    __table_args__ = (sa.Index("ix_subscription_event", "kind", "name", "key"),)


class Document(Base):
    """A file that was uploaded at a step. Its bytes lie in the document store under their hash."""

    __tablename__ = "document"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(sa.ForeignKey("instance.id"), index=True)
    work_item_id: Mapped[str] = mapped_column(sa.ForeignKey("work_item.id"), index=True)
    requirement: Mapped[str] = mapped_column(sa.String(300))
    version: Mapped[int]
    filename: Mapped[str] = mapped_column(sa.String(300))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str] = mapped_column(sa.ForeignKey("person.id"))
    wet_ink: Mapped[bool] = mapped_column(default=False)  # a scan of what hands signed


class Incident(Base):
    """Something the worker could not do. It stays until a person asks for a retry."""

    __tablename__ = "incident"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(sa.ForeignKey("instance.id"), index=True)
    timer_id: Mapped[str | None] = mapped_column(sa.ForeignKey("timer.id"))
    reason: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(sa.String(40))
    instance: Mapped[Instance] = relationship()
    timer: Mapped[Timer | None] = relationship()
