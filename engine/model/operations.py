"""Long operations: one row each, and one for each ordinary command that it consists of."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, new_id


class OperationStatus(StrEnum):
    """Where an operation stands."""

    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    DONE = "done"


class Part(StrEnum):
    """Where an item of an operation stands."""

    WAITING = "waiting"
    DONE = "done"
    NEEDLESS = "needless"  # nothing was left to do for it
    FAILED = "failed"  # with a reason; the other items go on


class Operation(Base):
    """Many commands that somebody asked for at once, done by the worker one after the other."""

    __tablename__ = "operation"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(sa.String(40))
    status: Mapped[str] = mapped_column(sa.String(20), default=OperationStatus.RUNNING, index=True)
    body: Mapped[dict[str, Any]]  # what was asked for
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(sa.String(40))
    changed_at: Mapped[datetime | None]  # when it was paused, resumed or cancelled last, and by whom
    changed_by: Mapped[str | None] = mapped_column(sa.String(40))
    ended_at: Mapped[datetime | None]


class OperationItem(Base):
    """One command of an operation."""

    __tablename__ = "operation_item"
    operation_id: Mapped[str] = mapped_column(sa.ForeignKey("operation.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(sa.String(40), primary_key=True)  # the id of what it is about
    number: Mapped[int]  # items are done in this order
    label: Mapped[str] = mapped_column(sa.String(300))
    status: Mapped[str] = mapped_column(sa.String(20), default=Part.WAITING)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    done_at: Mapped[datetime | None]
    __table_args__ = (sa.Index("ix_operation_item_next", "operation_id", "status", "number"),)
