"""Working time: what SOP words mean, when they end on Pontianak's calendar, and what the inbox says of it."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import worktime
from engine.errors import BadTime, NotFound
from engine.values import Months
from engine.worktime import Calendar, Left, Profile, Span, Unit, read_iso, read_sop, span_text

ZONE = ZoneInfo("Asia/Pontianak")
OFFICE = worktime.calendar()
DAYS, MINUTES, HOURS = timedelta(days=1), timedelta(minutes=1), timedelta(hours=1)
KERJA, KALENDER, JAM, PLAIN = Unit.HARI_KERJA, Unit.HARI_KALENDER, Unit.JAM_KERJA, Unit.PLAIN


def at(text: str) -> datetime:
    """A wall time in Pontianak."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def ends(text: str, start: str) -> datetime:
    return worktime.deadline(read_sop(text), at(start), OFFICE).due


def warns(text: str, start: str) -> datetime | None:
    return worktime.deadline(read_sop(text), at(start), OFFICE).warn


SPELLINGS = [
    ("5 hari", None, 5 * DAYS, KERJA),
    ("5hari", None, 5 * DAYS, KERJA),
    ("5\u00a0Hari.", None, 5 * DAYS, KERJA),
    ("1 Hari kerja", None, DAYS, KERJA),
    ("5 (lima) hari kerja", None, 5 * DAYS, KERJA),
    ("14 (empat belas) hari", None, 14 * DAYS, KERJA),
    ("125 (seratus dua puluh lima) hari", None, 125 * DAYS, KERJA),
    ("7 - 20 Hari", 7 * DAYS, 20 * DAYS, KERJA),
    ("7 (tujuh) - 20 (dua puluh) hari", 7 * DAYS, 20 * DAYS, KERJA),
    ("1 - 3 hari", DAYS, 3 * DAYS, KERJA),
    ("1 hari - 3 hari kerja", DAYS, 3 * DAYS, KERJA),
    ("7 s/d 20 hari", 7 * DAYS, 20 * DAYS, KERJA),
    ("7 s.d. 20 hari", 7 * DAYS, 20 * DAYS, KERJA),
    ("7 sampai dengan 20 hari", 7 * DAYS, 20 * DAYS, KERJA),
    ("60-90 hari kalender", 60 * DAYS, 90 * DAYS, KALENDER),
    ("60\u201390 HARI KALENDER", 60 * DAYS, 90 * DAYS, KALENDER),
    ("15 menit", None, 15 * MINUTES, JAM),
    ("60 Menit", None, 60 * MINUTES, JAM),
    ("120 menit kerja", None, 120 * MINUTES, JAM),
    ("30 detik", None, timedelta(seconds=30), JAM),
    ("48 Jam", None, 48 * HOURS, JAM),
    ("1,5 jam", None, 90 * MINUTES, JAM),
    ("1 jam 30 menit", None, 90 * MINUTES, JAM),
    ("30 menit - 1 jam", 30 * MINUTES, HOURS, JAM),
    ("+ 1 jam", None, HOURS, JAM),
    ("\u00b1 1 jam", None, HOURS, JAM),
    ("1 x 24 jam", None, DAYS, PLAIN),
    ("2x24 jam", None, 2 * DAYS, PLAIN),
    ("3 \u00d7 24 Jam", None, 3 * DAYS, PLAIN),
    ("1 - 2 x 24 jam", DAYS, 2 * DAYS, PLAIN),
    ("2 bulan kalender", None, Months(2), PLAIN),
    ("36 jam berturut-turut", None, 36 * HOURS, PLAIN),
    ("paling lambat 10 hari kerja", None, 10 * DAYS, KERJA),
    ("Paling lama: 10 hari", None, 10 * DAYS, KERJA),
    ("maks. 10 hari", None, 10 * DAYS, KERJA),
    ("dalam waktu 60 hari", None, 60 * DAYS, KERJA),
    ("dalam waktu paling lama 60 hari kalender", None, 60 * DAYS, KALENDER),
]


@pytest.mark.parametrize(("text", "minimum", "maximum", "unit"), SPELLINGS, ids=[row[0] for row in SPELLINGS])
def test_every_spelling_of_real_sops_is_read(text, minimum, maximum, unit):
    span = read_sop(text)
    assert (span.minimum, span.maximum, span.unit, span.text) == (minimum, maximum, unit, text)


REFUSED = [
    "", "   ", "hari", "5", "lima hari", "0 hari", "0 menit", "-5 hari", "5 - hari", "20 - 7 hari", "0 - 5 hari",
    "paling lambat 10 hari kerja, perpanjangan 7 hari kerja", "5 hari kerja kira-kira", "minimal 5 hari",
    "5 hari libur", "1 minggu", "2 bulan", "1 tahun", "1 x 24 jam kerja", "2 x 12 jam", "2 x 24", "1 - 2 - 3 hari",
    "5 hari - 10 hari kalender", "24 jam - 2 x 24 jam", "1,5 hari", "1.500 menit", "1.5 jam", "5 (enam) hari",
    "5\u00b9 hari", "\u0665 hari", "5 hari 3 hari", "30 menit 1 jam", "1 hari 2 jam", "1,001 menit", "5 days",
    "1234567 hari", "{text} hari", "P5D", "5 hari" * 90,
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED, ids=[row[:30] for row in REFUSED])
def test_what_could_mean_something_else_is_refused(text):
    with pytest.raises(BadTime):
        read_sop(text)


def test_a_refusal_names_the_words_it_does_not_know():
    with pytest.raises(BadTime, match="“, perpanjangan 7 hari kerja”"):
        read_sop("paling lambat 10 hari kerja, perpanjangan 7 hari kerja")


ISO = [
    ("P5D", "hari_kerja", None, Span(5 * DAYS, None, KERJA, "")),
    ("P20D", "hari_kerja", "P7D", Span(20 * DAYS, 7 * DAYS, KERJA, "")),
    ("P2W", "hari_kalender", None, Span(14 * DAYS, None, KALENDER, "")),
    ("PT60M", "jam_kerja", None, Span(HOURS, None, JAM, "", MINUTES)),
    ("PT1H30M", "jam_kerja", None, Span(90 * MINUTES, None, JAM, "", MINUTES)),
    ("PT30S", "jam_kerja", None, Span(timedelta(seconds=30), None, JAM, "", timedelta(seconds=1))),
    ("P1DT2H", None, None, Span(26 * HOURS, None, PLAIN, "", HOURS)),
    ("P1M", None, None, Span(Months(1), None, PLAIN, "", Months(1))),
    ("P1Y", "", None, Span(Months(12), None, PLAIN, "", Months(1))),
    ("PT0S", None, None, Span(timedelta(0), None, PLAIN, "", timedelta(seconds=1))),
    ("P1M", None, "P20D", Span(Months(1), 20 * DAYS, PLAIN, "", DAYS)),
]


@pytest.mark.parametrize(("maximum", "unit", "minimum", "span"), ISO, ids=[f"{row[0]}-{row[1]}" for row in ISO])
def test_a_timer_of_the_model_is_read_with_its_unit(maximum, unit, minimum, span):
    assert read_iso(maximum, unit, minimum) == span


WRONG = [
    ("PT5H", "hari_kerja", None), ("P1DT5H", "hari_kerja", None), ("PT24H", "hari_kalender", None),
    ("P1W", "hari_kerja", None), ("P1M", "hari_kalender", None), ("P1Y", "hari_kerja", None),
    ("P1D", "jam_kerja", None), ("P1DT2H", "jam_kerja", None), ("P1M", "jam_kerja", None),
    ("P0D", "hari_kerja", None), ("PT0S", "jam_kerja", None), ("P0D", "hari_kalender", None), ("-P5D", None, None),
    ("P-5D", "hari_kerja", None), ("P1.5D", "hari_kerja", None), ("P", None, None), ("PT", None, None),
    ("P1DT", None, None), ("", None, None), ("5 hari", "hari_kerja", None), ("P1M5D", None, None),
    ("P5D", "hari", None), ("P5D", "hari_kerja", "P6D"), ("P5D", "hari_kerja", "PT4H"), ("P5D", "hari_kerja", "P0D"),
    ("PT9H", None, "PT0S"), ("P2M", None, "P3M"),
    ("P99999999999999D", None, None), ("P1Y2M3W", None, None), ("PT1H" * 80, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("maximum", "unit", "minimum"), WRONG, ids=[f"{m[:12]}-{u}-{n}" for m, u, n in WRONG])
def test_a_timer_that_contradicts_its_unit_is_refused(maximum, unit, minimum):
    with pytest.raises(BadTime):
        read_iso(maximum, unit, minimum)


SAID = [
    ("7 - 20 Hari", "7 - 20 hari kerja"), ("60 menit", "60 menit kerja"), ("1,5 jam", "1,5 jam kerja"),
    ("2x24 jam", "2 x 24 jam"), ("60-90 hari kalender", "60 - 90 hari kalender"), ("48 Jam", "48 jam kerja"),
    ("30 menit - 1 jam", "30 - 60 menit kerja"), ("36 jam berturut-turut", "36 jam berturut-turut"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "said"), SAID)
def test_the_waktu_column_says_the_unit(written, said):
    assert span_text(read_sop(written)) == said


def test_the_waktu_column_says_a_range_of_a_timer():
    assert span_text(read_iso("P20D", "hari_kerja", "P7D")) == "7 - 20 hari kerja"
    assert span_text(read_iso("P1M", None, "P20D")) == "20 x 24 jam - 1 bulan kalender"


@pytest.mark.parametrize("text", [row[0] for row in SPELLINGS])
def test_what_the_waktu_column_says_is_read_as_the_same_span(text):
    assert read_sop(span_text(read_sop(text))) == read_sop(text)


VECTORS = [
    ("5 hari", "2026-11-23T09:00", "2026-11-30T16:00", "2026-11-27T16:30"),
    ("60-90 hari kalender", "2027-01-04T09:00", "2027-04-04T23:59:59", "2027-03-05T23:59:59"),
    ("120 menit", "2026-11-27T15:30", "2026-11-30T08:30", "2026-11-30T08:06"),
    ("5 hari kerja", "2026-03-13T09:00", "2026-03-27T16:30", "2026-03-26T16:00"),
    ("1 hari", "2026-03-12T09:00", "2026-03-13T14:45", None),  # a Friday of Ramadan 1447 H
    ("1 hari", "2026-12-23T09:00", "2026-12-28T16:00", None),  # cuti bersama and Christmas
    ("1 hari", "2026-11-28T09:00", "2026-11-30T16:00", None),  # begun on a Saturday
    ("3 hari", "2026-11-23T09:00", "2026-11-26T16:00", None),  # 80 % rounded up is all of it
    ("1 - 3 hari", "2026-11-23T09:00", "2026-11-26T16:00", "2026-11-25T16:00"),
    ("1 - 14 hari", "2026-11-02T09:00", "2026-11-20T16:30", "2026-11-11T16:00"),
    ("7 - 20 Hari", "2026-11-02T09:00", "2026-11-30T16:00", "2026-11-11T16:00"),
    ("5 - 5 hari", "2026-11-23T09:00", "2026-11-30T16:00", None),
    ("1 - 3 jam", "2026-11-23T08:00", "2026-11-23T11:00", "2026-11-23T10:00"),
    ("60 - 180 menit", "2026-11-23T08:00", "2026-11-23T11:00", "2026-11-23T09:00"),
    ("60 menit", "2026-11-23T11:00", "2026-11-23T12:00", "2026-11-23T11:48"),  # ends at the break, not after it
    ("60 menit", "2026-11-27T15:30", "2026-11-27T16:30", "2026-11-27T16:18"),  # ends at closing
    ("15 menit", "2026-11-28T10:00", "2026-11-30T07:45", "2026-11-30T07:42"),
    ("15 menit", "2026-11-23T12:10", "2026-11-23T13:15", "2026-11-23T13:12"),
    ("30 detik", "2026-11-23T08:00", "2026-11-23T08:00:30", "2026-11-23T08:00:24"),
    ("7,5 jam", "2026-11-23T07:30", "2026-11-23T16:00", "2026-11-23T14:30"),
    ("1 x 24 jam", "2026-11-28T10:00", "2026-11-29T10:00", "2026-11-29T05:12"),
    ("5 hari kalender", "2026-11-23T09:00", "2026-11-28T23:59:59", "2026-11-27T23:59:59"),
    ("1 bulan kalender", "2027-01-31T10:00", "2027-02-28T10:00", "2027-02-22T19:36"),
    ("120 menit", "2027-02-12T16:00", "2027-02-15T09:00", "2027-02-15T08:36"),  # no Ramadan window in 1448 H
]


@pytest.mark.parametrize(("text", "start", "due", "warn"), VECTORS, ids=[f"{v[0]}-{v[1][:10]}" for v in VECTORS])
def test_a_span_ends_and_warns(text, start, due, warn):
    assert (ends(text, start), warns(text, start)) == (at(due), at(warn) if warn else None)


def test_a_timer_and_the_words_of_its_sop_end_together():
    start = at("2026-11-23T09:00")
    timer = worktime.deadline(read_iso("P3D", "hari_kerja", "P1D"), start, OFFICE)
    assert timer == worktime.deadline(read_sop("1 - 3 hari"), start, OFFICE)


def test_no_time_at_all_is_due_at_once_and_warns_of_nothing():
    found = worktime.deadline(read_iso("PT0S", None), at("2026-11-28T10:00"), OFFICE)
    assert (found.due, found.warn) == (at("2026-11-28T10:00"), None)


def test_instants_come_out_in_utc_with_the_calendar_they_were_counted_on():
    found = worktime.deadline(read_sop("5 hari"), at("2026-11-23T09:00"), OFFICE)
    assert found.due.tzinfo is UTC and found.warn is not None and found.warn.tzinfo is UTC
    assert found.calendar == f"kota-pontianak@{OFFICE.version}"


def test_a_deadline_explains_itself():
    why = worktime.deadline(read_sop("5 hari"), at("2026-03-13T09:00"), OFFICE).why
    assert why[0] == "5 hari kerja sejak Jum 13 Mar 2026 pukul 09:00."
    assert "Kam 19 Mar 2026: Hari Suci Nyepi, tidak dihitung." in why
    assert why[-1] == "Jum 27 Mar 2026: hari kerja ke-5, kantor tutup pukul 16:30 (Perpres 21/2023)."


def test_a_deadline_is_counted_step_by_step():
    why = worktime.deadline(read_sop("5 hari"), at("2026-11-23T09:00"), OFFICE).why
    assert why[2:] == (
        "Sel 24 Nov 2026 - Jum 27 Nov 2026: hari kerja ke-1 sampai ke-4.",
        "Sab 28 Nov 2026 - Min 29 Nov 2026: akhir pekan, tidak dihitung.",
        "Sen 30 Nov 2026: hari kerja ke-5, kantor tutup pukul 16:00 (Perpres 21/2023).",
    )


MOVED = [
    ("P90D", "2027-01-04T09:00", "2027-04-05T23:59:59", "Min 4 Apr 2027: akhir pekan; menurut model digeser"),
    ("P31D", "2026-11-24T09:00", "2026-12-28T23:59:59", "Jum 25 Des 2026: Hari Raya Natal; menurut model digeser"),
    ("P5D", "2026-11-18T09:00", "2026-11-23T23:59:59", "Sen 23 Nov 2026: hari kalender ke-5"),
]


@pytest.mark.parametrize(("amount", "start", "due", "said"), MOVED)
def test_a_model_may_move_a_calendar_deadline_off_a_closed_day(amount, start, due, said):
    found = worktime.deadline(read_iso(amount, "hari_kalender_geser"), at(start), OFFICE)
    assert found.due == at(due) and found.why[-1].startswith(said)


def test_a_calendar_day_on_a_closed_office_stays_but_names_the_next_working_day():
    why = worktime.deadline(read_sop("90 hari kalender"), at("2027-01-04T09:00"), OFFICE).why
    assert why[-1] == "Hari itu akhir pekan; tenggat tidak digeser, hari kerja berikutnya Sen 5 Apr 2027."


def test_a_long_explanation_is_cut_and_counted():
    why = worktime.deadline(read_sop("400 jam"), at("2026-11-02T09:00"), OFFICE).why
    assert len(why) < 20 and any(line.startswith("… dan ") for line in why)


@pytest.mark.parametrize("text", ["900000 hari", "900000 jam", "300000 bulan kalender"])
def test_a_time_beyond_what_can_be_known_is_refused(text):
    with pytest.raises(BadTime):
        worktime.deadline(read_sop(text), at("2026-11-23T09:00"), OFFICE)


@pytest.mark.parametrize("text", ["P9999999D", "P999999M"])
def test_a_timer_beyond_the_end_of_time_is_refused(text):
    with pytest.raises(BadTime):
        worktime.deadline(read_iso(text, None), at("2026-11-23T09:00"), OFFICE)


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(BadTime):
        worktime.deadline(read_sop("5 hari"), datetime(2026, 11, 23, 9), OFFICE)  # noqa: DTZ001


# The holidays of 2026 as SKB 1497/2025 prints them, cuti bersama included.
HOLIDAYS = {
    1: (1, 16), 2: (16, 17), 3: (18, 19, 20, 21, 22, 23, 24), 4: (3, 5), 5: (1, 14, 15, 27, 28, 31), 6: (1, 16),
    8: (17, 25), 12: (24, 25),
}  # fmt: skip
PRINTED = {date(2026, month, day) for month, days in HOLIDAYS.items() for day in days}


def test_the_holidays_of_2026_are_those_of_the_decree():
    assert {day for day in OFFICE.holidays if day.year == 2026} == PRINTED


@pytest.mark.parametrize(("year", "days"), [(2026, 240), (2027, 242)])
def test_a_year_has_as_many_working_days_as_domain_research_counted(year, days):
    assert worktime.working_days(at(f"{year - 1}-12-31T12:00"), at(f"{year}-12-31T12:00"), OFFICE) == days


def test_a_calendar_that_nobody_made_is_not_found():
    with pytest.raises(NotFound, match="kota-lain"):
        worktime.calendar("kota-lain")


def test_nothing_is_counted_outside_the_years_of_a_calendar():
    with pytest.raises(BadTime, match="2015 sampai 2040"):
        ends("5 hari", "2040-12-31T09:00")


def test_another_holiday_makes_another_version():
    changed = Calendar(OFFICE.key, OFFICE.timezone, OFFICE.profiles, OFFICE.holidays | {date(2026, 11, 30): "Pilkada"})
    assert changed.version != OFFICE.version
    assert worktime.deadline(read_sop("5 hari"), at("2026-11-23T09:00"), changed).due == at("2026-12-01T16:00")


def test_an_office_may_work_on_saturday():
    six_days = Calendar("enam-hari", "Asia/Pontianak", (Profile("Mo-Sa 08:00-14:00", "SK"),), {})
    assert worktime.deadline(read_sop("1 hari"), at("2026-11-27T09:00"), six_days).due == at("2026-11-28T14:00")


def test_hours_are_counted_from_the_day_their_decree_begins():
    later = Profile("Mo-Fr 10:00-12:00", "SK", since=date(2026, 11, 24))
    office = Calendar("a", "Asia/Pontianak", (Profile("Mo-Fr 08:00-12:00", "SK"), later), {})
    assert worktime.elapsed(at("2026-11-23T00:00"), at("2026-11-25T00:00"), office) == 6 * HOURS


LEFT = [
    ("2026-11-23T09:00", "2026-11-30T16:00", "sisa 5 hari kerja"),
    ("2026-11-23T09:00", "2026-11-23T16:00", "sisa 6 jam kerja"),
    ("2026-11-23T15:20", "2026-11-24T07:40", "sisa 50 menit kerja"),
    ("2026-11-23T16:30", "2026-11-23T23:59:59", "sisa kurang dari 1 menit kerja"),
    ("2026-11-26T08:00", "2026-11-23T16:00", "terlambat 2 hari kerja"),
    ("2026-11-24T10:00", "2026-11-23T16:00", "terlambat 2 jam kerja"),
    ("2026-11-28T10:00", "2026-11-27T16:30", "terlambat kurang dari 1 menit kerja"),
]


@pytest.mark.parametrize(("now", "due", "said"), LEFT)
def test_the_inbox_says_how_much_working_time_is_left(now, due, said):
    assert str(worktime.remaining(at(now), at(due), OFFICE)) == said


def test_the_inbox_can_show_a_due_date_beyond_the_calendar():
    assert worktime.remaining(at("2026-11-23T09:00"), datetime(2300, 1, 1, tzinfo=UTC), OFFICE).amount > 3000
    assert worktime.remaining(at("2026-11-23T09:00"), at("1990-01-01T09:00"), OFFICE).late


def test_the_moment_itself_is_not_late():
    assert worktime.remaining(at("2026-11-23T16:00"), at("2026-11-23T16:00"), OFFICE) == Left(False, 0, "menit kerja")


# An independent reading of the contract: walk minute by minute and ask of each whether the office is open.
MONDAY_TO_THURSDAY, FRIDAY = range(4), 4
NORMAL = dict.fromkeys(MONDAY_TO_THURSDAY, (("07:30", "12:00"), ("13:00", "16:00")))
NORMAL[FRIDAY] = (("07:30", "11:30"), ("13:00", "16:30"))
FASTING = dict.fromkeys(MONDAY_TO_THURSDAY, (("07:15", "12:00"), ("12:30", "14:15")))
FASTING[FRIDAY] = (("07:15", "11:30"), ("12:30", "14:45"))


def table(day: date) -> tuple[tuple[str, str], ...]:
    if day in PRINTED:
        return ()
    return (FASTING if date(2026, 2, 19) <= day <= date(2026, 3, 20) else NORMAL).get(day.weekday(), ())


def is_open(minute: datetime) -> bool:
    return any(begin <= f"{minute:%H:%M}" < end for begin, end in table(minute.date()))


def walk_minutes(start: datetime, count: int) -> datetime:
    while count:
        count -= is_open(start)
        start += MINUTES
    return start


def walk_days(start: datetime, count: int) -> datetime:
    day = start.date()
    while count:
        day += DAYS
        count -= bool(table(day))
    return datetime.combine(day, time.fromisoformat(table(day)[-1][1]), ZONE)


unhurried = settings(deadline=None)  # the walks are naive, and the machine may be busy
STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=ZONE)
)


@unhurried
@given(STARTS, st.integers(1, 900))
def test_office_minutes_end_where_a_minute_by_minute_walk_ends(start, count):
    due = worktime.deadline(read_sop(f"{count} menit"), start, OFFICE).due
    assert due == walk_minutes(start, count)
    assert worktime.elapsed(start, due, OFFICE) == count * MINUTES


@unhurried
@given(STARTS, st.integers(1, 40))
def test_working_days_end_where_a_day_by_day_walk_ends(start, count):
    due = worktime.deadline(read_sop(f"{count} hari"), start, OFFICE).due
    assert due == walk_days(start, count)
    assert worktime.working_days(start, due, OFFICE) == count


@unhurried
@given(STARTS, st.integers(0, 6000))
def test_elapsed_office_time_is_the_number_of_open_minutes(start, length):
    end = start + length * MINUTES
    walked = sum(is_open(start + n * MINUTES) for n in range(length))
    assert worktime.elapsed(start, end, OFFICE) == walked * MINUTES == -worktime.elapsed(end, start, OFFICE)


@unhurried
@given(STARTS, st.integers(1, 6000), st.integers(0, 3000), st.sampled_from(["menit", "hari kalender", "x 24 jam"]))
def test_who_begins_later_never_ends_earlier(start, count, later, words):
    span = read_sop(f"{count} {words}")
    first, second = (worktime.deadline(span, begin, OFFICE) for begin in (start, start + later * MINUTES))
    assert first.due <= second.due


@unhurried
@given(STARTS, st.integers(1, 60), st.integers(1, 60), st.sampled_from(["hari", "menit", "jam", "hari kalender"]))
def test_a_warning_lies_between_the_start_and_the_end(start, low, high, words):
    low, high = sorted((low, high))
    for text in (f"{high} {words}", f"{low} - {high} {words}"):
        found = worktime.deadline(read_sop(text), start, OFFICE)
        assert found.due > start and (found.warn is None or start < found.warn < found.due)


@unhurried
@given(STARTS, st.integers(1, 2000))
def test_office_time_never_ends_at_an_opening(start, count):
    due = worktime.deadline(read_sop(f"{count} menit"), start, OFFICE).due.astimezone(ZONE)
    assert f"{due:%H:%M}" not in {begin for begin, _ in table(due.date())}


@unhurried
@given(st.text(max_size=30) | st.from_regex(r"[0-9 x,-]{1,6} ?(hari|jam|menit|kerja|kalender| ){1,3}", fullmatch=True))
def test_any_text_is_read_or_refused(text):
    try:
        span = read_sop(text)
    except BadTime as error:
        assert str(error)
    else:
        assert read_sop(span_text(span)) == span


@unhurried
@given(st.decimals(Decimal("0.1"), 999, places=1))
def test_a_fraction_of_an_hour_is_read_with_a_comma(hours):
    assert read_sop(f"{hours} jam".replace(".", ",")).maximum == int(hours * 10) * HOURS / 10


# The other units and every warning, by the same walkers: nothing here uses the code that counts.
SAME_DAY_END = time(23, 59, 59)


def walk_calendar_days(start: datetime, count: int) -> datetime:
    return datetime.combine(start.date() + count * DAYS, SAME_DAY_END, ZONE)


def walk_clock(start: datetime, days: int) -> datetime:
    for _ in range(days * 24):
        start += HOURS
    return start


WALKS = {"hari": walk_days, "hari kalender": walk_calendar_days, "menit": walk_minutes, "x 24 jam": walk_clock}
AT_80_PERCENT = {  # of a single value: days rounded up, minutes to the second, plain time to the second
    "hari": lambda start, count: walk_days(start, -(-count * 8 // 10)),
    "hari kalender": lambda start, count: walk_calendar_days(start, -(-count * 8 // 10)),
    "menit": lambda start, count: (
        walk_minutes(start, count * 48 // 60) if not (left := count * 48 % 60) else _seconds_on(start, count, left)
    ),
    "x 24 jam": lambda start, count: start + timedelta(seconds=count * 86_400 * 8 // 10),
}


def _seconds_on(start: datetime, count: int, left: int) -> datetime:
    """The second inside the first open minute after the last whole one."""
    at_minute = walk_minutes(start, count * 48 // 60) if count * 48 // 60 else start
    while not is_open(at_minute):
        at_minute += MINUTES
    return at_minute + timedelta(seconds=left)


@unhurried
@given(STARTS, st.integers(1, 38), st.sampled_from(sorted(WALKS)))  # 38 working days: still in 2026
def test_every_unit_ends_where_its_walk_ends(start, count, words):
    assert worktime.deadline(read_sop(f"{count} {words}"), start, OFFICE).due == WALKS[words](start, count)


@unhurried
@given(STARTS, st.integers(2, 38), st.sampled_from(sorted(WALKS)))
def test_a_single_value_warns_where_the_walk_of_80_percent_ends(start, count, words):
    due, warn = WALKS[words](start, count), AT_80_PERCENT[words](start, count)
    found = worktime.deadline(read_sop(f"{count} {words}"), start, OFFICE)
    assert found.warn == (warn if warn < due else None)


@unhurried
@given(STARTS, st.integers(1, 19), st.integers(1, 19), st.sampled_from(sorted(WALKS)))
def test_a_range_warns_where_the_walk_of_its_minimum_ends(start, low, more, words):
    high = low + more
    found = worktime.deadline(read_sop(f"{low} - {high} {words}"), start, OFFICE)
    warn = WALKS[words](start, -(-high // 2) if low == 1 else low)
    assert (found.due, found.warn) == (WALKS[words](start, high), warn if warn < WALKS[words](start, high) else None)
