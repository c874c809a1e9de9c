"""Calendars as data: when an office is open, by whose decree, and which days are holidays, by which one."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays
from opening_hours import OpeningHours, State

from engine.errors import BadTime, NotFound
from engine.values import canonical

DEFAULT = "kota-pontianak"
EXAMPLE = "Mo-Th 07:30-12:00,13:00-16:00; Fr 07:30-11:30,13:00-16:30"
YEARS = range(2015, 2041)  # the years whose holidays we know or can estimate; nothing is counted outside them
Hours = tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True)
class Profile:
    """Office hours as OSM opening-hours text, for the days from `since` to `until` (None: open), and their decree."""

    hours: str
    source: str
    since: date | None = None
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the profile is in force on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Day:
    """One day of a calendar: its office hours as UTC instants (none: not a working day), and why."""

    hours: Hours
    holiday: str | None  # the holiday that closes an office which is open on such a day otherwise
    source: str  # the decree its hours come from


@dataclass(frozen=True)
class Calendar:
    """An office's working time. Of two profiles that cover a day the later in the list counts."""

    key: str
    timezone: str
    profiles: tuple[Profile, ...]
    holidays: Mapping[date, str] = field(hash=False)
    years: range = YEARS
    _days: dict[date, Day] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of the office."""
        return ZoneInfo(self.timezone)

    @cached_property
    def version(self) -> str:
        """The first 12 hex digits of the SHA-256 of the content: another holiday or decree, another version."""
        profiles = [[p.hours, p.source, str(p.since), str(p.until)] for p in self.profiles]
        days = [[day.isoformat(), name] for day, name in sorted(self.holidays.items())]
        years = [str(self.years[0]), str(self.years[-1])]
        return hashlib.sha256(canonical([self.key, self.timezone, profiles, days, years])).hexdigest()[:12]

    def knows(self, day: date) -> bool:
        """Whether the holidays of that day's year are in the calendar."""
        return day.year in self.years

    def day(self, day: date) -> Day:
        """What a day is on this calendar. Raises BadTime outside its years."""
        found = self._days.get(day)
        if found is None:
            if not self.knows(day):
                raise BadTime(
                    "Kalender {key} hanya memuat tahun {first} sampai {last}.",
                    key=self.key,
                    first=str(self.years[0]),
                    last=str(self.years[-1]),
                )
            found = self._days[day] = self._read(day)
        return found

    def _read(self, day: date) -> Day:
        profile = next((p for p in reversed(self.profiles) if p.covers(day)), None)
        if profile is None:
            return Day((), None, "")
        midnight = datetime.combine(day, time.min)
        hours = tuple(
            (begin.replace(tzinfo=self.zone).astimezone(UTC), end.replace(tzinfo=self.zone).astimezone(UTC))
            for begin, end, state, _ in _opening(profile.hours).intervals(midnight, midnight + timedelta(days=1))
            if state == State.OPEN
        )
        holiday = self.holidays.get(day) if hours else None
        return Day(() if holiday else hours, holiday, profile.source)


@cache
def calendar(key: str = DEFAULT) -> Calendar:
    """The calendar of that key. Raises NotFound."""
    if key not in OFFICES:
        raise NotFound("Tidak ada kalender bernama {key}.", key=key)
    timezone, profiles = OFFICES[key]
    return Calendar(key, timezone, profiles, _national(YEARS))


OFFICES: dict[str, tuple[str, tuple[Profile, ...]]] = {
    DEFAULT: (
        "Asia/Pontianak",
        (
            Profile("Mo-Th 07:30-12:00,13:00-16:00; Fr 07:30-11:30,13:00-16:30", "Perpres 21/2023"),
            Profile(
                "Mo-Th 07:15-12:00,12:30-14:15; Fr 07:15-11:30,12:30-14:45",
                "SE Wali Kota Pontianak, Ramadan 1447 H",
                date(2026, 2, 19),
                date(2026, 3, 20),
            ),
        ),
    ),
}


def _national(years: range) -> Mapping[date, str]:
    """Indonesia's holidays, cuti bersama included: it closes offices too."""
    found = holidays.country_holidays("ID", categories=("public", "government"), years=years, language="id")
    return MappingProxyType(dict(sorted(found.items())))


def only_joint(years: range = YEARS) -> frozenset[date]:
    """The days that are holidays only by cuti bersama."""
    public = holidays.country_holidays("ID", categories=("public",), years=years)
    return frozenset(day for day in _national(years) if day not in public)


HOURS = re.compile(
    r"(?:(?P<days>DAY(?:-DAY)?(?:,DAY(?:-DAY)?)*) (?:off|TIME-TIME(?:,TIME-TIME)*)(?:; ?|$))+".replace(
        "DAY", "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
    ).replace("TIME", r"(?:[01]\d|2[0-3]):[0-5]\d")
)


def checked_hours(text: str) -> str:
    """Office hours as `Profile` wants them: weekdays and times of one day, as in OSM. Raises BadTime."""
    spans = re.findall(r"(\d\d:\d\d)-(\d\d:\d\d)", text)
    if not HOURS.fullmatch(text) or text.endswith((";", " ")):
        raise BadTime("Jam kantor “{text}” tidak terbaca. Contoh: {example}", text=text[:200], example=EXAMPLE)
    if not spans or any(begin >= end for begin, end in spans):
        raise BadTime("Jam kantor “{text}” harus memuat jam buka yang berakhir sesudah mulainya.", text=text[:200])
    for rule in text.split(";"):
        times = re.findall(r"\d\d:\d\d", rule)
        if times != sorted(times):
            raise BadTime("Jam kantor “{text}” tumpang tindih atau tidak berurutan.", text=text[:200])
    return text


@cache
def _opening(text: str) -> OpeningHours:
    return OpeningHours(text)
