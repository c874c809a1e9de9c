"""How long cases are kept: dated rules a process, and holds that keep a case whatever the rule says."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.model.base import Base, new_id
from engine.model.cases import Instance


class RetentionRule(Base):
    """How many years the cases of a process are kept after their end, by which schedule, and what comes then."""

    __tablename__ = "retention_rule"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(200), index=True)
    years: Mapped[int]
    fate: Mapped[str] = mapped_column(sa.String(20))
    law: Mapped[str] = mapped_column(sa.String(300))  # the retention schedule and its line
    begins: Mapped[date]
    ends: Mapped[date | None]
    by: Mapped[str] = mapped_column(sa.String(40))


class LegalHold(Base):
    """A case that must be kept: an audit, a lawsuit. Somebody else than who placed it lifts it."""

    __tablename__ = "legal_hold"
    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=new_id)
    instance_id: Mapped[str] = mapped_column(sa.ForeignKey("instance.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.String(2000))
    letter: Mapped[str] = mapped_column(sa.String(200))
    placed_at: Mapped[datetime]
    placed_by: Mapped[str] = mapped_column(sa.ForeignKey("person.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None] = mapped_column(sa.ForeignKey("person.id"))
    instance: Mapped[Instance] = relationship()
