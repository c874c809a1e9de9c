"""Plain time: ISO 8601 durations of days and less, instants with an offset, and cycles."""

import re
from datetime import datetime, timedelta

from .reading import Node
from .refusals import Refused, Unsupported

DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
CYCLE = re.compile(r"R(\d*)/(P.*)")


def duration(text: str) -> timedelta:
    """How long; no months or years."""
    match = DURATION.fullmatch(text)
    if match is None or text in ("P", "PT"):
        raise Unsupported(f"time {text}")
    weeks, days, hours, minutes, seconds = (int(group or 0) for group in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def first(event: Node, now: datetime) -> tuple[datetime, int | None]:
    """When a timer that starts now is due, and how often it fires (None: for ever)."""
    text = event.detail or ""
    if event.timed == "timeDate":
        return _instant(text), 1
    if event.timed == "timeDuration":
        return now + duration(text), 1
    times, interval = cycle(text)
    # CONTRACT, Events: "`R/` with a zero or negative interval is refused"
    if times is None and interval <= timedelta(0):
        raise Refused(f"a cycle without time between at {event.id}")
    # CONTRACT, Events: "`Rn/D` fires n times, first after D"
    return now + interval, times


def _instant(text: str) -> datetime:
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", text) is None:
        raise Unsupported(f"date {text}")
    return datetime.fromisoformat(text)


def cycle(text: str) -> tuple[int | None, timedelta]:
    match = CYCLE.fullmatch(text)
    if match is None or match[1] == "0":
        raise Unsupported(f"cycle {text}")
    return int(match[1]) if match[1] else None, duration(match[2])
