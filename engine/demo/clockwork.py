"""The demo's clock: only ahead, kept in a row, told in the history."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, history, starts
from engine.errors import BadValue, NotAllowed
from engine.model import Kind, Timer

FARTHEST = timedelta(days=400)  # in one move


def move_clock(session: Session, amount: timedelta, by: str, request: str | None = None) -> None:
    """Move business time ahead. Raises NotAllowed outside a demo, BadValue for anything but a step ahead."""
    system = history.system(session)
    if not system.demo:
        raise NotAllowed("Jam hanya dapat dimajukan di demo.")
    if history.answered(session, request, Kind.CLOCK_MOVED, by):
        return
    if not timedelta(0) < amount <= FARTHEST:
        raise BadValue("Jam demo hanya dapat maju, paling jauh {days} hari sekali jalan.", days=str(FARTHEST.days))
    seconds = int(amount.total_seconds())
    system.shift_seconds += seconds
    told = {"seconds": seconds, "shift": system.shift_seconds}
    history.append(session, system, Kind.CLOCK_MOVED, by, told, request=request)
    shift = timedelta(seconds=system.shift_seconds)
    sa.event.listen(session, "after_commit", lambda _: clock.follow(shift), once=True)


def next_due(session: Session) -> datetime | None:
    """When the next timer falls due, of a case or of a process that time starts."""
    waits = (Timer.fired_at.is_(None), Timer.cancelled_at.is_(None), Timer.stuck_at.is_(None), Timer.held_at.is_(None))
    found = session.scalar(sa.select(sa.func.min(Timer.due_at)).where(*waits, Timer.due_at > clock.business()))
    return min((due for due in (found, starts.next_due(session)) if due is not None), default=None)
