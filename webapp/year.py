"""The year of a calendar as one looks at it: months, weeks, days; office hours and moved deadlines in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from engine import worktime
from engine.calendars import Content, Holiday
from engine.deadlines import Move
from engine.worktime import Profile
from webapp.words import DAYS, MONTHS, count, language, marked, say

CODES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


@dataclass(frozen=True)
class Cell:
    """A day of the year view."""

    day: date
    holiday: Holiday | None
    works: bool
    own: bool  # this calendar itself says so, not the one above


@dataclass(frozen=True)
class Month:
    """A month of the year view: its weeks (None: of another month), and its days that are named."""

    name: str
    weeks: tuple[tuple[Cell | None, ...], ...]
    named: tuple[Cell, ...]


def months(year: int, office: worktime.Calendar, chain: list[tuple[str, Content]]) -> list[Month]:
    """The months of a year on a calendar, with what each content above it and its own says."""
    said = {one.date: (one, key == office.key) for key, content in chain for one in content.holidays}
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    cells = [_cell(day, office, said) for day in days if day.year == year]
    return [_month(number, list(some)) for number, some in groupby(cells, key=lambda cell: cell.day.month)]


def _cell(day: date, office: worktime.Calendar, said: Mapping[date, tuple[Holiday, bool]]) -> Cell:
    holiday, own = said.get(day, (None, False))
    return Cell(day, holiday, bool(office.day(day).hours), own)


def _month(number: int, cells: list[Cell]) -> Month:
    padded = [None] * cells[0].day.weekday() + cells
    padded += [None] * (-len(padded) % 7)
    weeks = tuple(tuple(padded[n : n + 7]) for n in range(0, len(padded), 7))
    return Month(MONTHS[language()][number - 1], weeks, tuple(cell for cell in cells if cell.holiday))


def hours_words(profile: Profile) -> str:
    """Office hours as one reads them: 'Sen-Kam 07.30-12.00, 13.00-16.00; Jum ...'."""
    text = profile.hours.replace(",", ", ").replace("off", say("tutup"))
    for code, name in zip(CODES, DAYS[language()], strict=True):
        text = text.replace(code, name[:3])
    return text.replace(":", ".") if language() == "id" else text


SHIFTS = {  # (later, in days) -> words
    (True, True): marked("mundur {n} hari kerja"),
    (False, True): marked("maju {n} hari kerja"),
    (True, False): marked("mundur {n} menit kerja"),
    (False, False): marked("maju {n} menit kerja"),
}


def shift_words(move: Move) -> str:
    """How far a deadline moves, in working time: 'mundur 1 hari kerja'."""
    if move.new.due == move.old.due:
        return say("hanya peringatannya")
    text = SHIFTS[move.new.due > move.old.due, move.days != 0]
    return count(text, text, abs(move.days) or abs(move.shift) // timedelta(minutes=1))
