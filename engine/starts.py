"""Timer start events: set when a model is deployed, they begin cases when due, each in its own transaction."""

import logging
from collections.abc import Callable
from datetime import datetime
from itertools import dropwhile, takewhile
from operator import itemgetter

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine import clock, instances, library, spiff
from engine import definition as definitions
from engine.calendars import Book
from engine.definition import Definition
from engine.errors import Conflict, EngineError, NotFound, unnamed
from engine.instances import Cause
from engine.model import Deployment, Entry, Kind, Resource, StartTimer
from engine.transaction import Sessions, lock, transaction
from engine.worktime import Deadline

log = logging.getLogger("sopan.starts")
_WAITS = sa.and_(StartTimer.stopped_at.is_(None), StartTimer.stuck_at.is_(None))


def arm(session: Session, definition: Definition, begins: datetime) -> None:
    """Let the timer start events of a model that is deployed wait from an instant on. Raises Refused."""
    again = sa.update(StartTimer).where(StartTimer.key == definition.key, StartTimer.sha256 == definition.sha256)
    session.execute(again.where(StartTimer.stopped_at.is_(None)).values(stopped_at=clock.business()))
    for start in definition.starts():
        if start.timer:
            found, left = spiff.start_timer(instances.nothing(session, definition, begins), start)
            place = {"key": definition.key, "element": start.id, "sha256": definition.sha256, "left": left}
            session.add(StartTimer(**place, due_at=found.due))


def ring_due(sessions: Sessions, most: int, ending: Callable[[], bool]) -> int:
    """Begin what is due, one case and one transaction at a time, until told to end. How many rang; one that cannot
    stops no other."""
    with sessions() as session:
        query = sa.select(StartTimer.id).where(_WAITS, StartTimer.due_at <= clock.business())
        waiting = list(session.scalars(query.order_by(StartTimer.due_at).limit(most)))
    return sum(_ring_alone(sessions, timer) for timer in waiting if not ending())


def next_due(session: Session) -> datetime | None:
    """When the next of them is due."""
    return session.scalar(sa.select(sa.func.min(StartTimer.due_at)).where(_WAITS))


def stuck(session: Session) -> list[StartTimer]:
    """Those that could not begin a case, and wait for a person."""
    query = sa.select(StartTimer).where(StartTimer.stuck_at.is_not(None), StartTimer.stopped_at.is_(None))
    return list(session.scalars(query.order_by(StartTimer.stuck_at)))


def retry(session: Session, timer_id: str) -> None:
    """Let a stuck one try again; nothing if it is stuck no more. Raises NotFound."""
    timer = session.get(StartTimer, timer_id)
    if timer is None:
        raise NotFound()
    timer.stuck_at, timer.reason = None, ""


def waiting(session: Session) -> list[StartTimer]:
    """Those that will begin a case if nothing stops them, the earliest due first."""
    query = sa.select(StartTimer).where(StartTimer.stopped_at.is_(None))
    return list(session.scalars(query.order_by(StartTimer.due_at, StartTimer.id)))


def model(session: Session, timer: StartTimer) -> Definition:
    """The process that one begins."""
    content = session.get_one(Resource, timer.sha256).content
    return next(found for found in definitions.read(content, "") if found.key == timer.key)


def begins(session: Session, timer: StartTimer) -> datetime:
    """From when one is counted: the set that brought its model, and did not take it over, came into force."""
    own = sa.and_(Entry.deployment_id == Deployment.id, Entry.kind == "process", Entry.key == timer.key)
    query = sa.select(Deployment.effective_from, Entry.sha256).outerjoin(Entry, own).order_by(Deployment.id.desc())
    rows = ((at, sha256 == timer.sha256) for at, sha256 in session.execute(query))
    newest_first = takewhile(itemgetter(1), dropwhile(lambda row: not row[1], rows))
    return [at for at, _ in newest_first][-1]


def recounted(session: Session, timer: StartTimer, book: Book) -> Deadline | None:
    """When one is due on these calendars; None if it counts no working time (only a duration does, and that rings
    once), or if its model is in force neither then nor when it is due now. Raises Refused."""
    definition = model(session, timer)
    start = definition.nodes[timer.element]
    if start.timer is None or start.timer.unit is None:
        return None
    found, _ = spiff.start_timer(instances.nothing(session, definition, begins(session, timer), book), start)
    return found if any(_entry(session, timer, at) for at in (timer.due_at, found.due)) else None


def _ring_alone(sessions: Sessions, timer_id: str) -> bool:
    with sessions() as session:
        try:
            with transaction(session):
                return _ring(session, timer_id)
        except Conflict:
            return False  # another worker, or somebody who holds the database, was first; it stays due
        except OperationalError:
            raise  # the database is away: no model is to blame
        except Exception as error:  # a model's fault or ours must not stop the others
            log.warning("start timer %s: %s", timer_id, unnamed(error), exc_info=not isinstance(error, EngineError))
            with transaction(session):
                timer = session.get_one(StartTimer, timer_id)
                timer.stuck_at, timer.reason = clock.business(), f"{type(error).__name__}: {error}"
            return False


def _ring(session: Session, timer_id: str) -> bool:
    """Begin a case and wait for the next time; False if another worker was first, or the model is in force no more."""
    query = sa.select(StartTimer).where(StartTimer.id == timer_id, _WAITS, StartTimer.due_at <= clock.business())
    timer = session.scalars(lock(query, session)).one_or_none()
    if timer is None:
        return False
    entry = _entry(session, timer, timer.due_at)
    if entry is None:
        timer.stopped_at = clock.business()
        return False
    definition = library.library(session, entry.deployment.digest).processes[timer.key]
    due, start = timer.due_at, definition.nodes[timer.element]
    if timer.left == 1:
        timer.stopped_at = clock.business()
    else:
        found, _ = spiff.start_timer(instances.nothing(session, definition, due), start)
        timer.due_at = found.due
        timer.left = timer.left and timer.left - 1
    instances.begin(session, entry, start, due, Cause(Kind.INSTANCE_STARTED, body={"timer": timer.element}))
    return True


def _entry(session: Session, timer: StartTimer, at: datetime) -> Entry | None:
    """What one begins at an instant; None if its model is not in force then."""
    deployment = library.in_force(session, at)
    entries = deployment.entries if deployment else ()
    wanted = ("process", timer.key, timer.sha256)
    return next((entry for entry in entries if (entry.kind, entry.key, entry.sha256) == wanted), None)
