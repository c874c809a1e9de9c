"""When people are told: in office hours unless they want otherwise."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_worktime import at

from engine import worktime
from engine.model import Choice, Notice
from engine.outbox.hours import opens, when
from engine.people import ZONE

OFFICE = worktime.calendar()
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2039, 12, 1)).map(lambda found: found.replace(tzinfo=UTC))
FRIDAY_NIGHT, MONDAY = at("2026-11-27T21:00"), at("2026-11-30T07:30")
WARNING, BREACH = (Notice(kind=kind, body={}) for kind in ("warning", "breach"))


def choice(**changes: object) -> Choice:
    return Choice(**({"mode": "segera", "hour": 8, "quiet": True, "urgent": False} | changes))


def in_hours(moment: datetime) -> bool:
    day = OFFICE.day(moment.astimezone(OFFICE.zone).date())
    return any(begin <= moment < end for begin, end in day.hours)


@given(MOMENTS)
def test_quiet_hours_end_when_the_office_opens_next_and_not_later(moment: datetime) -> None:
    told = opens(OFFICE, moment)
    assert told >= moment and in_hours(told)
    assert (told == moment) == in_hours(moment)
    assert worktime.elapsed(moment, told, OFFICE) == timedelta(0)


@given(MOMENTS, st.sampled_from(["segera", "harian"]), st.integers(0, 23), st.booleans())
def test_nobody_who_wants_quiet_hours_is_told_outside_of_them(
    moment: datetime, mode: str, hour: int, minutes: bool
) -> None:
    told, _ = when(choice(mode=mode, hour=hour), Notice(kind="opened", body={"minutes": minutes}), OFFICE, moment)
    assert told >= moment and in_hours(told)


@pytest.mark.parametrize(
    ("chosen", "notice", "told", "digest"),
    [
        (choice(), WARNING, MONDAY, False),
        (choice(quiet=False), WARNING, FRIDAY_NIGHT, False),
        (choice(), BREACH, MONDAY, False),
        (choice(urgent=True), BREACH, FRIDAY_NIGHT, False),
        (choice(urgent=True), WARNING, MONDAY, False),
        (choice(mode="harian", urgent=True), BREACH, FRIDAY_NIGHT, False),
        (choice(mode="harian", hour=9), WARNING, at("2026-11-30T07:30"), True),
        (choice(mode="harian", hour=22, quiet=False), WARNING, at("2026-11-27T22:00"), True),
        (choice(mode="harian", hour=6, quiet=False), WARNING, at("2026-11-28T06:00"), True),
        (choice(quiet=False), Notice(kind="breach", body={"minutes": True}), at("2026-11-28T08:00"), True),
    ],
)
def test_when_a_person_is_told(chosen: Choice, notice: Notice, told: datetime, digest: bool) -> None:
    assert when(chosen, notice, OFFICE, FRIDAY_NIGHT) == (told, digest)


def test_beyond_the_calendars_years_nothing_waits_for_ever() -> None:
    late = datetime(2050, 1, 1, 22, tzinfo=ZONE)
    assert opens(OFFICE, late) == late
