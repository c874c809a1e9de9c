"""Calendars as dated data: versions, units, the year's SKB as a file, and what is refused."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from engine import calendars, history, worktime
from engine.calendars import Content, Holiday, HolidayKind
from engine.errors import AlreadyDone, BadForm, BadTime, BadValue, Conflict, NotFound, Refused
from engine.model import HistoryEvent, Kind, Office, OfficeVersion, System
from engine.people import ZONE
from engine.transaction import transaction
from engine.worktime import DEFAULT, Profile, checked_hours

NEW = Holiday(date(2026, 11, 26), "Pilkada serentak", HolidayKind.NATIONAL, "Keppres 99/2026")
SIX = Profile("Mo-Sa 07:30-14:00", "SE Wali Kota 7/2026", date(2026, 1, 1))
SKB = "tanggal,nama,jenis,sumber\n2026-01-01,Tahun Baru,libur nasional,SKB 1\n2026-12-24,Natal,cuti bersama,SKB 1\n"


def content(session, key=DEFAULT):
    return calendars.book(session).content(key)


def put(session, changed, key=DEFAULT, reason="Keputusan baru", based_on=None):
    number = based_on or calendars.office(session, key).number
    return calendars.change(session, key, changed, "op", reason, number)


def unit(session, key="puskesmas", opd="Dinas Kesehatan"):
    calendars.add(session, key, "Puskesmas enam hari", DEFAULT, "op", "SE Wali Kota")
    calendars.use(session, opd, key, date(2026, 1, 1), "op")


def test_an_upgrade_writes_the_built_in_calendar_down(session):
    [version] = calendars.versions(session, DEFAULT)
    assert calendars.book(session).calendar(DEFAULT) == worktime.calendar()
    assert version.version == worktime.calendar().version and version.by == history.SYSTEM


def test_cuti_bersama_and_holidays_are_told_apart(session):
    kinds = {one.date: one.kind for one in content(session).holidays}
    assert kinds[date(2026, 12, 24)] == HolidayKind.JOINT and kinds[date(2026, 12, 25)] == HolidayKind.NATIONAL
    assert len([day for day, kind in kinds.items() if day.year == 2026 and kind == HolidayKind.JOINT]) == 8


def test_a_database_without_calendars_counts_by_the_built_in_one(database):
    with database.session() as session, transaction(session):
        session.execute(sa.delete(OfficeVersion))
        session.execute(sa.delete(Office))
        session.get_one(System, 1).calendars = ""
        session.flush()
        assert calendars.book(session).of("Dinas Kesehatan", date(2026, 1, 1)) == worktime.calendar()
        with pytest.raises(NotFound):
            calendars.book(session).calendar("kota-lain")


def test_a_change_is_a_new_version_and_the_old_one_stays(session):
    before = calendars.book(session).calendar(DEFAULT)
    with transaction(session):
        put(session, calendars.add_holiday(content(session), NEW))
    new, old = calendars.versions(session, DEFAULT)
    after = calendars.book(session).calendar(DEFAULT)
    assert (new.number, new.reason, new.version) == (2, "Keputusan baru", after.version)
    assert old.version == before.version != after.version and after.day(NEW.date).holiday == NEW.name


def test_a_change_is_told_in_the_systems_chain(session):
    with transaction(session):
        version = put(session, calendars.add_holiday(content(session), NEW))
    query = sa.select(HistoryEvent).where(HistoryEvent.kind == Kind.CALENDAR_CHANGED).order_by(HistoryEvent.seq.desc())
    event = session.scalars(query).first()
    assert (
        event.body["digest"] == version.digest == content(session).digest and event.body["version"] == version.version
    )
    assert list(history.verify(session)) == []


def test_a_change_that_is_rolled_back_is_seen_by_nobody(session):
    with pytest.raises(ZeroDivisionError), transaction(session):
        put(session, calendars.add_holiday(content(session), NEW))
        assert calendars.book(session).calendar(DEFAULT).day(NEW.date).holiday == NEW.name
        raise ZeroDivisionError
    assert calendars.book(session).calendar(DEFAULT) == worktime.calendar()


def test_nothing_new_is_refused(session):
    with pytest.raises(Refused, match="Tidak ada yang berubah"), transaction(session):
        put(session, content(session))


def test_a_change_without_a_reason_is_refused(session):
    with pytest.raises(BadValue, match="Alasan"), transaction(session):
        put(session, calendars.add_holiday(content(session), NEW), reason=" ")


def test_who_changes_an_older_version_is_told(session):
    with transaction(session):
        put(session, calendars.add_holiday(content(session), NEW))
    with pytest.raises(AlreadyDone, match="Kota Pontianak sudah diubah oleh .* pukul"), transaction(session):
        put(session, calendars.remove_holiday(content(session), NEW.date), based_on=1)


def test_a_unit_differs_from_its_city_only_by_its_own_days(session):
    with transaction(session):
        unit(session)
        put(session, calendars.add_profile(content(session, "puskesmas"), SIX), "puskesmas")
        put(session, calendars.add_holiday(content(session), NEW))
    book = calendars.book(session)
    own, city = book.of("Dinas Kesehatan", date(2026, 6, 1)), book.of("Dinas Sosial", date(2026, 6, 1))
    saturday = date(2026, 11, 28)
    assert own.key == "puskesmas" and own.day(saturday).hours and not city.day(saturday).hours
    assert own.day(NEW.date).holiday == city.day(NEW.date).holiday == NEW.name


def test_a_unit_may_work_on_a_holiday_of_its_city(session):
    christmas = date(2026, 12, 25)
    with transaction(session):
        unit(session)
        open_ = Holiday(christmas, "Layanan IGD", HolidayKind.EXCEPTED, "SE Dinkes 3/2026")
        put(session, calendars.add_holiday(content(session, "puskesmas"), open_), "puskesmas")
    book = calendars.book(session)
    assert book.calendar("puskesmas").day(christmas).hours and not book.calendar(DEFAULT).day(christmas).hours


def test_a_unit_counts_by_another_calendar_only_from_its_day_on(session):
    with transaction(session):
        unit(session)
        calendars.use(session, "Dinas Kesehatan", DEFAULT, date(2026, 9, 1), "op")
    book = calendars.book(session)
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 8, 31), date(2026, 9, 1))
    assert [book.of("Dinas Kesehatan", day).key for day in days] == [DEFAULT, "puskesmas", "puskesmas", DEFAULT]


def test_what_a_use_would_be_is_what_it_is(session):
    with transaction(session):
        unit(session)
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(0, 365, 30)]
    planned = calendars.used(session, " Dinas Kesehatan", DEFAULT, date(2026, 9, 1))
    before = calendars.book(session).uses
    with transaction(session):
        calendars.use(session, " Dinas Kesehatan", DEFAULT, date(2026, 9, 1), "op")
    after = calendars.book(session)
    assert set(planned.uses) == set(after.uses) != set(before)
    assert [planned.of("Dinas Kesehatan", day) for day in days] == [after.of("Dinas Kesehatan", day) for day in days]


def test_a_use_that_begins_before_another_is_refused(session):
    with pytest.raises(BadValue, match="sudah punya kalender"), transaction(session):
        unit(session)
        calendars.use(session, "Dinas Kesehatan", DEFAULT, date(2025, 1, 1), "op")


@pytest.mark.parametrize("key", ["", "Puskesmas", "a b", "-a", "a-", "x" * 61])
def test_a_key_that_is_none_is_refused(session, key):
    with pytest.raises(BadValue), transaction(session):
        calendars.add(session, key, "Puskesmas", DEFAULT, "op", "SE")


def test_a_calendar_is_made_once_and_only_under_one_that_is_there(session):
    with pytest.raises(Conflict), transaction(session):
        calendars.add(session, DEFAULT, "Lagi", DEFAULT, "op", "SE")
    with pytest.raises(NotFound), transaction(session):
        calendars.add(session, "x", "X", "kota-lain", "op", "SE")


@pytest.mark.parametrize(
    "text",
    [
        "Mo-Th 07:30-12:00,13:00-16:00; Fr 07:30-11:30,13:00-16:30",
        "Mo-Th,Sa 07:15-11:45,12:15-13:15; Fr off",
        "Su 00:00-23:59",
    ],
)
def test_office_hours_are_weekdays_and_times(text):
    assert checked_hours(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "24/7", "Mo-Fr", "07:30-16:00", "Mo-Fr 16:00-07:30", "Mo-Fr 7:30-16:00", "Mo-Fr 07:30-24:30", "PH off",
        "Mo-Fr 07:30-16:00; PH off", "Mo-Fr sunrise-sunset", "Mo-Fr off", "Mo-Fr 07:30-12:00,11:00-16:00",
        "Mo-Fr 07:30-16:00;", "Mo-Fr 07:30-16:00 \"apel\"", "Jan Mo-Fr 07:30-16:00", "Sn-Jm 07:30-16:00",
        "Mo-Fr 08:00-08:00",
    ],
)  # fmt: skip
def test_office_hours_that_would_be_read_otherwise_are_refused(text):
    with pytest.raises(BadTime, match="Jam kantor"):
        checked_hours(text)


def test_a_profile_is_replaced_and_ended():
    one = calendars.add_profile(Content(), SIX)
    ended = calendars.end_profile(one, 1, date(2026, 3, 1))
    assert ended.profiles[0].until == date(2026, 3, 1)
    assert calendars.replace_profile(ended, 1, SIX) == one
    for wrong in (0, 2):
        with pytest.raises(BadValue):
            calendars.replace_profile(one, wrong, SIX)
    with pytest.raises(BadValue, match="sebelum mulai"):
        calendars.end_profile(one, 1, date(2025, 3, 1))


def test_a_holiday_that_is_not_there_cannot_be_removed():
    with pytest.raises(BadValue, match="tidak memuat"):
        calendars.remove_holiday(Content(), NEW.date)


@pytest.mark.parametrize("changed", [{"name": " "}, {"source": ""}, {"date": date(2041, 1, 1)}, {"name": "x" * 301}])
def test_a_holiday_needs_name_decree_and_a_year_that_is_known(changed):
    with pytest.raises(BadValue):
        calendars.add_holiday(Content(), Holiday(**(vars(NEW) | changed)))


def test_a_years_skb_replaces_that_years_national_days_and_no_other(session):
    before = calendars.add_holiday(
        content(session), Holiday(date(2026, 10, 23), "Hari Jadi Kota", HolidayKind.LOCAL, "SE 5/2026")
    )
    after = calendars.import_year(before, calendars.read_sheet(SKB.encode()))
    of_2026 = {one.date: one.name for one in after.holidays if one.date.year == 2026}
    assert of_2026 == {
        date(2026, 1, 1): "Tahun Baru",
        date(2026, 10, 23): "Hari Jadi Kota",
        date(2026, 12, 24): "Natal",
    }
    others = [[one for one in which.holidays if one.date.year != 2026] for which in (before, after)]
    assert others[0] == others[1]


@pytest.mark.parametrize("text", [SKB, SKB.replace(",", ";"), "\ufeff" + SKB, SKB.replace("\n", "\r\n"), SKB + "\n\n"])
def test_a_sheet_may_be_saved_as_offices_save_them(text):
    assert [one.date.isoformat() for one in calendars.read_sheet(text.encode())] == ["2026-01-01", "2026-12-24"]


def test_every_wrong_line_of_a_sheet_is_named():
    lines = [
        "01-01-2026,a,libur nasional,s",
        "2026-01-02,a,libur,s",
        "2026-01-03,,lokal,s",
        "2026-01-04,a",
        SKB.split("\n")[1],
    ]
    with pytest.raises(BadForm) as found:
        calendars.read_sheet(("\n".join([SKB.strip(), *lines])).encode())
    assert [error.field for error in found.value.errors] == ["4", "5", "6", "7", "8"]
    assert [str(error).partition(":")[0] for error in found.value.errors] == [f"Baris {n}" for n in range(4, 9)]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"tanggal,nama\n",
        b"\xff\xfe",
        SKB.split("\n")[0].encode(),
        b'tanggal,nama,jenis,sumber\n"a',
        b"x" * 200_001,
    ],
)
def test_what_is_no_sheet_is_refused(raw):
    with pytest.raises(BadValue):
        calendars.read_sheet(raw)


def test_a_sheet_of_two_years_is_refused():
    with pytest.raises(BadValue, match="satu tahun"):
        calendars.import_year(Content(), calendars.read_sheet((SKB + "2027-01-01,a,cuti bersama,s\n").encode()))


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
HOLIDAYS = st.builds(
    Holiday, DAYS, st.text("abc", min_size=1), st.sampled_from(HolidayKind), st.text("xyz", min_size=1)
)


@given(st.lists(HOLIDAYS), st.lists(HOLIDAYS))
def test_a_unit_wins_over_its_city_day_by_day(of_city, of_unit):
    layers = []
    for days in (of_city, of_unit):
        found = Content((Profile("Mo-Su 08:00-16:00", "x"),))
        for day in days:
            found = calendars.add_holiday(found, day)
        layers.append(found)
    merged = calendars.merged("x", "Asia/Pontianak", layers)
    for day in {one.date for one in (*of_city, *of_unit)}:
        said = layers[1].on(day) or layers[0].on(day)
        assert merged.day(day).holiday == (None if said.kind == HolidayKind.EXCEPTED else said.name)


@given(st.lists(HOLIDAYS))
def test_what_was_stored_is_read_again(days):
    found = calendars.add_profile(Content(), SIX)
    for day in days:
        found = calendars.add_holiday(found, day)
    from engine.calendars.content import read, written

    assert read(written(found)) == found and read(written(found)).digest == found.digest


def test_a_new_case_counts_by_the_calendar_of_its_unit(deployed, cast):
    from walks import Walk

    with deployed.session() as session, transaction(session):
        unit(session, opd="Dinas Kesehatan")
        put(session, calendars.add_profile(content(session, "puskesmas"), SIX), "puskesmas")
    item = Walk(deployed, cast).item("A01")
    assert item.calendar.startswith("puskesmas@") and item.due_at.astimezone(ZONE) == datetime(
        2026, 11, 28, 14, tzinfo=ZONE
    )


def test_versions_are_added_to_and_never_changed(session):
    with transaction(session):
        for day in (26, 27):
            put(
                session,
                calendars.add_holiday(content(session), Holiday(date(2026, 11, day), "a", HolidayKind.LOCAL, "s")),
            )
    assert session.scalars(sa.select(OfficeVersion.number).order_by(OfficeVersion.number)).all() == [1, 2, 3]
