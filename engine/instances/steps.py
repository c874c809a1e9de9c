"""The one way an instance changes: a step is written, and what it throws reaches the other instances, all in one
transaction."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from engine import clock, history, incidents, notices, spiff, values
from engine.definition import Node
from engine.errors import BadForm, BrokenState, FieldError, NotFound, Refused
from engine.instances import beginning, rows, subscriptions
from engine.instances.rows import Cause
from engine.model import Entry, HistoryEvent, Instance, Kind, Timer, WorkItem
from engine.spiff import Message, Situation, Step
from engine.transaction import lock
from engine.values import Value

MOST_THROWN = 1_000  # signals and messages in one transaction
WITH_ITS_CASE = (  # the instance first, as everybody locks it
    sa.select(WorkItem)
    .select_from(Instance)
    .join(WorkItem, WorkItem.instance_id == Instance.id)
    .where(WorkItem.id == sa.bindparam("item"))
    .options(contains_eager(WorkItem.instance))
)
Stepped = tuple[Instance, Step]


def locked(session: Session, instance_id: str) -> Instance:
    """An instance, locked for the rest of the transaction. Raises NotFound."""
    found = session.scalars(lock(sa.select(Instance).where(Instance.id == instance_id), session)).one_or_none()
    if found is None:
        raise NotFound()
    return found


def locked_with(session: Session, item_id: str) -> WorkItem:
    """A work item and its instance, both locked: what they say holds for the rest. Raises NotFound."""
    item = session.scalars(lock(WITH_ITS_CASE, session), {"item": item_id}).one_or_none()
    if item is None:
        raise NotFound()
    return item


def locked_at_once(session: Session, timer_id: str) -> Instance | None:
    """The instance of a timer, locked; None if somebody else holds it now."""
    of = sa.select(Timer.instance_id).where(Timer.id == timer_id).scalar_subquery()
    return session.scalars(lock(sa.select(Instance).where(Instance.id == of), session, wait=False)).one_or_none()


def free(data: Mapping[str, Value]) -> dict[str, Value]:
    """Values that no form checks: any value under a name that may be a variable. Raises BadForm."""
    bad = [name for name in data if not values.NAME.fullmatch(name)]
    if bad:
        raise BadForm([FieldError(name, "{name} bukan nama isian.", (("name", name),)) for name in bad])
    return {name: values.checked(value) for name, value in data.items()}


def apply(session: Session, instance: Instance, step: Step, at: Situation, why: Cause) -> HistoryEvent:
    """Write a step, and the steps of the other instances that its signals and messages reach. Raises Refused."""
    event = rows.write(session, instance, step, at, why)
    _spread(session, instance, step)
    return event


def begin(session: Session, entry: Entry, start: Node | None, now: datetime, why: Cause) -> Instance:
    """Start an instance at its none start event or another, and spread what it throws. Raises NotReady, Refused."""
    instance, step = _begin(session, entry, start, now, why)
    _spread(session, instance, step)
    return instance


def deliver(session: Session, instance: Instance, name: str, key: Value, why: Cause) -> HistoryEvent:
    """Deliver a message to an instance that awaits it. Raises NotReady if it does not, Refused."""
    step, at = _receive(session, instance, name, key, why.fields)
    return apply(session, instance, step, at, why)


def awaiting(session: Session, message: str, key: Value) -> Iterator[Instance]:
    """The running instances that await a message, the oldest first. Raises Refused."""
    for instance in subscriptions.waiting(session, spiff.MESSAGE, message, (spiff.filed(key), spiff.ANY)):
        at = beginning.situation(session, instance, clock.business())
        try:
            if spiff.waiting(at, instance.state, message, key):
                yield instance
        except BrokenState as error:  # that case has an incident; the others go on
            incidents.record_once(session, instance.id, str(error))


def _spread(session: Session, instance: Instance, step: Step) -> None:
    """Let what was thrown reach the other instances, and what their steps throw in turn. Raises Refused."""
    waiting, number = deque([(instance, step)]), 0
    while waiting:
        thrower, step = waiting.popleft()
        number += len(step.signals) + len(step.messages)
        if number > MOST_THROWN:
            raise Refused("Lebih dari {most} isyarat atau pesan berturut-turut.", most=str(MOST_THROWN))
        if step.signals or step.messages:
            session.flush()
        for name in step.signals:
            waiting += list(_broadcast(session, thrower, name))
        for message in step.messages:
            waiting += _send(session, thrower, message)


def _broadcast(session: Session, thrower: Instance, name: str) -> Iterator[Stepped]:
    """A signal reaches every other running instance that waits for it, and starts what it starts."""
    body = {"signal": name, "from": thrower.number}
    now = clock.business()
    for instance in subscriptions.waiting(session, spiff.SIGNAL, name, ("",)):
        if instance.id != thrower.id:
            at = beginning.situation(session, locked(session, instance.id), now)
            try:
                step = spiff.signal(at, instance.state, name)
            except BrokenState as error:
                incidents.record_once(session, instance.id, str(error))
                continue
            if step is not None:
                rows.write(session, instance, step, at, Cause(Kind.SIGNAL_RECEIVED, body=body))
                yield instance, step
    for entry, start in list(beginning.started_by_signal(session, name, now)):
        yield _begin(session, entry, start, now, Cause(Kind.INSTANCE_STARTED, body=body))


def _send(session: Session, thrower: Instance, message: Message) -> list[Stepped]:
    """A message goes to the oldest instance that awaits it, else to what it starts, else outside: never refused."""
    now, body = clock.business(), {"message": message.name, "from": thrower.number}
    if (instance := next(awaiting(session, message.name, message.key), None)) is not None:
        step, at = _receive(session, locked(session, instance.id), message.name, message.key, {})
        rows.write(session, instance, step, at, Cause(Kind.MESSAGE_RECEIVED, body=body))
        return [(instance, step)]
    for entry, start in beginning.started_by_message(session, message.name, message.key, {}, now):
        return [_begin(session, entry, start, now, Cause(Kind.INSTANCE_STARTED, body=body))]
    fields = {"key": message.key} if message.key is not None else {}
    history.append(session, thrower, Kind.MESSAGE_SENT, history.SYSTEM, {"message": message.name}, fields)
    notices.sent(session, thrower, message.name)
    return []


def _begin(session: Session, entry: Entry, start: Node | None, now: datetime, why: Cause) -> Stepped:
    at = beginning.nothing_yet(session, entry, now, why.fields)
    step = spiff.start(at, why.fields, start.id if start else None)
    instance = beginning.row(session, entry, at, why.fields, why.actor)
    told = {"number": instance.number, "key": entry.key, "version": instance.version, "sha256": at.definition.sha256}
    rows.write(session, instance, step, at, replace(why, body=told | dict(why.body)))
    session.flush()
    return instance, step


def _receive(
    session: Session, instance: Instance, name: str, key: Value, data: Mapping[str, Value]
) -> tuple[Step, Situation]:
    at = beginning.situation(session, instance, clock.business())
    return spiff.receive(at, instance.state, name, key, data), at
