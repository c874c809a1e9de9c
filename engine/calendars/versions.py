"""Queries for whoever looks at calendars."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.model import Office, OfficeVersion


def offices(session: Session) -> list[Office]:
    """Every calendar, cities before their units."""
    query = sa.select(Office).order_by(Office.parent.is_not(None), Office.name)
    return list(session.scalars(query))


def find(session: Session, key: str) -> Office:
    """A calendar's row. Raises NotFound."""
    found = session.get(Office, key)
    if found is None:
        raise NotFound("Tidak ada kalender bernama {key}.", key=key)
    return found


def versions(session: Session, key: str) -> list[OfficeVersion]:
    """The versions of a calendar, the newest first."""
    query = sa.select(OfficeVersion).where(OfficeVersion.key == key)
    return list(session.scalars(query.order_by(OfficeVersion.number.desc())))
