"""Incidents: what the worker could not do, with a plain reason, until a person asks for a retry."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from engine import clock, people
from engine.errors import AlreadyDone, NotFound
from engine.model import Incident


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


def unresolved(session: Session) -> list[Incident]:
    """What waits for a person, the newest first."""
    query = sa.select(Incident).where(Incident.resolved_at.is_(None)).options(joinedload(Incident.instance))
    return list(session.scalars(query.order_by(Incident.at.desc())))


def resolve(session: Session, incident_id: str, who: str) -> Incident | None:
    """Mark an incident as taken care of; None if this person has done so already. Raises NotFound, and AlreadyDone
    if somebody else has. The incident is its own idempotency key."""
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise NotFound()
    if incident.resolved_at is not None:
        if incident.resolved_by != who:
            raise AlreadyDone(**people.deed(session, incident.resolved_by or "", incident.resolved_at))
        return None
    incident.resolved_at, incident.resolved_by = clock.business(), who
    return incident
