"""The rows of an instance: a step of the door becomes state, variables, work items, timers and one history event."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, history, incidents, people, variables
from engine.definition import found_at
from engine.model import HistoryEvent, Instance, ItemStatus, Kind, Status, Timer, WorkItem, new_id
from engine.spiff import Expiry, Moved, Opened, Situation, Step
from engine.values import Value
from engine.variables import ROOT


@dataclass(frozen=True)
class Cause:
    """Why a step was taken: the kind of its event, who, what was filled in, and what the event tells beside."""

    kind: Kind
    actor: str = history.SYSTEM
    item: WorkItem | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    element: str | None = None
    request: str | None = None


def write(session: Session, instance: Instance, step: Step, at: Situation, why: Cause) -> HistoryEvent:
    """Write a step in the caller's transaction."""
    instance.state = step.state
    instance.variables, instance.scopes = variables.encode(step.variables)
    with session.no_autoflush:  # every row is written once, at the commit
        closed = _close(session, instance, step, why.item, why.actor)
        opened = _open(session, instance, step, at)
        timers = _set_timers(session, instance, step.timers, opened)
        _stop_timers(session, instance, step.stopped, closed)
    if step.finished:
        instance.status, instance.outcome, instance.ended_at = _end_of(step), step.outcome, clock.business()
    if step.failure is not None:
        reason = f"Kesalahan {step.failure or 'tanpa kode'} tidak ditangani model; berkas berakhir gagal."
        incidents.record(session, instance.id, reason)
    element = {"element": why.item.element, "round": why.item.round} if why.item else {"element": why.element}
    told = _change(step, opened, closed, timers) | dict(why.body)
    fields = dict(why.fields) | {history.written(w.name, w.scope): w.value for w in step.written}
    return history.append(session, instance, why.kind, why.actor, told, fields, **element, request=why.request)


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
    items = []
    for opened in step.opened:
        node = found_at(opened.element, at.definition, at.processes)
        item = WorkItem(
            instance_id=instance.id,
            token=opened.token,
            element=opened.element,
            round=opened.round,
            item=opened.item,
            name=f"{node.name or node.id}{f' ({opened.item})' if opened.item else ''}",
            lane=opened.lane,
            role=_role(session, opened, at),
            scope=opened.scope,
            opened_at=at.now,
            why=[],
        )
        item.id = new_id()
        session.add(item)
        items.append(item)
    return items


def _role(session: Session, opened: Opened, at: Situation) -> str | None:
    """The role of a lane; a model without lanes gives its work items to the role that may start it."""
    process = at.definition if opened.process == at.definition.key else at.processes[opened.process]
    if process.lanes:
        return people.lane_roles(session, process.key).get(opened.lane or "")
    return min(people.start_roles(session, process.key), default=None)


def _set_timers(
    session: Session, instance: Instance, timers: Iterable[Expiry], opened: list[WorkItem]
) -> list[dict[str, Any]]:
    by_token = {item.token: item for item in opened}
    told = []
    for number, expiry in enumerate(timers):
        item = by_token.get(expiry.host or "")
        if item is not None and expiry.sla:
            item.due_at, item.warn_at, item.why = expiry.due, expiry.warn, list(expiry.why)
            item.calendar = expiry.calendar
        place = {"instance_id": instance.id, "work_item_id": item.id if item else None, "element": expiry.element}
        order = (instance.events + 1) * 1000 + number
        again = {"begin_at": expiry.begin, "span": expiry.span, "calendar": expiry.calendar}
        session.add(Timer(**place, token=expiry.token, due_at=expiry.due, number=order, **again))
        if expiry.warn:
            session.add(Timer(**place, due_at=expiry.warn, number=order, calendar=expiry.calendar))
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
    inner = {"scope": step.into} if step.into != ROOT else {}
    return (
        ended
        | inner
        | {
            "completed": [_moved(moved) for moved in step.completed],
            "opened": [_told(item) for item in opened],
            "closed": [item.id for item in closed],
            "flows": list(step.flows),
            "timers": timers,
        }
    )


def _moved(moved: Moved) -> list[Any]:
    return [moved.element, moved.round] + ([moved.item] if moved.item else [])


def _end_of(step: Step) -> Status:
    return Status.COMPLETED if step.failure is None else Status.FAILED


def _told(item: WorkItem) -> dict[str, Any]:
    due = item.due_at.isoformat() if item.due_at else None
    names = ("id", "element", "round", "name", "lane", "role")
    told = {name: getattr(item, name) for name in names} | {"due": due, "at": item.opened_at.isoformat()}
    return told | ({"item": item.item} if item.item else {})
