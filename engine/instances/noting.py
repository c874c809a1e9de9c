"""Values that reach a case beside its steps: a number that follows. What waits for a condition sees them."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from engine import clock, history, spiff, variables
from engine.instances.beginning import situation
from engine.instances.rows import Cause
from engine.instances.steps import apply
from engine.model import HistoryEvent, Status, WorkItem
from engine.values import Value


def note(session: Session, item: WorkItem, scope: str, data: Mapping[str, Value], why: Cause) -> HistoryEvent:
    """Write values into a scope of a case. One that has ended takes no step: its variables change, nothing moves.
    Raises Refused, BrokenState."""
    instance, now = item.instance, clock.business()
    at = situation(session, instance, now)
    if instance.status == Status.RUNNING:
        return apply(session, instance, spiff.note(at, instance.state, scope, data), at, why)
    own, scopes = variables.encode(at.variables.write(data, scope))
    place = {"element": item.element, "round": item.round, "request": why.request}
    fields = {**why.fields, **why.aside}
    changes = {"variables": own, "scopes": scopes}
    return history.append(session, instance, why.kind, why.actor, why.body, fields, changes, **place)
