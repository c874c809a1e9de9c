"""Replay: a fold over events gives the state of a case at any of them, and is compared with the live tables."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import history, onpaper, values
from engine.model import (
    Decision,
    DutyException,
    HistoryEvent,
    Instance,
    ItemStatus,
    Kind,
    Staffing,
    Status,
    Timer,
    WorkItem,
)  # fmt: skip
from engine.values import Value

Named = tuple[str, str, str, str | None]  # lane, person, first and last day
Lifted = tuple[str, str, Decision]  # lane, person, how it stands
DECIDED = {
    Kind.DUTY_ASKED: Decision.ASKED,
    Kind.DUTY_GIVEN: Decision.GIVEN,
    Kind.DUTY_DENIED: Decision.DENIED,
}
NUMBERS = (Kind.NUMBER_GIVEN, Kind.NUMBER_CORRECTED)
FILLED = (Kind.INSTANCE_STARTED, Kind.ITEM_COMPLETED, Kind.MESSAGE_RECEIVED, *NUMBERS)  # their fields become variables


@dataclass
class OpenItem:
    """A work item that is open at a moment of the history."""

    id: str
    element: str
    round: int
    name: str
    lane: str | None
    role: str | None
    pool: str | None  # whose inbox it is in
    opened_at: datetime
    due: datetime | None
    holder: str | None = None
    handed_by: str | None = None
    prepared_by: str | None = None
    prepared_at: datetime | None = None
    late: bool = False
    paper_since: datetime | None = None  # when on paper what led here had happened
    was: datetime | None = None  # the due date before letters changed it


@dataclass
class Moment:
    """A case as it was right after one of its events."""

    status: Status = Status.RUNNING
    outcome: str | None = None
    open: dict[str, OpenItem] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)  # element -> how often it completed
    flows: dict[str, int] = field(default_factory=dict)  # flow -> how often it was taken
    path: list[str] = field(default_factory=list)
    late: set[str] = field(default_factory=set)  # elements with a breach recorded
    lacks: dict[str, list[str]] = field(default_factory=dict)  # completed work item -> fields that still follow
    variables: dict[str, Value] = field(default_factory=dict)
    changed: dict[str, Value] = field(default_factory=dict)  # by the last event
    named: dict[str, Named] = field(default_factory=dict)  # Penetapan, by id
    exceptions: dict[str, Lifted] = field(default_factory=dict)  # to the separation of duties, by id


def fold(events: Iterable[HistoryEvent], openings: dict[int, dict[str, Value]] | None = None) -> Moment:
    """The case after these events."""
    moment = Moment()
    for event in history.standing(events):
        _apply(moment, event)
        _follow(moment, event.body)
        told = (openings or {}).get(event.seq, {})
        filled = {name: value for name, value in told.items() if not name.startswith(("=", ":"))}
        by_model = {name[1:]: value for name, value in told.items() if name.startswith("=") and "@" not in name}
        own = event.kind in FILLED and "scope" not in event.body
        moment.changed = filled | by_model
        moment.variables |= ({name: filled[name] for name in _written(event, filled)} if own else {}) | by_model
    return moment


def differences(session: Session, instance: Instance) -> Iterator[str]:
    """Where the live tables and the history of a case disagree; nothing if all is well."""
    moment = fold(history.events(session, instance.id), history.openings(session, instance.id))
    if moment.status != instance.status:
        yield f"status: {instance.status} != {moment.status}"
    items = session.scalars(sa.select(WorkItem).where(WorkItem.instance_id == instance.id)).all()
    live = {item.id: _compared(item) for item in items if _is_open(item)}
    told = {item.id: _compared(item) for item in moment.open.values()}
    if live != told:
        yield f"work items: {live} != {told}"
    if moment.lacks != {item.id: item.lacks for item in items if item.lacks}:
        yield "numbers that follow"
    due = {item.id: item.due_at for item in items if _is_open(item)}
    if due != {item.id: item.due for item in moment.open.values()}:
        yield "due dates of open work items"
    if moment.variables != values.decode(instance.variables):
        yield "variables"
    if _named(session, instance) != moment.named:
        yield "named people"
    if _lifted(session, instance) != moment.exceptions:
        yield "exceptions to the separation of duties"
    waiting = sa.select(sa.func.count()).select_from(Timer).where(Timer.fired_at.is_(None))
    waiting = waiting.where(Timer.instance_id == instance.id, Timer.cancelled_at.is_(None))
    if instance.status != Status.RUNNING and session.scalar(waiting):
        yield "timers wait although the case has ended"


def _written(event: HistoryEvent, filled: dict[str, Value]) -> Iterable[str]:
    """Which fields of an event became variables: of a number that followed, those that nobody wrote since."""
    return filled.keys() & set(event.body["written"]) if event.kind in NUMBERS else filled


def _apply(moment: Moment, event: HistoryEvent) -> None:
    body: dict[str, Any] = event.body
    for element, *_ in body.get("completed", ()):
        moment.done[element] = moment.done.get(element, 0) + 1
        moment.path.append(element)
    for flow in body.get("flows", ()):
        moment.flows[flow] = moment.flows.get(flow, 0) + 1
    for item in body.get("closed", ()):
        moment.open.pop(item, None)
    for opened in body.get("opened", ()):
        moment.open[opened["id"]] = _opened(opened, onpaper.happened(body))
    for moved, due in body.get("moved", {}).items():
        if (found := moment.open.get(moved)) is not None:
            found.was, found.due = found.was or found.due, _time(due) if due else None
    for routed, place in body.get("routed", {}).items():
        if (found := moment.open.get(routed)) is not None:
            found.role, found.pool, found.holder = place["role"], place["pool"], place["holder"]
            found.handed_by = place.get("handed_by", found.handed_by if found.holder else None)
            found.prepared_by = found.prepared_at = None
    if ended := body.get("ended"):
        moment.status, moment.outcome = Status(ended["status"]), ended["outcome"]
    if (item := moment.open.get(body.get("item") or "")) is not None:
        _touch(moment, item, event)
    if event.kind == Kind.STAFFING_SET:
        moment.named[body["staffing"]] = (body["lane"], body["person"], body["begins"], body.get("ends"))
    elif event.kind == Kind.STAFFING_ENDED:
        moment.named[body["staffing"]] = (*moment.named[body["staffing"]][:3], body["ends"])
    elif event.kind in DECIDED:
        moment.exceptions[body["exception"]] = (body["lane"], body["person"], DECIDED[Kind(event.kind)])


def _follow(moment: Moment, body: dict[str, Any]) -> None:
    """What an event says of numbers that follow after a step: those that it left out, those that were given."""
    before = moment.lacks.pop(body.get("item") or "", [])
    if lacks := [one for one in body.get("lacks", before) if one not in body.get("given", ())]:
        moment.lacks[body["item"]] = lacks


def _touch(moment: Moment, item: OpenItem, event: HistoryEvent) -> None:
    """What an event says of one open work item."""
    body = event.body
    if event.kind == Kind.ITEM_CLAIMED:
        item.holder, item.handed_by = event.actor, None
    elif event.kind == Kind.ITEM_HANDED:
        item.holder, item.handed_by = body["to"], event.actor
    elif event.kind == Kind.ITEM_RECALLED:
        item.holder, item.handed_by = event.actor, item.handed_by if item.holder == event.actor else None
        item.prepared_by = item.prepared_at = None
    elif event.kind == Kind.ITEM_RELEASED:
        item.holder = item.handed_by = None
    elif event.kind == Kind.ITEM_PREPARED:
        item.prepared_by, item.prepared_at = event.actor, event.at
    elif event.kind in (Kind.ITEM_UNPREPARED, Kind.DOCUMENT_ADDED):
        item.prepared_by = item.prepared_at = None
    elif event.kind == Kind.DEADLINE_MOVED:
        item.due = _time(body["due"])
    elif event.kind == Kind.TIMER_FIRED and _time(body["due"]) == item.due:
        item.late = True
        moment.late.add(item.element)


def _opened(told: dict[str, Any], since: datetime | None) -> OpenItem:
    names = ("id", "element", "round", "name", "lane", "role")
    due = _time(told["due"]) if told["due"] else None
    place = {"pool": told.get("pool", told["role"])}
    return OpenItem(
        **{name: told[name] for name in names}, **place, opened_at=_time(told["at"]), due=due, paper_since=since
    )


def _compared(item: WorkItem | OpenItem) -> tuple[Any, ...]:
    names = (
        "element",
        "round",
        "role",
        "pool",
        "holder",
        "handed_by",
        "prepared_by",
        "prepared_at",
        "late",
        "paper_since",
    )
    return tuple(getattr(item, name) for name in names)


def _named(session: Session, instance: Instance) -> dict[str, Named]:
    rows = session.scalars(sa.select(Staffing).where(Staffing.instance_id == instance.id))
    return {
        row.id: (row.lane, row.person_id, row.begins.isoformat(), row.ends.isoformat() if row.ends else None)
        for row in rows
    }


def _lifted(session: Session, instance: Instance) -> dict[str, Lifted]:
    rows = session.scalars(sa.select(DutyException).where(DutyException.instance_id == instance.id))
    return {row.id: (row.lane, row.person_id, Decision(row.status)) for row in rows}


def _is_open(item: WorkItem) -> bool:
    return item.status == ItemStatus.OPEN


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
