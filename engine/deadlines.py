"""Due dates that are still open, counted anew when a calendar has changed: what would move, and moving it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import calendars, changes, history, instances, people, worktime
from engine.calendars import Book
from engine.errors import BadTime, NotFound
from engine.model import Instance, Kind, Status, Timer, WorkItem
from engine.worktime import Calendar

_OPEN = sa.and_(Timer.fired_at.is_(None), Timer.cancelled_at.is_(None), Timer.held_at.is_(None))  # none is paused


@dataclass(frozen=True)
class Times:
    """When something is due, when to warn before (None: not), and on which calendar (key@version) that was counted."""

    due: datetime
    warn: datetime | None
    calendar: str


@dataclass(frozen=True)
class Move:
    """A due date that another calendar puts elsewhere; `step` is the work item whose limit it is."""

    timer: str
    case: str  # the instance's id
    number: str
    name: str
    step: str | None
    old: Times
    new: Times
    why: tuple[str, ...]
    shift: timedelta  # office time on the new calendar; negative: it is due earlier
    days: int  # working days


@dataclass(frozen=True)
class Unmoved:
    """A due date that cannot be counted on the calendar as it would be, and why."""

    timer: str
    number: str
    name: str
    why: str


Row = tuple[Timer, Instance, WorkItem | None]


def moves(session: Session, book: Book) -> Iterator[Move | Unmoved]:
    """What these calendars move of everything open, the earliest due first. Stores nothing."""
    lettered = changes.lettered(session)
    for row in _open(session):
        timer, instance, item = row
        try:
            move = _move(session, row, book, instance.id in lettered)
        except BadTime as error:
            yield Unmoved(timer.id, instance.number, _name(timer, item), str(error))
            continue
        if move is not None:
            yield move


def recompute(session: Session, timer_id: str, by: str) -> bool:
    """Count one due date anew, on the calendar in force. False if it stays, or is open no more. Raises BadTime,
    NotFound."""
    timer = session.get(Timer, timer_id)
    if timer is None:
        raise NotFound()
    instance = instances.locked(session, timer.instance_id)
    session.refresh(timer)
    item = session.get(WorkItem, timer.work_item_id, populate_existing=True) if timer.work_item_id else None
    if timer.fired_at or timer.cancelled_at or timer.held_at or timer.span is None or instance.status != Status.RUNNING:
        return False
    move = _move(session, (timer, instance, item), calendars.book(session), True)
    if move is None:
        return False
    limits = item is not None and item.id == move.step
    if item is not None and limits:
        item.due_at, item.warn_at, item.why, item.calendar = move.new.due, move.new.warn, [*move.why], move.new.calendar
    if timer.limit:
        changes.move_warning(session, timer, item, move.new.warn, again=False)
    timer.due_at, timer.calendar = move.new.due, move.new.calendar
    timer.why = [*move.why] if timer.why is not None else None
    place = (
        {"element": item.element, "round": item.round} if item is not None and limits else {"element": timer.element}
    )
    history.append(session, instance, Kind.DEADLINE_MOVED, by, _told(move, timer), **place)
    return True


def _open(session: Session) -> Iterator[Row]:
    query = (
        sa.select(Timer, Instance, WorkItem)
        .join(Instance, Instance.id == Timer.instance_id)
        .outerjoin(WorkItem, WorkItem.id == Timer.work_item_id)
        .where(_OPEN, Timer.span.is_not(None), Timer.span.not_like("% plain%"), Instance.status == Status.RUNNING)
        .options(sa.orm.load_only(Instance.number, Instance.opd, Instance.title))
        .order_by(Timer.due_at, Timer.number, Timer.id)
    )
    for row in session.execute(query):
        yield row[0], row[1], row[2]


def _move(session: Session, row: Row, book: Book, lettered: bool) -> Move | None:
    """Where a timer goes, after the letters that changed its deadline, if any; None if it stays. Raises BadTime."""
    timer, instance, item = row
    assert timer.span is not None and timer.begin_at is not None  # they are set together
    office = book.of(instance.opd, people.today(timer.begin_at))
    if timer.calendar == f"{office.key}@{office.version}":
        return None
    found = changes.deadline(session, timer, office, lettered)
    old = Times(timer.due_at, _warned(session, timer, item), timer.calendar)
    new = Times(found.due, found.warn if timer.limit and (item or old.warn) else None, found.calendar)
    if (old.due, old.warn) == (new.due, new.warn):
        return None
    shift, days = _between(old.due, new.due, office)
    step = item.id if item is not None and timer.limit else None
    return Move(
        timer.id, instance.id, instance.number, _name(timer, item), step, old, new, tuple(found.why), shift, days
    )


def _warned(session: Session, timer: Timer, item: WorkItem | None) -> datetime | None:
    """When is warned before a limit: of a case or a part of it, as long as it was not given."""
    if not timer.limit:
        return None
    if item is not None:
        return item.warn_at
    waiting = changes.warning(session, timer)
    return waiting.due_at if waiting else None


def _between(old: datetime, new: datetime, office: Calendar) -> tuple[timedelta, int]:
    """How far a due date moves, in office time and in working days. Raises BadTime."""
    return worktime.elapsed(old, new, office), worktime.working_days(old, new, office)


def _told(move: Move, timer: Timer) -> dict[str, object]:
    """The body of the event: old and new side by side."""
    return {
        "item": move.step,
        "timer": timer.element,
        "was": {"due": _iso(move.old.due), "warn": _iso(move.old.warn), "calendar": move.old.calendar},
        "due": _iso(move.new.due),
        "warn": _iso(move.new.warn),
        "calendar": move.new.calendar,
        "begin": _iso(timer.begin_at),
        "span": timer.span,
        "why": list(move.why),
    }


def _name(timer: Timer, item: WorkItem | None) -> str:
    return item.name if item is not None else timer.element


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
