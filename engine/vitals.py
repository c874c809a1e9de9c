"""How the system stands, as numbers: what monitoring reads. No case, no person, no text."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, incidents, outbox, starts, timers
from engine.model import HistoryEvent, Instance, ItemStatus, Status, WorkItem


@dataclass(frozen=True)
class Vitals:
    """Counts and ages (seconds) at one instant."""

    cases_running: int
    work_items_open: int
    incidents_open: int
    timers_waiting: int
    timers_due: int
    timers_stuck: int
    timer_lag_seconds: float  # how long the oldest due timer has been due
    outbox_age_seconds: float  # for how long the oldest notice that should have left waits
    outbox_failed: int
    last_event_age_seconds: float  # NaN where there is no event


def read(session: Session) -> Vitals:
    """The numbers of now."""
    now, standing, letters = clock.business(), timers.standing(session), outbox.standing(session)
    return Vitals(
        cases_running=_count(session, Instance.status == Status.RUNNING),
        work_items_open=_count(session, WorkItem.status == ItemStatus.OPEN),
        incidents_open=incidents.number(session),
        timers_waiting=standing.waiting,
        timers_due=standing.due,
        timers_stuck=standing.stuck + len(starts.stuck(session)),
        timer_lag_seconds=_age(now, standing.since) if standing.since else 0.0,
        outbox_age_seconds=letters.age,
        outbox_failed=letters.failed,
        last_event_age_seconds=_age(now, session.scalar(sa.select(sa.func.max(HistoryEvent.at)))),
    )


def _count(session: Session, condition: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).where(condition)) or 0


def _age(now: datetime, at: datetime | None) -> float:
    return (now - at).total_seconds() if at else float("nan")
