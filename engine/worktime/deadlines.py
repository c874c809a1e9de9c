"""Counting: when a span ends on a calendar, when to warn, why, and how much working time is left or lost."""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice

from babel.dates import format_date

from engine.errors import BadTime
from engine.values import Months
from engine.worktime.calendars import Calendar, Day
from engine.worktime.spans import DAY, HOUR, MINUTE, Amount, Span, Unit, span_text

Why = tuple[str, ...]
NAMED = 12  # explained days or holidays before the rest is only counted


@dataclass(frozen=True)
class Deadline:
    """When a span ends and when to warn (None: not before the end), as UTC instants, and how that was counted."""

    due: datetime
    warn: datetime | None
    why: Why
    calendar: str  # key@version


@dataclass(frozen=True)
class Left:
    """How much working time there is until a due date, or since it."""

    late: bool
    amount: int
    unit: str  # "hari kerja" | "jam kerja" | "menit kerja"

    def __str__(self) -> str:
        amount = f"{self.amount} {self.unit}" if self.amount else f"kurang dari 1 {self.unit}"
        return f"terlambat {amount}" if self.late else f"sisa {amount}"


class Steps:
    """The days that a count passes, step by step: neighbours of one kind are one line, a holiday is its own."""

    def __init__(self) -> None:
        self._runs: list[tuple[str, date, date, int, int]] = []  # kind, first and last day, first and last number

    def add(self, day: date, found: Day, number: int) -> None:
        """One day more: a working day gets its number, a closed one keeps the number before it."""
        kind = "" if found.hours else found.holiday or "akhir pekan"
        if self._runs and self._runs[-1][0] == kind and (not kind or not found.holiday):
            _, first, _, begin, _ = self._runs[-1]
            self._runs[-1] = (kind, first, day, begin, number)
        else:
            self._runs.append((kind, day, day, number, number))

    def told(self) -> list[str]:
        """A sentence for each run."""
        return [self._line(*run) for run in self._runs]

    @staticmethod
    def _line(kind: str, first: date, last: date, begin: int, end: int) -> str:
        days = date_text(first) if first == last else f"{date_text(first)} - {date_text(last)}"
        if kind:
            return f"{days}: {kind}, tidak dihitung."
        return f"{days}: hari kerja ke-{begin}." if begin == end else f"{days}: hari kerja ke-{begin} sampai ke-{end}."


def deadline(span: Span, start: datetime, calendar: Calendar) -> Deadline:
    """When a span that starts at an aware instant is over. Raises BadTime, also outside the calendar's years."""
    if start.tzinfo is None:
        raise BadTime("Waktu mulai harus memakai zona waktu.")
    try:
        end, why = COUNTS[span.unit](span.maximum, start.astimezone(UTC), calendar)
        warn = _warn(span, start.astimezone(UTC), end, calendar)
    except (OverflowError, ValueError) as error:  # beyond the year 9999
        raise BadTime("Waktu “{text}” terlalu panjang untuk dihitung.", text=span.text[:80]) from error
    begin = f"{span_text(span)} sejak {moment_text(start, calendar)}."
    return Deadline(end, warn if warn < end else None, (begin, *why), f"{calendar.key}@{calendar.version}")


def elapsed(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Office time between two aware instants; negative if the end lies before the start."""
    if end < start:
        return -elapsed(end, start, calendar)
    total = timedelta(0)
    for _, day in _days(start, end, calendar):
        for opens, closes in day.hours:
            total += max(min(closes, end) - max(opens, start), timedelta(0))
    return total


def working_days(start: datetime, end: datetime, calendar: Calendar) -> int:
    """Working days from the day after the start to the day of the end, as deadlines count; negative backwards."""
    if end < start:
        return -working_days(end, start, calendar)
    return sum(bool(day.hours) for _, day in islice(_days(start, end, calendar), 1, None))


def remaining(now: datetime, due: datetime, calendar: Calendar) -> Left:
    """Working time from now until the due date, or since: full working days; below one hours, below one minutes."""
    first, last = sorted((_known(now, calendar), _known(due, calendar)))
    full = sum(
        bool(day.hours) and first <= day.hours[0][0] and day.hours[-1][1] <= last
        for _, day in _days(first, last, calendar)
    )
    if full:
        return Left(now > due, full, "hari kerja")
    office = elapsed(first, last, calendar)
    if office >= HOUR:
        return Left(now > due, office // HOUR, "jam kerja")
    return Left(now > due, office // MINUTE, "menit kerja")


def _working_days_after(amount: Amount, start: datetime, calendar: Calendar) -> tuple[datetime, Why]:
    day, left = start.astimezone(calendar.zone).date(), _time(amount) // DAY
    count, found, steps = left, calendar.day(day), Steps()
    while left > 0:
        day += DAY
        found = calendar.day(day)
        left -= bool(found.hours)
        if left:
            steps.add(day, found, count - left)
    end = found.hours[-1][1]
    last = f"{date_text(day)}: hari kerja ke-{count}, kantor tutup pukul {_clock(end, calendar)} ({found.source})."
    return end, ("Hari mulai tidak dihitung.", *_capped(steps.told(), "baris lain"), last)


def _calendar_days_after(amount: Amount, start: datetime, calendar: Calendar) -> tuple[datetime, Why]:
    end, why = _calendar_day(amount, start, calendar)
    day = end.astimezone(calendar.zone).date()
    closed = _closed(day, calendar)
    if closed is None:
        return end, why
    return end, (*why, f"Hari itu {closed[0]}; tenggat tidak digeser, hari kerja berikutnya {date_text(closed[1])}.")


def _calendar_days_moved(amount: Amount, start: datetime, calendar: Calendar) -> tuple[datetime, Why]:
    """As the model may ask: an end on a closed day moves to the next working day."""
    end, why = _calendar_day(amount, start, calendar)
    day = end.astimezone(calendar.zone).date()
    closed = _closed(day, calendar)
    if closed is None:
        return end, why
    text = f"{date_text(day)}: {closed[0]}; menurut model digeser ke hari kerja berikutnya, {date_text(closed[1])}."
    return _last_second(closed[1], calendar), (*why, text)


def _calendar_day(amount: Amount, start: datetime, calendar: Calendar) -> tuple[datetime, Why]:
    count = _time(amount) // DAY
    day = start.astimezone(calendar.zone).date() + count * DAY
    why = ("Hari mulai tidak dihitung.", f"{date_text(day)}: hari kalender ke-{count}, berakhir pukul 23:59:59.")
    return _last_second(day, calendar), why


def closing(day: date, calendar: Calendar, office: bool) -> datetime:
    """When a day ends: where office hours count at closing time, if it has any; else at its last second."""
    hours = calendar.day(day).hours if office else ()
    return hours[-1][1] if hours else _last_second(day, calendar)


def _last_second(day: date, calendar: Calendar) -> datetime:
    return datetime.combine(day, time(23, 59, 59), calendar.zone).astimezone(UTC)


def _office_time_after(amount: Amount, start: datetime, calendar: Calendar) -> tuple[datetime, Why]:
    day, left, lines, end, at = start.astimezone(calendar.zone).date(), _time(amount), [], start, start
    while left > timedelta(0):
        found, used = calendar.day(day), timedelta(0)
        for opens, closes in found.hours:
            at = max(opens, start)
            part = min(max(closes - at, timedelta(0)), left)
            if part:
                end, left, used = at + part, left - part, used + part
        if used:
            until = _clock(end, calendar)
            lines.append(f"{date_text(day)}: {_office_text(used)}, sampai pukul {until} ({found.source}).")
        elif found.holiday:
            lines.append(f"{date_text(day)}: {found.holiday}, tidak dihitung.")
        day += DAY
    return end, ("Hanya jam kerja yang dihitung.", *_capped(lines[:-1], "hari lain"), *lines[-1:])


def _plain_time_after(amount: Amount, start: datetime, calendar: Calendar) -> tuple[datetime, Why]:
    end = _months_after(amount.count, start, calendar) if isinstance(amount, Months) else start + amount
    return end, (f"Waktu berjalan terus, termasuk di luar jam kerja; berakhir {moment_text(end, calendar)}.",)


Count = Callable[[Amount, datetime, Calendar], tuple[datetime, Why]]
COUNTS: dict[Unit, Count] = {
    Unit.HARI_KERJA: _working_days_after,
    Unit.HARI_KALENDER: _calendar_days_after,
    Unit.HARI_KALENDER_GESER: _calendar_days_moved,
    Unit.JAM_KERJA: _office_time_after,
    Unit.PLAIN: _plain_time_after,
}


def _warn(span: Span, start: datetime, due: datetime, calendar: Calendar) -> datetime:
    """When to warn: at the minimum of a range, or at 80 % of a single value."""
    if span.minimum is None and span.unit is Unit.PLAIN:
        return start + (due - start) * 4 // 5
    return COUNTS[span.unit](_warn_amount(span), start, calendar)[0]


def _warn_amount(span: Span) -> Amount:
    if span.minimum is None:
        most = _time(span.maximum)
        return most * 4 // 5 if span.unit is Unit.JAM_KERJA else -(-most * 4 // (5 * DAY)) * DAY
    if span.minimum != span.grain:
        return span.minimum
    match span.grain, span.maximum:  # a minimum of 1 would warn at once: half of the maximum, rounded up
        case timedelta() as grain, timedelta() as most:
            return -(-most // (2 * grain)) * grain
        case Months(), Months(months):
            return Months(-(-months // 2))
    return span.minimum


def _months_after(count: int, start: datetime, calendar: Calendar) -> datetime:
    """The same wall time so many months later, on the month's last day if it is shorter."""
    local = start.astimezone(calendar.zone)
    year, month = divmod(local.year * 12 + local.month - 1 + count, 12)
    last = monthrange(year, month + 1)[1]
    return local.replace(year=year, month=month + 1, day=min(local.day, last)).astimezone(UTC)


def _days(start: datetime, end: datetime, calendar: Calendar) -> Iterator[tuple[date, Day]]:
    """The local days from one instant's to another's, both included."""
    day, last = start.astimezone(calendar.zone).date(), end.astimezone(calendar.zone).date()
    while day <= last:
        yield day, calendar.day(day)
        day += DAY


def _known(at: datetime, calendar: Calendar) -> datetime:
    """The instant, or the nearest in the calendar's years: a due date may lie beyond them."""
    first = datetime(calendar.years[0], 1, 1, tzinfo=calendar.zone)
    last = datetime(calendar.years[-1], 12, 31, tzinfo=calendar.zone)
    return max(first, min(at, last))


def _time(amount: Amount) -> timedelta:
    if isinstance(amount, Months):
        raise BadTime("Bulan hanya dapat dihitung sebagai waktu biasa.")
    return amount


def _closed(day: date, calendar: Calendar) -> tuple[str, date] | None:
    """Why the office is closed on a day, and the next working day; None if it is open or that is not known."""
    if not calendar.knows(day) or calendar.day(day).hours:
        return None
    following = day + DAY
    while calendar.knows(following) and not calendar.day(following).hours:
        following += DAY
    return (calendar.day(day).holiday or "akhir pekan", following) if calendar.knows(following) else None


def _capped(lines: list[str], what: str) -> Why:
    rest = len(lines) - NAMED
    return (*lines[:NAMED], f"… dan {rest} {what} sesudahnya.") if rest > 0 else tuple(lines)


def _office_text(used: timedelta) -> str:
    minutes, seconds = divmod(used, MINUTE)
    parts = [f"{minutes} menit"] * bool(minutes) + [f"{seconds.total_seconds():g} detik"] * bool(seconds)
    return " ".join(parts)


def moment_text(at: datetime, calendar: Calendar) -> str:
    """'Sen 30 Nov 2026 pukul 16:00', in the time of the office."""
    return f"{date_text(at.astimezone(calendar.zone).date())} pukul {_clock(at, calendar)}"


def _clock(at: datetime, calendar: Calendar) -> str:
    return at.astimezone(calendar.zone).strftime("%H:%M:%S").removesuffix(":00")


@lru_cache(maxsize=4096)
def date_text(day: date) -> str:
    """\'Sen 30 Nov 2026\'."""
    return format_date(day, "EEE d MMM y", locale="id")
