"""The rows of an instance: a step of the door becomes state, variables, work items, timers and one history event."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import changes, clock, history, incidents, onpaper, people, table, variables
from engine.definition import found_at
from engine.instances import subscriptions, undoing
from engine.model import HistoryEvent, Instance, ItemStatus, Kind, Status, Timer, WorkItem, new_id
from engine.spiff import Expiry, Moved, Situation, Step
from engine.values import Value
from engine.variables import ROOT

OPEN_ITEMS = sa.select(WorkItem).where(
    WorkItem.instance_id == sa.bindparam("instance"), WorkItem.status == ItemStatus.OPEN
)
_timer = table.of(Timer).c
_tokens: sa.BindParameter[list[str]] = sa.bindparam("tokens", expanding=True)
_over = table.of(Timer).alias().c
_OVER = sa.select(_over.id).where(_over.instance_id == sa.bindparam("instance"), _over.token.in_(_tokens))
STOP = sa.update(table.of(Timer)).values(cancelled_at=sa.bindparam("now")).returning(table.of(Timer).c.id)
STOP = STOP.where(
    _timer.instance_id == sa.bindparam("instance"),
    _timer.cancelled_at.is_(None),
    sa.or_(
        sa.and_(_timer.why.is_not(None), _timer.host.in_(_tokens)),  # late or not, a part that is over has no limit
        sa.and_(
            _timer.fired_at.is_(None),
            sa.or_(
                _timer.token.in_(_tokens),
                _timer.work_item_id.in_(sa.bindparam("items", expanding=True)),
                _timer.warns.in_(_OVER),
            ),
        ),
    ),
)


@dataclass(frozen=True)
class Cause:
    """Why a step was taken: the kind of its event, who, what was filled in, and what the event tells beside."""

    kind: Kind
    actor: str = history.SYSTEM
    item: WorkItem | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    aside: Mapping[str, Value] = field(default_factory=dict)  # told beside the fields; no variable
    element: str | None = None
    request: str | None = None


def write(session: Session, instance: Instance, step: Step, at: Situation, why: Cause) -> HistoryEvent:
    """Write a step in the caller's transaction."""
    closed, drafts = _close(session, instance, step, why)
    stopped = _stop_timers(session, instance, step.stopped, closed)
    opened = _opened(instance, step, at, onpaper.happened(why.body))
    timers = _timers(session, instance, step.timers, opened, at)
    for item, new in zip(opened, step.opened, strict=True):
        own = new.process == at.definition.key
        people.open_item(session, instance, at.definition if own else at.processes[new.process], item)
    table.insert(session, timers)
    awaited = subscriptions.write(session, instance, step, at.now)
    began = [timer.id for timer in timers]
    traces = undoing.Traces(drafts, [item.id for item in opened], stopped, began, awaited)
    if step.failure is not None:
        reason = f"Kesalahan {step.failure or 'tanpa kode'} tidak ditangani model; berkas berakhir gagal."
        incidents.record(session, instance.id, reason)
    element = {"element": why.item.element, "round": why.item.round} if why.item else {"element": why.element}
    told = _told(step, opened, closed) | dict(why.body)
    fields = {**why.fields, **why.aside} | {history.written(w.name, w.scope): w.value for w in step.written}
    changes = _changes(step) | {"undo": undoing.kept(instance, step, why.kind, why.item, traces)}
    return history.append(session, instance, why.kind, why.actor, told, fields, changes, **element, request=why.request)


def cancel_open(session: Session, instance: Instance, status: Status, actor: str) -> list[WorkItem]:
    """End an instance from outside: every open work item and waiting timer ends with it."""
    items = _open_items(session, instance)
    for item in items:
        _end(session, item, ItemStatus.CANCELLED, actor)
    waiting = sa.update(Timer).where(Timer.instance_id == instance.id, Timer.fired_at.is_(None))
    session.execute(waiting.where(Timer.cancelled_at.is_(None)).values(cancelled_at=clock.business()))
    subscriptions.end(session, instance)
    instance.status, instance.ended_at = status, clock.business()
    return items


def _close(session: Session, instance: Instance, step: Step, why: Cause) -> tuple[list[WorkItem], dict[str, Any]]:
    """The work items that a step closes, the one that it is about first, and the drafts that they had."""
    done, as_ = why.item, ItemStatus.RETURNED if why.kind == Kind.ITEM_RETURNED else ItemStatus.COMPLETED
    others = set(step.closed) - ({done.token} if done else set())
    closed = [item for item in _open_items(session, instance) if item.token in others] if others else []
    drafts = {item.id: item.draft for item in [*closed, *([done] if done else [])]}
    for item in closed:
        _end(session, item, ItemStatus.CANCELLED, why.actor)
    if done is not None and done.token in step.closed:
        _end(session, done, as_, why.actor, why.body)
        closed.insert(0, done)
    return closed, drafts


def _opened(instance: Instance, step: Step, at: Situation, since: datetime | None) -> list[WorkItem]:
    items = []
    for opened in step.opened:
        node = found_at(opened.element, at.definition, at.processes)
        item = WorkItem(
            id=new_id(),
            instance_id=instance.id,
            token=opened.token,
            element=opened.element,
            round=opened.round,
            item=opened.item,
            name=f"{node.name or node.id}{f' ({opened.item})' if opened.item else ''}",
            lane=opened.lane,
            scope=opened.scope,
            opened_at=at.now,
            paper_since=since,
            why=[],
            calendar="",
        )
        items.append(item)
    return items


def _timers(
    session: Session, instance: Instance, expiries: Iterable[Expiry], opened: list[WorkItem], at: Situation
) -> list[Timer]:
    """The timers of a step, and a warning before each that has one. A work item gets the due date of its SLA."""
    by_token = {item.token: item for item in opened}
    timers = []
    for number, expiry in enumerate(expiries):
        held = False
        if expiry.clock:  # it may have begun long ago, and letters may have changed it since
            expiry, held = changes.applied(session, instance.id, expiry, at.calendar)
        item = by_token.get(expiry.host or "")
        if item is not None and expiry.sla:
            item.due_at, item.warn_at, item.why = None if held else expiry.due, expiry.warn, list(expiry.why)
            item.calendar = expiry.calendar
        place: dict[str, Any] = {
            "instance_id": instance.id,
            "work_item_id": item.id if item else None,
            "element": expiry.element,
        }
        order = (instance.events + 1) * 1000 + number
        place |= {"held_at": at.now if held else None, "clock": expiry.clock, "number": order}
        again: dict[str, Any] = {"begin_at": expiry.begin, "span": expiry.span, "limit": expiry.sla}
        place["calendar"] = expiry.calendar
        again |= {"host": expiry.host, "why": list(expiry.why) if expiry.sla and item is None else None}
        timer = Timer(id=new_id(), **place, token=expiry.token, due_at=expiry.due, **again)
        timers.append(timer)
        if expiry.warn:
            warning = {"id": new_id(), "token": None, "due_at": expiry.warn, "limit": False, "warns": timer.id}
            timers.append(Timer(**place, **warning))
    return timers


def _stop_timers(session: Session, instance: Instance, tokens: Iterable[str], closed: list[WorkItem]) -> list[str]:
    """Timers whose token is gone, and the warnings of work items that are over, wait no more. Their ids."""
    gone = {"tokens": list(tokens), "items": [item.id for item in closed if item.calendar]}
    if any(gone.values()):
        return sorted(session.scalars(STOP, gone | {"instance": instance.id, "now": clock.business()}))
    return []


def _open_items(session: Session, instance: Instance) -> list[WorkItem]:
    return list(session.scalars(OPEN_ITEMS, {"instance": instance.id}))


def _end(
    session: Session, item: WorkItem, status: ItemStatus, actor: str, told: Mapping[str, Any] = MappingProxyType({})
) -> None:
    by = actor if actor != history.SYSTEM and status != ItemStatus.CANCELLED else None
    ended: dict[str, Any] = {"closed_at": clock.business(), "closed_by": by, "lacks": told.get("lacks")}
    ended["closed_for"] = (told.get("stead") or {}).get("person")
    table.change(session, item, status=status, draft=None, **ended)


def _changes(step: Step) -> dict[str, Any]:
    """What a step changes of its instance."""
    own, scopes = variables.encode(step.variables)
    changes = {"state": step.state, "variables": own, "scopes": scopes, "awaits": len(step.awaits)}
    ended = {"status": _end_of(step), "outcome": step.outcome, "ended_at": clock.business()}
    return changes | (ended if step.finished else {})


def _told(step: Step, opened: list[WorkItem], closed: list[WorkItem]) -> dict[str, Any]:
    """What an event tells of a step."""
    ended = {"ended": {"status": str(_end_of(step)), "outcome": step.outcome}} if step.finished else {}
    inner = {"scope": step.into} if step.into != ROOT else {}
    return (
        ended
        | inner
        | {
            "completed": [_moved(moved) for moved in step.completed],
            "opened": [_told_item(item) for item in opened],
            "closed": [item.id for item in closed],
            "flows": list(step.flows),
            "timers": [{"element": t.element, "due": t.due.isoformat(), "calendar": t.calendar} for t in step.timers],
        }
    )


def _moved(moved: Moved) -> list[Any]:
    return [moved.element, moved.round] + ([moved.item] if moved.item else [])


def _end_of(step: Step) -> Status:
    return Status.COMPLETED if step.failure is None else Status.FAILED


def _told_item(item: WorkItem) -> dict[str, Any]:
    due = item.due_at.isoformat() if item.due_at else None
    names = ("id", "element", "round", "name", "lane", "role")
    told = {name: getattr(item, name) for name in names} | {"due": due, "at": item.opened_at.isoformat()}
    named = {"pool": item.pool} if item.pool != item.role else {}  # the people that the case names
    return told | named | ({"item": item.item} if item.item else {})
