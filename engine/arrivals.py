"""What has come into an inbox since somebody looked."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.model import WorkItem
from engine.people import Actor
from engine.tasks import MOST, OPEN


def since(session: Session, who: Actor, moment: datetime) -> int:
    """How many of the work items that wait for a person, or that they prepare, were opened after a moment; MOST: so
    many, or more."""
    theirs = WorkItem.pool.in_(who.pools.union(who.aided))
    some = sa.select(sa.literal(1)).where(OPEN, theirs, WorkItem.opened_at > moment).limit(MOST)
    return session.scalars(sa.select(sa.func.count()).select_from(some.subquery())).one()
