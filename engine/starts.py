"""Timer start events: set when a model is deployed, they begin cases when due, each in its own transaction."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine import clock, instances, library, spiff
from engine.definition import Definition
from engine.errors import Conflict, EngineError, NotFound
from engine.instances import Cause
from engine.model import Kind, StartTimer
from engine.transaction import Sessions, lock, transaction

log = logging.getLogger("sopan.starts")
_WAITS = sa.and_(StartTimer.stopped_at.is_(None), StartTimer.stuck_at.is_(None))


def arm(session: Session, definition: Definition, begins: datetime) -> None:
    """Let the timer start events of a model that is deployed wait from an instant on. Raises Refused."""
    again = sa.update(StartTimer).where(StartTimer.key == definition.key, StartTimer.sha256 == definition.sha256)
    session.execute(again.where(StartTimer.stopped_at.is_(None)).values(stopped_at=clock.business()))
    for start in definition.starts():
        if start.timer:
            due, left = spiff.start_timer(instances.nothing(session, definition, begins), start)
            place = {"key": definition.key, "element": start.id, "sha256": definition.sha256}
            session.add(StartTimer(**place, due_at=due, left=left))


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
            log.warning("start timer %s: %s", timer_id, error, exc_info=not isinstance(error, EngineError))
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
    deployment = library.in_force(session, timer.due_at)
    entries = {e.key: e for e in deployment.entries if e.kind == "process"} if deployment else {}
    entry = entries.get(timer.key)
    if entry is None or entry.sha256 != timer.sha256:
        timer.stopped_at = clock.business()
        return False
    definition = library.library(session, entry.deployment.digest).processes[timer.key]
    due, start = timer.due_at, definition.nodes[timer.element]
    if timer.left == 1:
        timer.stopped_at = clock.business()
    else:
        timer.due_at, _ = spiff.start_timer(replace(instances.nothing(session, definition, due), now=due), start)
        timer.left = timer.left and timer.left - 1
    instances.begin(session, entry, start, due, Cause(Kind.INSTANCE_STARTED, body={"timer": timer.element}))
    return True
