"""Dates, times, date-times and durations: how they are read, what they consist of, how they are reckoned with."""

import calendar
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from engine.errors import BadValue
from engine.values import Months, Value, read_duration

ZONE: Final = ZoneInfo("Asia/Pontianak")  # a date-time that names no offset is meant here
_CLOCK = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
_DATE, _TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), re.compile(_CLOCK)
_DATE_TIME = re.compile(_DATE.pattern + "T" + _CLOCK)
_Read = TypeVar("_Read")
_DAY, _TICK, _MIDNIGHT = timedelta(days=1), timedelta(microseconds=1), time(0)


def here(moment: datetime) -> datetime:
    """The same instant in Pontianak, with a plain offset; a moment without an offset is meant there."""
    local = moment.replace(tzinfo=ZONE) if moment.tzinfo is None else moment.astimezone(ZONE)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta(0)))


def read_date(text: str) -> date | None:
    """A date of ISO text; null where it is none."""
    return _read(_DATE, date.fromisoformat, text)


def read_time(text: str) -> time | None:
    """A time of ISO text, its offset kept; null where it is none."""
    return _read(_TIME, time.fromisoformat, text)


def read_date_time(text: str) -> datetime | None:
    """A date-time of ISO text (or a date: its midnight); null where it is none."""
    if _DATE.fullmatch(text):
        text += "T00:00:00"
    moment = _read(_DATE_TIME, datetime.fromisoformat, text)
    return here(moment) if moment is not None and moment.tzinfo is None else moment


def read_span(text: str) -> timedelta | Months | None:
    """A duration of ISO text; null where it is none."""
    try:
        return read_duration(text)
    except (BadValue, ArithmeticError, ValueError):
        return None


def read_any(text: str) -> Value:
    """What an @ literal says; null where it says nothing."""
    for read in (read_date, read_time, read_date_time, read_span):
        value = read(text)
        if value is not None:
            return value
    return None


def _read(shape: re.Pattern[str], read: Callable[[str], _Read], text: str) -> _Read | None:
    try:
        return read(text) if shape.fullmatch(text) else None
    except ValueError:
        return None


def add_months(day: Any, months: Months) -> Any:
    """The date or date-time so many months later, on the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months.count, 12)
    last = calendar.monthrange(year, month + 1)[1] if 1 <= year <= 9999 else 1
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def midnight(day: date) -> datetime:
    """The date-time that a date stands for where one is wanted: its midnight in UTC (DMN 1.5, 10.3.2.3.6)."""
    return datetime.combine(day, _MIDNIGHT, UTC)


def add_span(day: date, span: timedelta) -> date:
    """The date on which a span that begins at midnight ends."""
    return (midnight(day) + span).date()


def turn(moment: time, span: timedelta) -> time:
    """The time of day so much later, past midnight as a clock does."""
    passed = timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond)
    ends = (datetime.combine(date(2000, 1, 1), _MIDNIGHT, UTC) + (passed + span) % _DAY).time()
    return ends.replace(tzinfo=moment.tzinfo)


def ticks(span: timedelta) -> Decimal:
    """The microseconds of a span."""
    return Decimal(span // _TICK)


def months_between(begin: date, end: date) -> Months:
    """The whole months from one date to another."""
    count = (end.year - begin.year) * 12 + end.month - begin.month
    if count > 0 and end.day < begin.day:
        count -= 1
    elif count < 0 and end.day > begin.day:
        count += 1
    return Months(count)


def _whole(count: int) -> Decimal:
    return Decimal(count)


def _part(unit: timedelta, of: timedelta | None = None) -> Callable[[timedelta], Decimal]:
    def part(span: timedelta) -> Decimal:
        size = abs(span) % of if of else abs(span)
        return Decimal(size // unit) * (-1 if span < timedelta(0) else 1)

    return part


def _months_part(months: Months, of: Callable[[int], int]) -> Decimal:
    return Decimal(of(abs(months.count)) * (-1 if months.count < 0 else 1))


_HOUR, _MINUTE, _SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
_OF_DAY: dict[str, Callable[[Any], Value]] = {
    "year": lambda day: _whole(day.year),
    "month": lambda day: _whole(day.month),
    "day": lambda day: _whole(day.day),
    "weekday": lambda day: _whole(day.isoweekday()),
}
_OF_CLOCK: dict[str, Callable[[Any], Value]] = {
    "hour": lambda moment: _whole(moment.hour),
    "minute": lambda moment: _whole(moment.minute),
    "second": lambda moment: _whole(moment.second) + Decimal(moment.microsecond).scaleb(-6),
}
COMPONENTS: Final[dict[type, dict[str, Callable[[Any], Value]]]] = {
    date: _OF_DAY,
    datetime: _OF_DAY | _OF_CLOCK,
    time: _OF_CLOCK,
    timedelta: {
        "days": _part(_DAY),
        "hours": _part(_HOUR, _DAY),
        "minutes": _part(_MINUTE, _HOUR),
        "seconds": _part(_SECOND, _MINUTE),
    },
    Months: {
        "years": lambda months: _months_part(months, lambda count: count // 12),
        "months": lambda months: _months_part(months, lambda count: count % 12),
    },
}
