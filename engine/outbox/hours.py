"""When somebody is told: at once, when their office opens, or at the hour of their digest. The machine's time."""

from datetime import datetime, timedelta

from engine.errors import BadTime
from engine.model import Choice, Mode, Notice, Notices
from engine.people import ZONE
from engine.worktime import Calendar


def opens(calendar: Calendar, at: datetime) -> datetime:
    """The instant itself if the office is open then, else when it opens next; beyond its years it never closes."""
    day = at.astimezone(calendar.zone).date()
    try:
        while True:
            for begin, end in calendar.day(day).hours:
                if at < end:
                    return max(at, begin)
            day += timedelta(days=1)
    except BadTime:
        return at


def when(choice: Choice, notice: Notice, calendar: Calendar, now: datetime) -> tuple[datetime, bool]:
    """When a person wants to be told of this, and whether as part of a digest. Limits in minutes are told together: who
    gets a letter every hour reads none."""
    if notice.kind == Notices.BREACH and choice.urgent:
        return now, False
    digest = choice.mode == Mode.DAILY or bool(notice.body.get("minutes"))
    at = _next(choice.hour, now) if digest else now
    return opens(calendar, at) if choice.quiet else at, digest


def _next(hour: int, now: datetime) -> datetime:
    local = now.astimezone(ZONE)
    at = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return at if at >= local else at + timedelta(days=1)
