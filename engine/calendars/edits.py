"""What somebody may change about a calendar: each takes a content and gives another one. Raises BadValue, BadTime."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from engine.calendars.content import NATIONAL, Content, Holiday, sorted_
from engine.errors import BadValue
from engine.worktime import YEARS, Profile, checked_hours

MOST = 300  # characters of a name or of a decree


def add_profile(content: Content, profile: Profile) -> Content:
    """Office hours more; on the days that they cover they count before those that are there."""
    return replace(content, profiles=(*content.profiles, _profile(profile)))


def replace_profile(content: Content, place: int, profile: Profile) -> Content:
    """Other office hours at a place of the list, counted from 1."""
    _known(content, place)
    rows = list(content.profiles)
    rows[place - 1] = _profile(profile)
    return replace(content, profiles=tuple(rows))


def end_profile(content: Content, place: int, until: date) -> Content:
    """Office hours at a place of the list are in force until a day, and not after."""
    _known(content, place)
    return replace_profile(content, place, replace(content.profiles[place - 1], until=until))


def add_holiday(content: Content, holiday: Holiday) -> Content:
    """A holiday, or a working day by exception, instead of what the calendar itself says of that day."""
    rest = (one for one in content.holidays if one.date != holiday.date)
    return replace(content, holidays=sorted_([*rest, _holiday(holiday)]))


def remove_holiday(content: Content, day: date) -> Content:
    """A day of which the calendar itself says nothing more."""
    if content.on(day) is None:
        raise BadValue("Kalender ini tidak memuat libur pada {day}.", day=day.isoformat())
    return replace(content, holidays=tuple(one for one in content.holidays if one.date != day))


def import_year(content: Content, holidays: Sequence[Holiday]) -> Content:
    """A year's decree instead of that year's national holidays and cuti bersama; its own other days stay."""
    years = {one.date.year for one in holidays}
    if len(years) != 1:
        raise BadValue("Berkas CSV harus memuat hari libur dari tepat satu tahun.")
    new = {one.date: _holiday(one) for one in holidays}
    gone = (one for one in content.holidays if not (one.date.year in years and one.kind in NATIONAL))
    return replace(content, holidays=sorted_([*(one for one in gone if one.date not in new), *new.values()]))


def _known(content: Content, place: int) -> None:
    if not 1 <= place <= len(content.profiles):
        raise BadValue("Tidak ada jam kantor nomor {place} pada kalender ini.", place=str(place))


def _profile(profile: Profile) -> Profile:
    if profile.since and profile.until and profile.until < profile.since:
        raise BadValue("Jam kantor itu berakhir sebelum mulai berlaku.")
    return replace(profile, hours=checked_hours(profile.hours.strip()), source=_said(profile.source))


def _holiday(holiday: Holiday) -> Holiday:
    if holiday.date.year not in YEARS:
        raise BadValue("Kalender hanya memuat tahun {first} sampai {last}.", first=str(YEARS[0]), last=str(YEARS[-1]))
    return replace(holiday, name=_said(holiday.name), source=_said(holiday.source))


def _said(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise BadValue("Nama hari libur dan dasar keputusannya wajib diisi.")
    if len(text) > MOST:
        raise BadValue("Tulis paling banyak {most} huruf.", most=str(MOST))
    return text
