"""Incidents: what the worker could not do, with a plain reason, until a person asks for a retry."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from engine import clock, people
from engine.errors import AlreadyDone, BrokenState, NotFound
from engine.model import Incident, Instance
from engine.transaction import Sessions, transaction


def record(session: Session, instance_id: str, reason: str, timer_id: str | None = None) -> Incident:
    """Write down what failed. The instance itself stays as it was before the failed step."""
    incident = Incident(instance_id=instance_id, timer_id=timer_id, reason=reason, at=clock.business())
    session.add(incident)
    return incident


def record_once(session: Session, instance_id: str, reason: str) -> None:
    """Write down what failed, unless the same still waits for a person."""
    same = sa.select(Incident.id).where(Incident.instance_id == instance_id, Incident.reason == reason)
    if session.scalars(same.where(Incident.resolved_at.is_(None)).limit(1)).first() is None:
        record(session, instance_id, reason)


def met(sessions: Sessions, error: BrokenState) -> None:
    """Write down a broken case that a page or a command has met; its own transaction has kept nothing."""
    if instance := error.values["instance"]:
        with sessions() as session, transaction(session):
            record_once(session, instance, str(error))


def unresolved(session: Session) -> list[Incident]:
    """What waits for a person, the newest first."""
    query = sa.select(Incident).where(Incident.resolved_at.is_(None)).options(joinedload(Incident.instance))
    return list(session.scalars(query.order_by(Incident.at.desc())))


def number(session: Session) -> int:
    """How many wait for a person."""
    return session.scalar(sa.select(sa.func.count()).where(Incident.resolved_at.is_(None))) or 0


def listed(resolved: bool, search: str = "") -> sa.Select[Incident]:
    """What waits, or what was taken care of, the newest first; with these words in number, package or reason."""
    query = sa.select(Incident).join(Incident.instance)
    query = query.options(contains_eager(Incident.instance), joinedload(Incident.timer))
    query = query.where(Incident.resolved_at.is_not(None) if resolved else Incident.resolved_at.is_(None))
    for word in search.split():
        columns = (Instance.number, Instance.title, Incident.reason)
        query = query.where(sa.or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return query.order_by(Incident.resolved_at.desc() if resolved else Incident.at.desc(), Incident.id)


def resolve(session: Session, incident_id: str, who: str) -> Incident | None:
    """Mark an incident as taken care of; None if this person has done so already. Raises NotFound, and AlreadyDone
    if somebody else has. The incident is its own idempotency key."""
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise NotFound()
    if incident.resolved_at is not None:
        if incident.resolved_by != who:
            raise AlreadyDone(**people.house_deed(session, incident.resolved_by or "", incident.resolved_at))
        return None
    incident.resolved_at, incident.resolved_by = clock.business(), who
    return incident
