"""A deadline that a letter changed: due = f(span, begin, calendar, changes). Nothing else decides it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from engine.errors import BadTime
from engine.worktime.calendars import Calendar
from engine.worktime.deadlines import COUNTS, Deadline, closing, date_text, deadline, elapsed, moment_text
from engine.worktime.spans import DAY, Span, Unit, span_text


@dataclass(frozen=True)
class Pause:
    """Days, both included, on which a deadline does not run: masa sanggah, or another office holds the case."""

    first: date
    last: date
    letter: str

    @property
    def on(self) -> date:
        return self.first


@dataclass(frozen=True)
class Extension:
    """An adendum: either so much more time, counted from the deadline as it stood, or a new last day."""

    on: date
    letter: str
    added: Span | None = None
    until: date | None = None


Change = Pause | Extension


def changed(span: Span, begin: datetime, calendar: Calendar, changes: Iterable[Change] = ()) -> Deadline:
    """When a span is over after its changes, taken in the order of their days. Raises BadTime."""
    found = deadline(span, begin, calendar)
    for change in sorted(changes, key=lambda one: one.on):
        if isinstance(change, Pause):
            found = _paused(found, span.unit, begin, calendar, change)
        else:
            found = _extended(found, span.unit, calendar, change)
    return found


def _extended(found: Deadline, unit: Unit, calendar: Calendar, change: Extension) -> Deadline:
    if change.added is not None:
        more = deadline(change.added, found.due, calendar)
        since, end = moment_text(found.due, calendar), moment_text(more.due, calendar)
        text = f"Diperpanjang {span_text(change.added)} dengan {change.letter}: dihitung sejak {since}, berakhir {end}."
        return replace(found, due=more.due, warn=more.warn, why=(*found.why, text))
    assert change.until is not None
    due = closing(change.until, calendar, unit in (Unit.HARI_KERJA, Unit.JAM_KERJA))
    if due <= found.due:
        raise BadTime("Tanggal baru harus sesudah tenggat sekarang, {due}.", due=moment_text(found.due, calendar))
    text = f"Diperpanjang dengan {change.letter} sampai {moment_text(due, calendar)}."
    return replace(found, due=due, warn=found.due + (due - found.due) * 4 // 5, why=(*found.why, text))


def _paused(found: Deadline, unit: Unit, begin: datetime, calendar: Calendar, pause: Pause) -> Deadline:
    """What was left at the beginning of a pause is left at its end."""
    if found.due < _midnight(pause.first, calendar):
        return found
    due = _pushed(found.due, unit, begin, calendar, pause)
    warn = found.warn and _pushed(found.warn, unit, begin, calendar, pause)
    days = f"{date_text(pause.first)} - {date_text(pause.last)}"
    end = moment_text(due, calendar)
    text = f"Dijeda {days} dengan {pause.letter}: sisa waktunya dihitung lagi sesudahnya, berakhir {end}."
    return replace(found, due=due, warn=warn, why=(*found.why, text))


def _pushed(at: datetime, unit: Unit, begin: datetime, calendar: Calendar, pause: Pause) -> datetime:
    stop, resume = max(begin, _midnight(pause.first, calendar)), _midnight(pause.last + DAY, calendar)
    if at < stop or resume <= begin:
        return at
    if unit is Unit.PLAIN:
        return at + (resume - stop)
    if unit is Unit.JAM_KERJA:
        left = elapsed(stop, at, calendar)
        return COUNTS[unit](left, resume, calendar)[0] if left else at
    first = max(begin.astimezone(calendar.zone).date() + DAY, pause.first)  # the day it begins does not count
    left = _days(first, at.astimezone(calendar.zone).date(), unit, calendar) * DAY
    return COUNTS[unit](left, resume - timedelta(seconds=1), calendar)[0] if left else at


def _days(first: date, last: date, unit: Unit, calendar: Calendar) -> int:
    """How many days of its unit lie from one day to another, both included."""
    days = (first + n * DAY for n in range((last - first).days + 1))
    return sum(unit is not Unit.HARI_KERJA or bool(calendar.day(day).hours) for day in days)


def _midnight(day: date, calendar: Calendar) -> datetime:
    return datetime.combine(day, time.min, calendar.zone)
