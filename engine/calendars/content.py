"""What a calendar says: its office hours and its holidays, as values; a unit's say less, the rest is its city's."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any

from engine import values
from engine.worktime import Calendar, Profile


class HolidayKind(StrEnum):
    """Why a day is no working day, or is one although the calendar above says that it is none."""

    NATIONAL = "libur nasional"
    JOINT = "cuti bersama"
    LOCAL = "libur lokal"
    EXCEPTED = "dikecualikan"


NATIONAL = (HolidayKind.NATIONAL, HolidayKind.JOINT)  # what the yearly SKB 3 Menteri decides


@dataclass(frozen=True)
class Holiday:
    """A day, its name, and the decree that says so."""

    date: date
    name: str
    kind: HolidayKind
    source: str


@dataclass(frozen=True)
class Content:
    """Office hours (of two that cover a day the later counts) and holidays in the order of their dates."""

    profiles: tuple[Profile, ...] = ()
    holidays: tuple[Holiday, ...] = ()

    def on(self, day: date) -> Holiday | None:
        """What it says of a day."""
        return next((one for one in self.holidays if one.date == day), None)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of all that it says."""
        return hashlib.sha256(values.canonical(written(self))).hexdigest()


def sorted_(holidays: Iterable[Holiday]) -> tuple[Holiday, ...]:
    """Holidays in the order of their dates."""
    return tuple(sorted(holidays, key=lambda one: one.date))


def written(content: Content) -> dict[str, Any]:
    """A content as JSON."""
    profiles = [[p.hours, p.source, _iso(p.since), _iso(p.until)] for p in content.profiles]
    holidays = [[h.date.isoformat(), h.name, str(h.kind), h.source] for h in content.holidays]
    return {"profiles": profiles, "holidays": holidays}


def read(told: dict[str, Any]) -> Content:
    """The content that `written` wrote."""
    profiles = (Profile(hours, source, _day(since), _day(until)) for hours, source, since, until in told["profiles"])
    holidays = (Holiday(date.fromisoformat(day), name, HolidayKind(kind), s) for day, name, kind, s in told["holidays"])
    return Content(tuple(profiles), tuple(holidays))


def merged(key: str, timezone: str, contents: Sequence[Content]) -> Calendar:
    """The calendar of some contents, the city's first: whoever comes later is more particular, and wins."""
    days: dict[date, str] = {}
    for content in contents:
        for one in content.holidays:
            days.pop(one.date, None)
            if one.kind != HolidayKind.EXCEPTED:
                days[one.date] = one.name
    profiles = tuple(profile for content in contents for profile in content.profiles)
    return Calendar(key, timezone, profiles, MappingProxyType(dict(sorted(days.items()))))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
