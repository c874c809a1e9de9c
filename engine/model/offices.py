"""Calendars of offices: who counts by which, and every version that a calendar ever had."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, new_id


class Office(Base):
    """The calendar of a city, or of a unit that differs from its city (`parent`) only by what it says itself."""

    __tablename__ = "calendar"
    key: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    timezone: Mapped[str] = mapped_column(sa.String(60))
    parent: Mapped[str | None] = mapped_column(sa.ForeignKey("calendar.key"))
    number: Mapped[int]  # of the version in force
    digest: Mapped[str] = mapped_column(sa.String(64))  # of the content of that version: names what is cached


class OfficeVersion(Base):
    """What a calendar itself says, at one time: its office hours and holidays, row by row. Added to, never changed."""

    __tablename__ = "calendar_version"
    key: Mapped[str] = mapped_column(sa.ForeignKey("calendar.key"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(sa.String(12))  # of the whole calendar, its parent's days included
    digest: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[dict[str, Any]]  # profiles: hours, since, until, decree; holidays: date, name, kind, source
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(sa.String(40))
    reason: Mapped[str] = mapped_column(sa.String(500))


class OfficeUse(Base):
    """A unit counts by a calendar, from a day to a day. A unit without such a row counts by the city's."""

    __tablename__ = "calendar_use"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    opd: Mapped[str] = mapped_column(sa.String(200), index=True)
    calendar: Mapped[str] = mapped_column(sa.ForeignKey("calendar.key"))
    begins: Mapped[date]
    ends: Mapped[date | None]
