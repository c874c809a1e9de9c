"""Deadlines that letters changed: the rows behind them, and the due date that follows from span, begin and rows."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, people, worktime
from engine.model import Change, DeadlineChange, Decision, Timer, WorkItem
from engine.spiff import Expiry
from engine.worktime import Calendar, Deadline

Rows = list[DeadlineChange]
_WARNINGS = sa.select(Timer).where(Timer.instance_id == sa.bindparam("case"), Timer.warns == sa.bindparam("timer"))


def of(session: Session, instance_id: str, item_id: str | None, shared: str) -> Rows:
    """The changes in force of a step, or of a clock that steps share, in the order of their days."""
    own = DeadlineChange.clock == shared if shared else DeadlineChange.work_item_id == item_id
    query = sa.select(DeadlineChange).where(DeadlineChange.instance_id == instance_id, own)
    found = session.scalars(query.where(DeadlineChange.status == Decision.GIVEN).order_by(DeadlineChange.decided_at))
    return list(found)


def held(rows: Iterable[DeadlineChange]) -> DeadlineChange | None:
    """The pause that still lasts, if there is one."""
    return next((row for row in rows if row.kind == Change.PAUSE and row.ends is None), None)


def counted(
    span: str, begin: datetime | None, office: Calendar, rows: Iterable[DeadlineChange], limit: bool = True
) -> Deadline:
    """The deadline of a timer's span after these changes; a timer that is no time `limit` is paused only.

    Raises BadTime.
    """
    known = [_change(row) for row in rows if _counts(row) and (limit or row.kind == Change.PAUSE)]
    assert begin is not None  # it stands beside every span
    return worktime.changed(worktime.read_iso(*span.split()), begin, office, known)


def deadline(session: Session, timer: Timer, office: Calendar, lettered: bool = True) -> Deadline:
    """A timer's due date on a calendar; `lettered`: its case has such rows. Raises BadTime."""
    rows = of(session, timer.instance_id, timer.work_item_id, timer.clock) if lettered else []
    assert timer.span is not None
    return counted(timer.span, timer.begin_at, office, rows, timer.limit)


def warning(session: Session, timer: Timer) -> Timer | None:
    """The warning before a deadline that was not given yet."""
    waits = Timer.fired_at.is_(None), Timer.cancelled_at.is_(None)
    return session.scalars(_WARNINGS.where(*waits), {"case": timer.instance_id, "timer": timer.id}).one_or_none()


def move_warning(session: Session, timer: Timer, step: WorkItem | None, warn: datetime | None, *, again: bool) -> None:
    """The warning before a deadline goes where its timer went. `again`: one that was given is given once more if it
    now lies ahead. A paused timer gets none before its pause has ended."""
    waiting, now = warning(session, timer), clock.business()
    if waiting is not None and warn is None:
        waiting.cancelled_at = now
    elif waiting is not None and warn is not None:
        waiting.due_at, waiting.held_at = warn, timer.held_at
    elif warn is not None and not (timer.fired_at or timer.held_at):
        if _given(session, timer) and not (again and warn > now):
            return
        if step is not None:
            step.warned = False
        place = {"instance_id": timer.instance_id, "work_item_id": timer.work_item_id, "element": timer.element}
        place |= {"warns": timer.id, "clock": timer.clock}
        session.add(Timer(**place, token=None, due_at=warn, number=timer.number))


def _given(session: Session, timer: Timer) -> bool:
    query = _WARNINGS.where(Timer.fired_at.is_not(None)).limit(1)
    return session.scalars(query, {"case": timer.instance_id, "timer": timer.id}).first() is not None


def lettered(session: Session) -> frozenset[str]:
    """The cases with a deadline that a letter changed."""
    given = DeadlineChange.status == Decision.GIVEN
    return frozenset(session.scalars(sa.select(DeadlineChange.instance_id).where(given).distinct()))


def applied(session: Session, instance_id: str, expiry: Expiry, office: Calendar) -> tuple[Expiry, bool]:
    """A timer that begins on a shared clock, after what has changed that clock; whether a pause holds it."""
    rows = of(session, instance_id, None, expiry.clock)
    if not rows or expiry.span is None:
        return expiry, False
    found = counted(expiry.span, expiry.begin, office, rows, expiry.sla)
    warn = found.warn if expiry.warn else None
    return replace(expiry, due=found.due, warn=warn, why=tuple(found.why)), held(rows) is not None


def _counts(row: DeadlineChange) -> bool:
    return row.kind == Change.EXTENSION or row.ends is not None


def _change(row: DeadlineChange) -> worktime.Change:
    if row.kind == Change.PAUSE:
        assert row.begins is not None and row.ends is not None
        return worktime.Pause(row.begins, row.ends, row.letter)
    on = people.today(row.decided_at)
    added = worktime.read_sop(row.added) if row.added else None
    return worktime.Extension(on, row.letter, added, row.until)
