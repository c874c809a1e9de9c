"""Due dates that are still open, counted anew when a calendar has changed: what would move, and moving it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import calendars, changes, history, instances, library, people, starts, worktime
from engine.calendars import Book
from engine.errors import BadTime, NotFound, Refused
from engine.model import Instance, Kind, StartTimer, Status, System, Timer, WorkItem
from engine.transaction import lock
from engine.worktime import Calendar

_OPEN = sa.and_(Timer.fired_at.is_(None), Timer.cancelled_at.is_(None), Timer.held_at.is_(None))  # none is paused


@dataclass(frozen=True)
class Times:
    """When something is due, when to warn before (None: not), and on which calendar (key@version) that was counted
    ("": of a start timer that is not kept)."""

    due: datetime
    warn: datetime | None
    calendar: str


@dataclass(frozen=True)
class Move:
    """A due date that another calendar puts elsewhere; `step` is the work item whose limit it is."""

    timer: str
    case: str | None  # the instance's id; None: a timer start event, which will begin one
    number: str  # of the case, or the name of the process
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
    """What these calendars move of everything open, the earliest due first; before that, of what begins cases at its
    time. Stores nothing."""
    yield from _starting(session, book)
    lettered = changes.lettered(session)
    for row in _open(session):
        timer, instance, item = row
        try:
            move = _move(session, row, book, instance.id in lettered)
        except BadTime as error:
            yield Unmoved(timer.id, instance.number, _name(session, row), str(error))
            continue
        if move is not None:
            yield move


def recompute(session: Session, timer_id: str, by: str) -> bool:
    """Count one due date anew, on the calendar in force. False if it stays, or is open no more. Raises BadTime,
    NotFound."""
    timer = session.get(Timer, timer_id)
    if timer is None:
        return _recompute_start(session, timer_id, by)
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
    body = _told(move, timer.element, timer.begin_at) | {"span": timer.span}
    history.append(session, instance, Kind.DEADLINE_MOVED, by, body, **place)
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
        timer.id, instance.id, instance.number, _name(session, row), step, old, new, tuple(found.why), shift, days
    )


def _warned(session: Session, timer: Timer, item: WorkItem | None) -> datetime | None:
    """When is warned before a limit: of a case or a part of it, as long as it was not given."""
    if not timer.limit:
        return None
    if item is not None:
        return item.warn_at
    waiting = changes.warning(session, timer)
    return waiting.due_at if waiting else None


def _starting(session: Session, book: Book) -> Iterator[Move | Unmoved]:
    for timer in starts.waiting(session):
        try:
            found: Move | Unmoved | None = _move_start(session, timer, book)
        except (BadTime, Refused) as error:
            found = Unmoved(timer.id, starts.model(session, timer).name, timer.element, str(error))
        if found is not None:
            yield found


def _recompute_start(session: Session, timer_id: str, by: str) -> bool:
    query = lock(sa.select(StartTimer).where(StartTimer.id == timer_id), session)
    timer = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if timer is None:
        raise NotFound()
    move = _move_start(session, timer, calendars.book(session)) if timer.stopped_at is None else None
    if move is None:
        return False
    timer.due_at = move.new.due
    body = _told(move, timer.element, starts.begins(session, timer)) | {"process": timer.key}
    history.append(session, session.get_one(System, 1), Kind.DEADLINE_MOVED, by, body, element=timer.element)
    return True


def _move_start(session: Session, timer: StartTimer, book: Book) -> Move | None:
    """Where a timer start event goes; None if it stays. Raises BadTime, Refused."""
    found = starts.recounted(session, timer, book)
    if found is None or found.due == timer.due_at:
        return None
    old, new = Times(timer.due_at, None, ""), Times(found.due, None, found.calendar)
    model = starts.model(session, timer)
    name = model.nodes[timer.element].name or timer.element
    shift, days = _between(old.due, new.due, book.of("", people.today(starts.begins(session, timer))))
    return Move(timer.id, None, model.name, name, None, old, new, tuple(found.why), shift, days)


def _between(old: datetime, new: datetime, office: Calendar) -> tuple[timedelta, int]:
    """How far a due date moves, in office time and in working days. Raises BadTime."""
    return worktime.elapsed(old, new, office), worktime.working_days(old, new, office)


def _told(move: Move, element: str, begin: datetime | None) -> dict[str, object]:
    """The body of the event: old and new side by side."""
    return {
        "item": move.step,
        "timer": element,
        "was": {"due": _iso(move.old.due), "warn": _iso(move.old.warn), "calendar": move.old.calendar},
        "due": _iso(move.new.due),
        "warn": _iso(move.new.warn),
        "calendar": move.new.calendar,
        "begin": _iso(begin),
        "why": list(move.why),
    }


def _name(session: Session, row: Row) -> str:
    """What is due: a step, a part, or whatever the timer of the model is called."""
    timer, instance, item = row
    if item is not None:
        return item.name
    about = library.timed(*library.of(session, instance), timer.element)
    return (about.name or about.id) if about else "Seluruh berkas"


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
