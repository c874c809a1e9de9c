"""The way back before a completion: what the step removed is kept beside the state, in the UPDATE that writes it, until
something else happens in the case (`history.append` then forgets it)."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, table
from engine.instances import subscriptions
from engine.model import Instance, ItemStatus, Kind, Timer, WorkItem
from engine.spiff import Step

_timer = table.of(Timer).c
_ours = sa.and_(_timer.instance_id == sa.bindparam("case"), _timer.id.in_(sa.bindparam("timers", expanding=True)))
SET = sa.update(table.of(Timer)).where(_ours)
AGAIN = SET.returning(_timer.element, _timer.due_at, _timer.calendar)


@dataclass(frozen=True)
class Traces:
    """What a step did to the rows of its case, by id; `ended` with the draft that each closed item had."""

    ended: dict[str, Any]
    opened: list[str]
    stopped: list[str]  # timers
    began: list[str]  # timers
    awaited: subscriptions.Changed


@dataclass(frozen=True)
class Undone:
    """What is open, closed and running again after a step was undone."""

    reopened: list[str]
    closed: list[str]
    timers: list[dict[str, str]]
    changes: dict[str, Any]  # of the instance


def kept(instance: Instance, step: Step, kind: Kind, item: WorkItem | None, traces: Traces) -> dict[str, Any] | None:
    """What it takes to undo the completion of a work item; None where there is no way back: the case is over, or others
    heard of the step by a signal or a message."""
    if kind != Kind.ITEM_COMPLETED or item is None or step.finished or step.signals or step.messages:
        return None
    if instance.awaits is None:  # of a time without subscriptions
        return None
    return {
        "seq": instance.events + 1,
        "item": item.id,
        "calendars": instance.calendars,
        "state": base64.b64encode(instance.state).decode(),
        "before": {"variables": instance.variables, "scopes": instance.scopes, "awaits": instance.awaits},
        "ended": traces.ended,
        "opened": traces.opened,
        "stopped": traces.stopped,
        "began": traces.began,
        "awaited": [traces.awaited.begun, traces.awaited.gone],
    }


def undo(session: Session, instance: Instance, items: list[WorkItem], found: dict[str, Any]) -> Undone:
    """Put the rows of a case back as they were; `items` are those that the step closed or opened. The state goes back
    with the changes of the instance, which the caller writes with the event that tells of it."""
    now = clock.business()
    opened, ended = [i for i in items if i.id in found["opened"]], [i for i in items if i.id in found["ended"]]
    for item in opened:
        table.change(session, item, status=ItemStatus.RECALLED, draft=None, closed_at=now)
    for item in ended:
        over: dict[str, Any] = {"closed_at": None, "closed_by": None, "closed_for": None, "lacks": None}
        table.change(session, item, status=ItemStatus.OPEN, draft=found["ended"][item.id], **over)
    case = {"case": instance.id}
    session.execute(SET.values(cancelled_at=now), case | {"timers": found["began"]})
    again = session.execute(AGAIN.values(cancelled_at=None), case | {"timers": found["stopped"]}).all()
    subscriptions.back(session, instance, subscriptions.Changed(*found["awaited"]))
    changes = found["before"] | {"state": base64.b64decode(found["state"])}
    return Undone([i.id for i in ended], [i.id for i in opened], [_told(*one) for one in sorted(again)], changes)


def _told(element: str, due: datetime, calendar: str) -> dict[str, str]:
    return {"element": element, "due": due.isoformat(), "calendar": calendar}
