"""Who waits for a message or a signal, as rows: an event from elsewhere finds its cases without a look at every one.

A row narrows down; whether the case really takes the event, its state says. Rows follow each step in its transaction.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, incidents, spiff, table
from engine.errors import BrokenState
from engine.instances import beginning
from engine.model import Instance, Status, Subscription
from engine.spiff import Awaited, Step
from engine.transaction import lock

LONGEST = 200  # letters of a name that are searched for
RUNS = Instance.status == Status.RUNNING
_row = table.of(Subscription).c
GONE = sa.delete(table.of(Subscription)).where(
    _row.instance_id == sa.bindparam("instance"), _row.token.in_(sa.bindparam("tokens", expanding=True))
)
TAKEN = GONE.returning(_row.token, _row.element, _row.kind, _row.name, _row.key, _row.since)


@dataclass(frozen=True)
class Changed:
    """The tokens that a step let wait, and the rows of those that wait no more."""

    begun: list[str]
    gone: list[list[Any]]


def write(session: Session, instance: Instance, step: Step, now: datetime) -> Changed:
    """What a step began and ceased to wait for, or waits for under another key."""
    before = step.awaited if instance.awaits is not None else frozenset()
    gone = sorted(one.token for one in before - step.awaits)
    begun = step.awaits - before
    rows = session.execute(TAKEN, {"instance": instance.id, "tokens": gone}).all() if gone else []
    _insert(session, instance, begun, now)
    return Changed(sorted(one.token for one in begun), [[*row[:-1], row.since.isoformat()] for row in sorted(rows)])


def back(session: Session, instance: Instance, changed: Changed) -> None:
    """Undo what a step changed."""
    session.execute(GONE, {"instance": instance.id, "tokens": changed.begun})
    for *words, since in changed.gone:
        _insert(session, instance, [Awaited(*words)], datetime.fromisoformat(since))


def end(session: Session, instance: Instance) -> None:
    """An instance that was ended from outside waits for nothing."""
    session.execute(sa.delete(Subscription).where(Subscription.instance_id == instance.id))
    instance.awaits = 0


def waiting(session: Session, kind: str, name: str, keys: Iterable[str]) -> Iterator[Instance]:
    """The running instances that may wait for an event, the oldest first."""
    fill(session)
    query = sa.select(Instance.started_at, Instance.number, Instance.id).join(Subscription).where(RUNS).distinct()
    event = (Subscription.kind == kind, Subscription.name == name[:LONGEST], Subscription.key.in_(list(keys)))
    for _, _, case in sorted(tuple(row) for row in session.execute(query.where(*event))):
        yield session.get_one(Instance, case)


def fill(session: Session) -> None:
    """Rows for running instances of a time when there were none. One whose state is broken has an incident instead."""
    unfiled = sa.select(Instance).where(Instance.awaits.is_(None))  # who has ended waits for 0 events
    for instance in session.scalars(lock(unfiled, session)).all():
        at = beginning.situation(session, instance, clock.business())
        try:
            found = spiff.subscriptions_of(at, instance.state)
        except BrokenState as error:
            incidents.record_once(session, instance.id, str(error))
            continue
        _insert(session, instance, found, at.now)
        table.change(session, instance, awaits=len(found))


def _insert(session: Session, instance: Instance, awaits: Iterable[Awaited], now: datetime) -> None:
    rows = sorted(awaits, key=lambda one: one.token)
    table.insert(session, [_new(instance, one, now) for one in rows])


def _new(instance: Instance, one: Awaited, now: datetime) -> Subscription:
    return Subscription(
        instance_id=instance.id,
        token=one.token,
        element=one.element,
        kind=one.kind,
        name=one.name[:LONGEST],
        key=one.key,
        since=now,
    )
