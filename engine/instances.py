"""The one way an instance changes: a step of the door becomes its state, work items, timers and one history event."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, history, incidents, library, people, spiff, values, worktime
from engine.definition import Definition
from engine.errors import BadForm, FieldError, NotFound, Refused
from engine.model import HistoryEvent, Instance, ItemStatus, Kind, Status, Timer, WorkItem, new_id
from engine.spiff import Expiry, Situation, Step
from engine.transaction import lock
from engine.values import Value

MOST_SIGNALS = 1_000  # in one transaction
THROWS = ("intermediateThrowEvent", "endEvent")


def locked(session: Session, instance_id: str) -> Instance:
    """An instance, locked for the rest of the transaction. Raises NotFound."""
    found = session.scalars(lock(sa.select(Instance).where(Instance.id == instance_id), session)).one_or_none()
    if found is None:
        raise NotFound()
    return found


def free(data: Mapping[str, Value]) -> dict[str, Value]:
    """Values that no form checks: any value under a name that may be a variable. Raises BadForm."""
    bad = [name for name in data if not values.NAME.fullmatch(name)]
    if bad:
        raise BadForm([FieldError(name, "{name} bukan nama isian.", (("name", name),)) for name in bad])
    return {name: values.checked(value) for name, value in data.items()}


def situation(instance: Instance, definition: Definition, now: datetime, new: Mapping[str, Value]) -> Situation:
    """What a step of this instance may read, its own new values included."""
    variables = values.decode(instance.variables) | dict(new)
    return Situation(definition, variables, now, worktime.calendar())


def apply(
    session: Session,
    instance: Instance,
    step: Step,
    at: Situation,
    kind: Kind,
    actor: str,
    item: WorkItem | None = None,
    fields: Mapping[str, Value] | None = None,
    body: Mapping[str, Any] | None = None,
    **columns: Any,
) -> HistoryEvent:
    """Write a step in the caller's transaction: state, variables, work items, timers, and the event that tells it."""
    instance.state, instance.variables = step.state, values.encode(at.variables)
    with session.no_autoflush:  # every row is written once, at the commit
        closed = _close(session, instance, step, item, actor)
        opened = _open(session, instance, step, at)
        timers = _set_timers(session, instance, step.timers, opened, at.definition)
        _stop_timers(session, instance, step.stopped, closed)
    if step.finished:
        instance.status, instance.outcome, instance.ended_at = _end_of(step), step.outcome, clock.business()
    if step.failure is not None:
        reason = f"Kesalahan {step.failure or 'tanpa kode'} tidak ditangani model; berkas berakhir gagal."
        incidents.record(session, instance.id, reason)
    told = _change(step, opened, closed, timers)
    element = {"element": item.element, "round": item.round} if item else {}
    event = history.append(session, instance, kind, actor, told | dict(body or {}), fields, **(element | columns))
    for name in step.signals:
        _broadcast(session, instance, name)
    return event


def _broadcast(session: Session, thrower: Instance, name: str) -> None:
    """Deliver a signal to every other running case that waits for it, in this transaction. Raises Refused."""
    told = session.info.setdefault("signals", 0) + 1
    if told > MOST_SIGNALS:
        raise Refused("Lebih dari {most} isyarat berturut-turut.", most=str(MOST_SIGNALS))
    session.info["signals"] = told
    session.flush()
    for case in _listening(session, thrower, name):
        instance = locked(session, case)
        definition, _ = library.of(session, instance)
        at = situation(instance, definition, clock.business(), {})
        if (step := spiff.signal(at, instance.state, name)) is not None:
            body = {"signal": name, "from": thrower.number}
            apply(session, instance, step, at, Kind.SIGNAL_RECEIVED, history.SYSTEM, None, None, body)


def _listening(session: Session, thrower: Instance, name: str) -> list[str]:
    """The running cases whose model catches a signal, the oldest first."""
    running = sa.select(Instance.digest, Instance.key).where(Instance.status == Status.RUNNING).distinct()
    found: list[str] = []
    for digest, key in session.execute(running).all():
        nodes = library.library(session, digest).processes[key].nodes.values()
        if any(node.signal == name and node.tag not in THROWS for node in nodes):
            same = sa.select(Instance.id, Instance.started_at).where(Instance.status == Status.RUNNING)
            same = same.where(Instance.digest == digest, Instance.key == key, Instance.id != thrower.id)
            found += [case for case, _ in session.execute(same.order_by(Instance.started_at, Instance.number)).all()]
    return found


def cancel_open(session: Session, instance: Instance, status: Status, actor: str) -> list[WorkItem]:
    """End an instance from outside: every open work item and waiting timer ends with it."""
    items = _open_items(session, instance)
    for item in items:
        _end(item, ItemStatus.CANCELLED, actor)
    waiting = sa.update(Timer).where(Timer.instance_id == instance.id, Timer.fired_at.is_(None))
    session.execute(waiting.where(Timer.cancelled_at.is_(None)).values(cancelled_at=clock.business()))
    instance.status, instance.ended_at = status, clock.business()
    return items


def _close(session: Session, instance: Instance, step: Step, done: WorkItem | None, actor: str) -> list[WorkItem]:
    others = set(step.closed) - ({done.token} if done else set())
    closed = [item for item in _open_items(session, instance) if item.token in others] if others else []
    for item in closed:
        _end(item, ItemStatus.CANCELLED, actor)
    if done is not None and done.token in step.closed:
        _end(done, ItemStatus.COMPLETED, actor)
        closed.insert(0, done)
    return closed


def _open(session: Session, instance: Instance, step: Step, at: Situation) -> list[WorkItem]:
    roles = _roles(session, instance.key, at.definition) if step.opened else {}
    items = []
    for opened in step.opened:
        node = at.definition.nodes[opened.element]
        item = WorkItem(
            instance_id=instance.id,
            token=opened.token,
            element=node.id,
            round=opened.round,
            name=node.name or node.id,
            lane=node.lane,
            role=roles.get(node.lane or ""),
            opened_at=at.now,
            why=[],
        )
        item.id = new_id()
        session.add(item)
        items.append(item)
    return items


def _roles(session: Session, key: str, definition: Definition) -> Mapping[str, str]:
    """The role of each lane; a model without lanes gives its work items to the role that may start it."""
    if definition.lanes:
        return people.lane_roles(session, key)
    starters = sorted(people.start_roles(session, key))
    return {"": starters[0]} if starters else {}


def _set_timers(
    session: Session, instance: Instance, timers: Iterable[Expiry], opened: list[WorkItem], definition: Definition
) -> list[dict[str, Any]]:
    by_token = {item.token: item for item in opened}
    told = []
    for number, expiry in enumerate(timers):
        item, node = by_token.get(expiry.host or ""), definition.nodes[expiry.element]
        if item is not None and node.timer == definition.sla(item.element) and not node.interrupting:
            item.due_at, item.warn_at, item.why = expiry.due, expiry.warn, list(expiry.why)
            item.calendar = expiry.calendar
        place = {"instance_id": instance.id, "work_item_id": item.id if item else None, "element": expiry.element}
        order = (instance.events + 1) * 1000 + number
        session.add(Timer(**place, token=expiry.token, due_at=expiry.due, number=order))
        if expiry.warn:
            session.add(Timer(**place, due_at=expiry.warn, number=order))
        told.append({"element": expiry.element, "due": expiry.due.isoformat(), "calendar": expiry.calendar})
    return told


def _stop_timers(session: Session, instance: Instance, tokens: Iterable[str], closed: list[WorkItem]) -> None:
    """Timers whose token is gone, and the warnings of work items that are over, wait no more."""
    ids = [item.id for item in closed]
    gone = sa.or_(Timer.token.in_(list(tokens)), Timer.work_item_id.in_(ids))
    waiting = sa.and_(Timer.instance_id == instance.id, Timer.fired_at.is_(None), Timer.cancelled_at.is_(None))
    if ids or tokens:
        session.execute(sa.update(Timer).where(waiting, gone).values(cancelled_at=clock.business()))


def _open_items(session: Session, instance: Instance) -> list[WorkItem]:
    query = sa.select(WorkItem).where(WorkItem.instance_id == instance.id, WorkItem.status == ItemStatus.OPEN)
    return list(session.scalars(query))


def _end(item: WorkItem, status: ItemStatus, actor: str) -> None:
    item.status, item.closed_at, item.draft = status, clock.business(), None
    item.closed_by = actor if actor != history.SYSTEM and status == ItemStatus.COMPLETED else None


def _change(step: Step, opened: list[WorkItem], closed: list[WorkItem], timers: list[dict[str, Any]]) -> dict[str, Any]:
    """What an event tells of a step."""
    ended = {"ended": {"status": str(_end_of(step)), "outcome": step.outcome}} if step.finished else {}
    return ended | {
        "completed": [[moved.element, moved.round] for moved in step.completed],
        "opened": [_told(item) for item in opened],
        "closed": [item.id for item in closed],
        "flows": list(step.flows),
        "timers": timers,
    }


def _end_of(step: Step) -> Status:
    return Status.COMPLETED if step.failure is None else Status.FAILED


def _told(item: WorkItem) -> dict[str, Any]:
    due = item.due_at.isoformat() if item.due_at else None
    names = ("id", "element", "round", "name", "lane", "role")
    return {name: getattr(item, name) for name in names} | {"due": due, "at": item.opened_at.isoformat()}
