"""Built-ins on dates, times and durations."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Final

from engine.feel import moments
from engine.feel.builtins import builtin
from engine.feel.scope import Scope
from engine.values import Months, Value

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _whole(*numbers: Value) -> list[int] | None:
    """Whole numbers of decimals; None where one is none."""
    if not all(isinstance(one, Decimal) and abs(one) < 10**6 and one == one.to_integral_value() for one in numbers):
        return None
    return [int(one) for one in numbers]


@builtin("date", "any number? number?")
def make_date(scope: Scope, source: Value, month: Decimal | None = None, day: Decimal | None = None) -> Value:
    """The date of a text "2026-11-23", of a date-time, or of year, month and day."""
    match source:
        case Decimal():
            parts = _whole(source, month, day)
            return date(*parts) if parts else None
        case _ if month is not None:
            return None
        case str():
            return moments.read_date(source)
        case datetime():
            return source.date()
        case date():
            return source
    return None


@builtin("time", "any number? number? duration??")
def make_time(
    scope: Scope, source: Value, minute: Decimal | None = None, second: Decimal | None = None, offset: Value = None
) -> Value:
    """The time of a text "14:30:00", of a date-time, or of hour, minute, second and an offset if there is one."""
    match source:
        case Decimal():
            parts = _whole(source, minute, second)
            zone = timezone(offset) if isinstance(offset, timedelta) else None
            return time(parts[0], parts[1], parts[2], tzinfo=zone) if parts else None
        case _ if minute is not None:
            return None
        case str():
            return moments.read_time(source)
        case datetime():
            return source.timetz()
        case date():
            return time(0, tzinfo=UTC)
        case time():
            return source
    return None


@builtin("date and time", "any time?")
def make_date_time(scope: Scope, source: Value, clock: time | None = None) -> Value:
    """The date-time of a text "2026-11-23T14:30:00+07:00", or of a date and a time; without offset: in Pontianak."""
    match source:
        case str() if clock is None:
            return moments.read_date_time(source)
        case date() if clock is not None:
            moment = datetime.combine(source.date() if isinstance(source, datetime) else source, clock)
            return moment if moment.tzinfo else moments.here(moment)
        case datetime():
            return source
    return None


@builtin("duration", "string")
def make_duration(scope: Scope, text: str) -> Value:
    """The duration of a text: "P5D", "PT8H30M" (days and time) or "P1Y6M" (years and months)."""
    return moments.read_span(text)


@builtin("years and months duration", "moment moment")
def years_and_months(scope: Scope, begin: date, end: date) -> Value:
    """The whole months from one date to another."""
    return moments.months_between(_day(begin), _day(end))


@builtin("now")
def now(scope: Scope) -> Value:
    """The instant of the step, in Pontianak; the same in all of one calculation."""
    return moments.here(scope.instant())


@builtin("today")
def today(scope: Scope) -> Value:
    """The date of the step in Pontianak."""
    return moments.here(scope.instant()).date()


@builtin("day of week", "moment")
def day_of_week(scope: Scope, moment: date) -> Value:
    """The English name of the day: "Monday"."""
    return _DAYS[moment.weekday()]


@builtin("month of year", "moment")
def month_of_year(scope: Scope, moment: date) -> Value:
    """The English name of the month: "January"."""
    return _MONTHS[moment.month - 1]


@builtin("day of year", "moment")
def day_of_year(scope: Scope, moment: date) -> Value:
    """Which day of the year a date is, from 1."""
    return Decimal(moment.timetuple().tm_yday)


@builtin("week of year", "moment")
def week_of_year(scope: Scope, moment: date) -> Value:
    """Which ISO week of the year a date lies in."""
    return Decimal(moment.isocalendar().week)


@builtin("last day of month", "moment")
def last_day_of_month(scope: Scope, moment: date) -> Value:
    """The last date of the month that a date lies in."""
    return moments.add_months(_day(moment).replace(day=1), Months(1)) - timedelta(days=1)


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
