"""A changed calendar, and the operation that moves what is open: both at once, or neither."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import calendars
from engine.calendars import Content
from engine.model import HistoryEvent, Operation, System
from engine.operations.asking import begin
from engine.operations.kinds import DEADLINES


def change_calendar(
    session: Session, key: str, content: Content, by: str, reason: str, based_on: int, request: str | None = None
) -> Operation | None:
    """A new version of a calendar; the operation that follows, or None if no open deadline moves. Raises Conflict,
    Refused, BadValue, NotFound."""
    version = calendars.change(session, key, content, by, reason, based_on, request)
    body = {"calendar": key, "number": version.number, "version": version.version, "reason": version.reason}
    return _follow(session, body, by)


def use_calendar(
    session: Session, opd: str, key: str, begins: date, by: str, request: str | None = None
) -> Operation | None:
    """A unit counts by a calendar from a day on; the operation that follows, or None. Raises BadValue, NotFound."""
    calendars.use(session, opd, key, begins, by, request)
    return _follow(session, {"calendar": key, "opd": opd, "begins": begins.isoformat()}, by)


def followed(session: Session, event: HistoryEvent) -> Operation | None:
    """The operation that followed from the change of a calendar that an event tells."""
    query = sa.select(Operation).where(Operation.kind == DEADLINES, Operation.at >= event.at).order_by(Operation.at)
    return next((one for one in session.scalars(query) if one.body.get("event") == event.seq), None)


def _follow(session: Session, body: dict[str, object], by: str) -> Operation | None:
    return begin(session, DEADLINES, body | {"event": session.get_one(System, 1).events}, by)
