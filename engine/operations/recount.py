"""A changed calendar, and the operation that moves what is open: both at once, or neither."""

from datetime import date

from sqlalchemy.orm import Session

from engine import calendars
from engine.calendars import Content
from engine.model import Operation
from engine.operations.asking import begin
from engine.operations.kinds import DEADLINES


def change_calendar(
    session: Session, key: str, content: Content, by: str, reason: str, based_on: int
) -> Operation | None:
    """A new version of a calendar; the operation that follows, or None if no open deadline moves. Raises Conflict,
    Refused, BadValue, NotFound."""
    version = calendars.change(session, key, content, by, reason, based_on)
    body = {"calendar": key, "number": version.number, "version": version.version, "reason": version.reason}
    return begin(session, DEADLINES, body, by)


def use_calendar(session: Session, opd: str, key: str, begins: date, by: str) -> Operation | None:
    """A unit counts by a calendar from a day on; the operation that follows, or None. Raises BadValue, NotFound."""
    calendars.use(session, opd, key, begins, by)
    return begin(session, DEADLINES, {"calendar": key, "opd": opd, "begins": begins.isoformat()}, by)
