"""What was deployed: immutable sets of models and forms, each by the hash of its content; the system's own facts."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base, new_id


class System(Base):
    """One row: whether the demo made this database, and how far its business time runs ahead."""

    __tablename__ = "system"
    id: Mapped[int] = mapped_column(primary_key=True)
    demo: Mapped[bool] = mapped_column(default=False)
    shift_seconds: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    calendars: Mapped[str] = mapped_column(sa.String(40), default="")  # another text after every change of one
    head: Mapped[str] = mapped_column(sa.String(64), default="")  # of the chain of what happened to no case
    events: Mapped[int] = mapped_column(default=0)


class Resource(Base):
    """The bytes of a model or a form."""

    __tablename__ = "resource"
    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)


class Deployment(Base):
    """One set, in force for new instances from an instant on."""

    __tablename__ = "deployment"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    effective_from: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str] = mapped_column(sa.String(40))
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)  # of the kinds, keys and hashes of its entries
    entries: Mapped[list["Entry"]] = relationship(back_populates="deployment", lazy="selectin")


class Entry(Base):
    """One file of a set. A file of several processes has a row a process."""

    __tablename__ = "deployment_entry"
    deployment_id: Mapped[int] = mapped_column(sa.ForeignKey("deployment.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20), primary_key=True)  # "process" | "form"
    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    version: Mapped[int]
    file: Mapped[str] = mapped_column(sa.String(200))
    name: Mapped[str] = mapped_column(sa.String(500), default="")
    sha256: Mapped[str] = mapped_column(sa.ForeignKey("resource.sha256"))
    deployment: Mapped[Deployment] = relationship(back_populates="entries")
    resource: Mapped[Resource] = relationship()


class StartTimer(Base):
    """A timer start event that waits: at its due date it begins a case, if the model it stands in is then in force."""

    __tablename__ = "start_timer"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(sa.String(200), index=True)
    element: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[str] = mapped_column(sa.String(64))  # of the model
    due_at: Mapped[datetime] = mapped_column(index=True)
    left: Mapped[int | None]  # how often it still begins a case; null: for ever
    stopped_at: Mapped[datetime | None]
    stuck_at: Mapped[datetime | None]  # it could not begin a case, for this reason, until somebody asks for a retry
    reason: Mapped[str] = mapped_column(sa.Text, default="")


class Counter(Base):
    """The last case number of a prefix and a year."""

    __tablename__ = "counter"
    prefix: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
