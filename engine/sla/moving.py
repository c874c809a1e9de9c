"""Timers and work items follow the changes of their deadline."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import changes, clock, instances
from engine.model import DeadlineChange, Instance, ItemStatus, Timer, WorkItem
from engine.worktime import Calendar, Deadline, date_text, moment_text

_OURS = sa.and_(Timer.token.is_not(None), Timer.span.is_not(None), Timer.cancelled_at.is_(None))


def limit(session: Session, item: WorkItem) -> Timer | None:
    """The timer that says how long a step may take, if it can be counted anew; it may have fired."""
    return session.scalars(sa.select(Timer).where(Timer.work_item_id == item.id, _OURS, Timer.limit)).one_or_none()


def recount(session: Session, instance: Instance, item: WorkItem, shared: str) -> dict[str, datetime | None]:
    """Count anew every timer of a step, or of the clock that it shares. The new due date of each open step, by its id,
    and of each limit of a part or the case, by its element; None: a pause holds it. Raises BadTime."""
    rows = changes.of(session, instance.id, item.id, shared)
    now = clock.business()
    own = Timer.clock == shared if shared else Timer.work_item_id == item.id
    moved: dict[str, datetime | None] = {}
    for timer in session.scalars(sa.select(Timer).where(Timer.instance_id == instance.id, own, _OURS)):
        step = session.get(WorkItem, timer.work_item_id) if timer.work_item_id else None
        if step is not None and step.status != ItemStatus.OPEN:
            continue
        assert timer.span is not None and timer.begin_at is not None  # they are set together
        office = instances.situation(session, instance, timer.begin_at).calendar
        found = changes.counted(timer.span, timer.begin_at, office, rows, timer.limit)
        stopped = changes.held(rows)
        if timer.fired_at is None:  # one that fired stays recorded
            timer.due_at, timer.held_at, timer.calendar = found.due, now if stopped else None, found.calendar
        if timer.limit:
            changes.move_warning(session, timer, step, found.warn, again=True)
        due, why = None if stopped else found.due, [*found.why, *([_stands(stopped, found, office)] if stopped else [])]
        if step is not None and timer.limit:
            step.due_at, step.warn_at, step.why, step.calendar = due, found.warn, why, found.calendar
            moved[step.id] = due
        elif timer.why is not None and timer.fired_at is None:
            timer.why = why
            moved[timer.element] = due
    session.flush()
    return moved


def _stands(stopped: DeadlineChange, found: Deadline, office: Calendar) -> str:
    assert stopped.begins is not None
    return (
        f"Dijeda sejak {date_text(stopped.begins)} dengan {stopped.letter}; tenggat baru dihitung saat jeda diakhiri. "
        f"Tenggat semula {moment_text(found.due, office)}."
    )
