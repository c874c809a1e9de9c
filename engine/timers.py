"""Timers: what is due fires, each in a transaction of its own, exactly once, whatever dies."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine import clock, history, incidents, instances, library, notices, receivers, spiff, starts
from engine.errors import Conflict, EngineError, NotFound, unnamed
from engine.instances import Cause
from engine.model import Incident, Instance, Kind, Status, Timer, WorkItem
from engine.transaction import Sessions, transaction

BATCH = 100
OURS = "Kesalahan program"  # begins the reason of an incident that is no model's fault
SLEEPING = timedelta(minutes=2)  # a timer that is due for longer: no worker runs
log = logging.getLogger("sopan.timers")
LIMIT = sa.select(Timer.span).where(  # of a step, a part or the whole case, if this element is its limit
    Timer.instance_id == sa.bindparam("case"),
    Timer.work_item_id.is_not_distinct_from(sa.bindparam("item")),
    Timer.element == sa.bindparam("element"),
    Timer.limit,
)
_WAITS = sa.and_(
    Timer.fired_at.is_(None), Timer.cancelled_at.is_(None), Timer.stuck_at.is_(None), Timer.held_at.is_(None)
)


@dataclass(frozen=True)
class Standing:
    """The timers of all cases, counted."""

    waiting: int
    due: int
    since: datetime | None  # the due date of the oldest that is due
    stuck: int
    upcoming: datetime | None  # the due date of the next that waits


def due(session: Session, at: datetime, most: int = BATCH) -> list[tuple[str, str]]:
    """The ids of the timers that are due and of their instances, in the order in which they fire."""
    query = sa.select(Timer.id, Timer.instance_id).where(_WAITS, Timer.due_at <= at)
    found = session.execute(query.order_by(Timer.due_at, Timer.number, Timer.token.is_(None)).limit(most))
    return [(timer, instance) for timer, instance in found]


def standing(session: Session) -> Standing:
    """How the worker stands: what waits, what is due already and since when, what is stuck, when the next is due."""
    now, waits = clock.business(), sa.select(sa.func.count(), sa.func.min(Timer.due_at)).where(_WAITS)
    late, since = session.execute(waits.where(Timer.due_at <= now)).one()
    waiting, upcoming = session.execute(waits.where(Timer.due_at > now)).one()
    stuck = sa.select(sa.func.count()).where(Timer.stuck_at.is_not(None), Timer.fired_at.is_(None))
    held = session.scalar(stuck.where(Timer.cancelled_at.is_(None))) or 0
    return Standing(waiting, late, since, held, upcoming)


def asleep(found: Standing) -> bool:
    """Whether no worker seems to run."""
    return found.since is not None and clock.business() - found.since > SLEEPING


def fire_due(sessions: Sessions, ending: Callable[[], bool] = lambda: False) -> int:
    """Fire a batch of what is due, one instance and one transaction at a time, until told to end. How many fired; a
    poison timer stops no other. Where one does not fire now, the later ones of its instance do not overtake it."""
    with sessions() as session:
        waiting = due(session, clock.business())
    fired, passed = 0, set[str]()
    for timer, instance in waiting:
        if not ending() and instance not in passed:
            if _fire_alone(sessions, timer):
                fired += 1
            else:
                passed.add(instance)
    return fired + starts.ring_due(sessions, BATCH, ending)


def fire(session: Session, timer_id: str) -> bool:
    """Fire one timer in the caller's transaction. False if it fired or ended meanwhile, or somebody changes its case
    now: then it stays due. Raises Refused."""
    instance = instances.locked_at_once(session, timer_id)  # before the claim: who holds a case may wait for its timers
    if instance is None or not _claim(session, timer_id) or instance.status != Status.RUNNING:
        return False
    timer = session.get_one(Timer, timer_id)
    item = session.get(WorkItem, timer.work_item_id) if timer.work_item_id else None
    if timer.token is None:
        _warn(session, instance, timer, item)
        return True
    at = instances.situation(session, instance, timer.due_at)
    step = spiff.fire(at, instance.state, timer.token)
    if item is not None and item.due_at == timer.due_at:
        item.late = True
    body = _body(session, instance, timer, item, receivers.BREACH)
    instances.apply(session, instance, step, at, Cause(Kind.TIMER_FIRED, body=body, element=timer.element))
    return True


def retry(session: Session, incident_id: str, who: str) -> None:
    """Let a stuck timer try again; asked twice, once. Raises NotFound, AlreadyDone if somebody else has asked."""
    incident = incidents.resolve(session, incident_id, who)
    if incident is not None and incident.timer_id:
        session.get_one(Timer, incident.timer_id).stuck_at = None


def retry_some(session: Session, chosen: set[str], who: str) -> list[Incident]:
    """Retry what still waits of some incidents; somebody else may have been first with others. Raises NotFound."""
    found = list(session.scalars(sa.select(Incident).where(Incident.id.in_(chosen))))
    if len(found) != len(chosen):
        raise NotFound()
    waiting = [one for one in found if one.resolved_at is None]
    for one in waiting:
        retry(session, one.id, who)
    return waiting


def still_stuck(session: Session, tried: list[Incident]) -> int:
    """How many timers of these incidents are stuck again."""
    held = {one.timer_id for one in tried if one.timer_id}
    return session.scalar(sa.select(sa.func.count()).where(Timer.id.in_(held), Timer.stuck_at.is_not(None))) or 0


def _fire_alone(sessions: Sessions, timer_id: str) -> bool:
    with sessions() as session:
        try:
            with transaction(session):
                return fire(session, timer_id)
        except Conflict:
            return False  # a person or another worker changed this instance first; it stays due
        except OperationalError:
            raise  # the database is away: no instance is to blame
        except Exception as error:  # a poison timer, ours or a model's fault, must not stop the others
            log.warning(
                "timer %s cannot fire: %s", timer_id, unnamed(error), exc_info=not isinstance(error, EngineError)
            )
            with transaction(session):
                timer = session.get_one(Timer, timer_id)
                timer.stuck_at = clock.business()
                incidents.record(session, timer.instance_id, _reason(error), timer_id)
            return False


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, EngineError) else f"{OURS}: {type(error).__name__}: {error}"


def _claim(session: Session, timer_id: str) -> bool:
    claimed = sa.update(Timer).where(Timer.id == timer_id, _WAITS).values(fired_at=clock.business())
    query = claimed.returning(Timer.id).execution_options(synchronize_session=False)
    return session.scalars(query).one_or_none() is not None


def _body(session: Session, instance: Instance, timer: Timer, item: WorkItem | None, moment: str) -> dict[str, Any]:
    """What the event of a warning or breach tells, and the outbox with it: when it was due, of which step, and who is
    told; `minutes`: its limit is counted in office hours, so receivers get a digest."""
    body: dict[str, Any] = {"due": timer.due_at.isoformat(), "item": timer.work_item_id}
    limit = session.scalar(LIMIT, {"case": instance.id, "item": timer.work_item_id, "element": timer.element})
    if limit is None:
        return body
    key = timer.element.rpartition("|")[0]
    about = library.timed(*library.of(session, instance), timer.element)
    found = receivers.told(session, (key or instance.key, instance.key), about.id if about else "", moment)
    told = {"receivers": found, "minutes": " jam_kerja" in limit}
    step = item.name if item else (about.name or about.id) if about else "Seluruh berkas"
    notices.limit(session, instance, item, moment == receivers.BREACH, step, body | told)
    return body | (told if found else {})


def _warn(session: Session, instance: Instance, timer: Timer, item: WorkItem | None) -> None:
    if item is not None:
        item.warned = True
    body = _body(session, instance, timer, item, receivers.WARNING)
    place = {"element": item.element, "round": item.round} if item else {"element": timer.element}
    history.append(session, instance, Kind.TIMER_WARNED, history.SYSTEM, body, **place)
