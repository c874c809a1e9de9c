"""A deadline that letters changed ends where a walk over the days ends that skips what is paused."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_worktime import DAYS, MINUTES, OFFICE, STARTS, ZONE, at, is_open, table, unhurried

from engine import worktime
from engine.errors import BadTime
from engine.worktime import Extension, Pause, read_sop

LETTERS = "surat 1/2026"
OFFSETS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)), max_size=3)  # gap before it, its length


def pauses(start: datetime, offsets: list[tuple[int, int]]) -> list[Pause]:
    found, day = [], start.date()
    for gap, length in offsets:
        first = day + gap * DAYS
        found.append(Pause(first, first + length * DAYS, LETTERS))
        day = first + (length + 1) * DAYS
    return found


def is_paused(day: date, found: list[Pause]) -> bool:
    return any(pause.first <= day <= pause.last for pause in found)


def walk_days(start: datetime, count: int, found: list[Pause]) -> datetime:
    day = start.date()
    while count:
        day += DAYS
        count -= bool(table(day)) and not is_paused(day, found)
    return datetime.combine(day, time.fromisoformat(table(day)[-1][1]), ZONE)


def walk_calendar(start: datetime, count: int, found: list[Pause]) -> datetime:
    day = start.date()
    while count:
        day += DAYS
        count -= not is_paused(day, found)
    return datetime.combine(day, time(23, 59, 59), ZONE)


def walk_minutes(start: datetime, count: int, found: list[Pause]) -> datetime:
    while count:
        count -= is_open(start) and not is_paused(start.date(), found)
        start += MINUTES
    return start


WALKS = {"hari": walk_days, "hari kalender": walk_calendar, "menit": walk_minutes}


@unhurried
@given(STARTS, st.integers(1, 15), OFFSETS, st.sampled_from(sorted(WALKS)))
def test_a_paused_deadline_ends_where_a_walk_ends_that_skips_the_paused_days(start, count, offsets, words):
    found = pauses(start, offsets)
    assert worktime.changed(read_sop(f"{count} {words}"), start, OFFICE, found).due == WALKS[words](start, count, found)


@unhurried
@given(STARTS, st.integers(1, 15), st.integers(1, 10), OFFSETS, st.sampled_from(["hari", "hari kalender"]))
def test_time_that_is_added_is_counted_on_from_the_old_end(start, count, more, offsets, words):
    letter = Extension(date(2027, 1, 1), LETTERS, added=read_sop(f"{more} {words}"))
    found = [one for one in pauses(start, offsets) if one.last < start.date() + count * DAYS]
    due = worktime.changed(read_sop(f"{count} {words}"), start, OFFICE, [letter, *found]).due
    assert due == WALKS[words](start, count + more, found)


def test_without_changes_nothing_changes():
    span = read_sop("60-90 hari kalender")
    assert worktime.changed(span, at("2027-01-04T09:00"), OFFICE) == worktime.deadline(
        span, at("2027-01-04T09:00"), OFFICE
    )


def test_plain_time_runs_on_after_a_pause():
    pause = Pause(date(2026, 11, 24), date(2026, 11, 25), LETTERS)
    due = worktime.changed(read_sop("2 x 24 jam"), at("2026-11-23T09:00"), OFFICE, [pause]).due
    assert due == at("2026-11-27T09:00")


def test_a_letter_may_name_the_new_last_day():
    span, letter = read_sop("5 hari"), Extension(date(2026, 11, 24), LETTERS, until=date(2026, 12, 11))
    found = worktime.changed(span, at("2026-11-23T09:00"), OFFICE, [letter])
    assert found.due == at("2026-12-11T16:30") and found.warn and at("2026-11-30T16:00") < found.warn < found.due
    assert found.why[-1] == "Diperpanjang dengan surat 1/2026 sampai Jum 11 Des 2026 pukul 16:30."


@pytest.mark.parametrize("until", [date(2026, 11, 30), date(2026, 11, 27)])
def test_a_letter_that_shortens_is_refused(until):
    with pytest.raises(BadTime, match="sesudah tenggat sekarang"):
        letter = Extension(date(2026, 11, 24), LETTERS, until=until)
        worktime.changed(read_sop("5 hari"), at("2026-11-23T09:00"), OFFICE, [letter])


def test_a_pause_and_an_extension_explain_themselves():
    changes = [
        Pause(date(2026, 11, 25), date(2026, 11, 26), LETTERS),
        Extension(date(2026, 11, 27), "Adendum 7", added=read_sop("2 hari")),
    ]
    why = worktime.changed(read_sop("5 hari"), at("2026-11-23T09:00"), OFFICE, changes).why
    assert why[-2] == (
        "Dijeda Rab 25 Nov 2026 - Kam 26 Nov 2026 dengan surat 1/2026: sisa waktunya dihitung lagi sesudahnya, "
        "berakhir Rab 2 Des 2026 pukul 16:00."
    )
    assert why[-1].startswith("Diperpanjang 2 hari kerja dengan Adendum 7: dihitung sejak Rab 2 Des 2026")
    assert timedelta(0) < at("2026-12-04T16:30") - at("2026-12-02T16:00")
