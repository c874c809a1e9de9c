"""The operator's pages of calendars and long operations, without a script."""

import io
import re
from datetime import date

import pytest
from browsing import Visitor, said
from lxml import html
from test_deadlines import finish, moved
from test_starts import WORKING, deploy
from walks import Walk

from engine import calendars, operations
from engine.people import ZONE
from engine.transaction import transaction
from engine.worktime import DEFAULT, Profile

PAGE = f"/operasi/kalender/{DEFAULT}"
HOLIDAY = {
    "aksi": "libur",
    "tanggal": "2026-11-26",
    "nama": "Pilkada",
    "jenis": "libur nasional",
    "sumber": "Keppres 99",
}
SHEET = "tanggal,nama,jenis,sumber\n2026-11-26,Pilkada <b>,libur nasional,Keppres 99/2026\n"


@pytest.fixture
def operator(deployed):
    return Visitor(deployed, "operator")


def number(database):
    with database.session() as session:
        return len(calendars.versions(session, DEFAULT))


def confirm(visitor, answer, **changes):
    """Send the form of a preview, with a reason."""
    [form] = html.fromstring(answer.text).xpath("//form[.//input[@name='nomor']]")
    return visitor.post(form.action, dict(form.form_values()) | {"alasan": "Keppres 99/2026"} | changes)


@pytest.mark.parametrize("user", ["ppk", "auditor", "analis"])
def test_only_the_operator_sees_and_changes_calendars(deployed, user):
    visitor = Visitor(deployed, user)
    for path in ("/operasi/kalender", PAGE, "/operasi/panjang", "/operasi/panjang/x"):
        assert visitor.get(path).status_code == 403
    for path in (
        "/operasi/kalender",
        "/operasi/kalender/pemakaian",
        "/operasi/kalender/pemakaian/pratinjau",
        PAGE,
        f"{PAGE}/pratinjau",
        "/operasi/panjang/x/jeda",
    ):
        assert visitor.post(path, HOLIDAY).status_code == 403
    assert number(deployed) == 1


def test_the_year_names_holidays_with_their_decree(operator):
    words = operator.words(f"{PAGE}?tahun=2026")
    assert "24 Cuti bersama Hari Raya Natal (cuti bersama; SKB 3 Menteri 1497/2025, 2/2025, 5/2025)" in words.replace(
        "Cuti Bersama", "Cuti bersama"
    )
    assert "Sen-Kam 07.30-12.00, 13.00-16.00; Jum 07.30-11.30, 13.00-16.30" in words and "Perpres 21/2023" in words
    assert "Hari libur 2040" in operator.words(f"{PAGE}?tahun=9999") and "2015" in operator.words(f"{PAGE}?tahun=0001")


def test_a_calendar_that_is_none_is_not_found(operator):
    assert (
        operator.get("/operasi/kalender/x").status_code
        == operator.post("/operasi/kalender/x", HOLIDAY).status_code
        == 404
    )
    assert operator.get("/operasi/panjang/x").status_code == operator.post("/operasi/panjang/x/jeda").status_code == 404


def test_a_preview_shows_what_would_move_and_stores_nothing(deployed, cast, operator):
    walk = Walk(deployed, cast)
    words = said(operator.post(f"{PAGE}/pratinjau", HOLIDAY).text)
    assert "2026-11-26 Pilkada" in words and "1 tenggat terbuka bergeser" in words and "mundur 1 hari kerja" in words
    assert "APL-2026-0001" in words and "Sen 30 Nov, 16.00" in words and "Sel 1 Des, 16.00" in words
    assert number(deployed) == 1 and moved(deployed, walk) == []


def test_what_is_saved_is_what_was_shown_and_leads_to_its_operation(deployed, cast, operator):
    walk = Walk(deployed, cast)
    answer = confirm(operator, operator.post(f"{PAGE}/pratinjau", HOLIDAY))
    assert re.fullmatch(r"/operasi/panjang/\w+", answer.location) and number(deployed) == 2
    assert "0 %" in operator.words(answer.location)
    finish(deployed)
    words = operator.words(answer.location)
    assert "100 %" in words and "selesai" in words and "Keppres 99/2026" in words
    assert "tenggat dari Sen 30 Nov, 16.00 menjadi Sel 1 Des, 16.00" in Visitor(deployed, "ppk").words(
        f"/berkas/{walk.id}"
    )
    assert "100" in operator.words("/operasi/panjang") or "1 dari 1" in operator.words("/operasi/panjang")


def test_a_save_without_a_reason_or_on_an_older_version_is_refused(deployed, operator):
    shown = operator.post(f"{PAGE}/pratinjau", HOLIDAY)
    assert confirm(operator, shown, alasan=" ").status_code == 422 and number(deployed) == 1
    assert confirm(operator, shown).status_code == 302
    assert confirm(operator, shown, request="r" * 22).status_code == 409 and number(deployed) == 2


def test_a_save_that_is_sent_again_gets_the_first_answer(deployed, cast, operator):
    Walk(deployed, cast)
    shown = operator.post(f"{PAGE}/pratinjau", HOLIDAY)
    first, again = confirm(operator, shown), confirm(operator, shown)
    assert again.location == first.location and again.location.startswith("/operasi/panjang/") and number(deployed) == 2
    gone = operator.post(f"{PAGE}/pratinjau", {"aksi": "hapus-libur", "tanggal": "2026-11-26"})
    locations = {confirm(operator, gone, request="s" * 22).location for _ in range(2)}
    assert len(locations) == 1 and number(deployed) == 3
    use = {"opd": "Dinas Sosial", "kalender": DEFAULT, "mulai": "2026-01-01", "request": "u" * 22}
    assert [operator.post("/operasi/kalender/pemakaian", use).status_code for _ in range(2)] == [302, 302]


def test_a_sheet_is_previewed_and_imported_whole(deployed, operator):
    shown = operator.post(f"{PAGE}/pratinjau", {"aksi": "impor", "berkas": (io.BytesIO(SHEET.encode()), "skb.csv")})
    assert "Pilkada <b>" in said(shown.text) and "Tidak ada tenggat terbuka yang bergeser." in said(shown.text)
    assert confirm(operator, shown).location == PAGE
    with deployed.session() as session:
        days = [one.name for one in calendars.book(session).content(DEFAULT).holidays if one.date.year == 2026]
    assert days == ["Pilkada <b>"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"aksi": "impor", "csv": SHEET + "x,a,b,c\n2026-01-01,a,lokal,s\n"}, "Baris 4: jenis “lokal” tidak dikenal"),
        ({"aksi": "jam", "jam": "PH off", "sumber": "SE"}, "Jam kantor “PH off” tidak terbaca"),
        ({"aksi": "x"}, "Pilih perubahan"),
        (HOLIDAY | {"jenis": "x"}, "Pilih jenis"),
        (HOLIDAY | {"tanggal": "26-11-2026"}, "Isi tanggal"),
        ({"aksi": "hapus-libur", "tanggal": "2026-11-26"}, "tidak memuat libur"),
        ({"aksi": "akhiri-jam", "tempat": "9", "sampai": "2026-11-26"}, "nomor 9"),
        ({"aksi": "akhiri-jam", "tempat": "2", "sampai": "2026-03-20"}, "Tidak ada yang berubah"),
    ],
)
def test_what_cannot_be_used_is_said_in_words_and_stored_nowhere(deployed, operator, fields, words):
    for path in (f"{PAGE}/pratinjau", PAGE):
        answer = operator.post(path, fields | {"alasan": "x", "nomor": "1"})
        assert (
            answer.status_code == 422 and words in said(answer.text) and "Tidak ada yang disimpan." in said(answer.text)
        )
    assert number(deployed) == 1


def test_what_was_typed_is_not_lost(operator):
    answer = operator.post(f"{PAGE}/pratinjau", HOLIDAY | {"sumber": ""})
    assert html.fromstring(answer.text).xpath("//input[@name='nama' and @value='Pilkada']")


def test_office_hours_are_ended_and_replaced(deployed, operator):
    ends = {"aksi": "akhiri-jam", "tempat": "2", "sampai": "2026-03-18"}
    assert confirm(operator, operator.post(f"{PAGE}/pratinjau", ends)).status_code == 302
    new = {"aksi": "ganti-jam", "tempat": "1", "jam": "Mo-Sa 07:30-14:00", "sejak": "", "sampai": "", "sumber": "SE 7"}
    shown = operator.post(f"{PAGE}/pratinjau", new)
    assert "Sen-Sab 07.30-14.00" in said(shown.text) and confirm(operator, shown).status_code == 302
    assert number(deployed) == 3


def test_a_unit_gets_a_calendar_of_its_own(deployed, cast, operator):
    walk = Walk(deployed, cast)
    new = {"nama": "Puskesmas", "kunci": "enam-hari", "induk": DEFAULT, "alasan": "SE 7"}
    assert operator.post("/operasi/kalender", new).location == "/operasi/kalender/enam-hari"
    assert operator.post("/operasi/kalender", new).status_code == 409
    six = {"aksi": "jam", "jam": "Mo-Sa 07:30-14:00", "sumber": "SE 7", "sejak": "", "sampai": ""}
    confirm(operator, operator.post("/operasi/kalender/enam-hari/pratinjau", six))
    use = {"opd": "Dinas Kesehatan", "kalender": "enam-hari", "mulai": "2026-01-01"}
    answer = operator.post("/operasi/kalender/pemakaian", use)
    assert "Dinas Kesehatan memakai kalender Puskesmas" in operator.words(answer.location)
    finish(deployed)
    assert len(moved(deployed, walk)) == 1 and "Dinas Kesehatan" in operator.words("/operasi/kalender")
    assert "dari kalender Kota Pontianak" in operator.words("/operasi/kalender/enam-hari")


def test_an_operation_is_paused_resumed_and_cancelled(deployed, cast, operator):
    Walk(deployed, cast)
    page = confirm(operator, operator.post(f"{PAGE}/pratinjau", HOLIDAY)).location
    assert operator.page(page).xpath("//main//a[text()='Muat ulang']/@href") == [page]
    for wanted, words in (("jeda", "dijeda"), ("lanjut", "berjalan"), ("batal", "dibatalkan")):
        assert operator.post(f"{page}/{wanted}").status_code == 302 and words in operator.words(page)
    assert operator.post(f"{page}/lanjut").status_code == 422 and operator.post(f"{page}/x").status_code == 404
    assert not operator.page(page).xpath("//main//a[text()='Muat ulang']")


def test_what_is_left_of_a_deadline_counts_by_the_calendar_of_its_unit(deployed, cast):
    with deployed.session() as session, transaction(session):
        calendars.add(session, "selasa", "Hanya Selasa", DEFAULT, "op", "SE")
        hours = calendars.Content((Profile("Tu 08:00-12:00", "SE"),))
        operations.change_calendar(session, "selasa", hours, "op", "SE", 1)
        operations.use_calendar(session, "Dinas Kesehatan", "selasa", date(2026, 1, 1), "op")
    Walk(deployed, cast)
    assert "sisa 5 hari kerja" in Visitor(deployed, "ppk").words("/")


def test_a_preview_shows_what_time_will_start_later(deployed, session, operator):
    deploy(session, WORKING)
    page = html.fromstring(operator.post(f"{PAGE}/pratinjau", HOLIDAY).text)
    [row] = page.xpath("//tr[td[contains(., 'T')]][th[contains(., 'mulai menurut waktu')]]")
    assert "Sel 1 Des, 16.00" in row.text_content() and row.xpath(".//a") == []


USE = {"opd": " Dinas Kesehatan", "kalender": "enam", "mulai": "2026-01-01"}


@pytest.fixture
def six_days(session):
    """A calendar of six-day weeks that nobody counts by yet."""
    with transaction(session):
        calendars.add(session, "enam", "Enam hari", DEFAULT, "op", "SE")
        hours = calendars.Content((Profile("Mo-Sa 07:30-14:00", "SE"),))
        operations.change_calendar(session, "enam", hours, "op", "SE", 1)


def test_assigning_a_unit_shows_what_would_move_and_then_moves_just_that(deployed, cast, operator, six_days):
    walk = Walk(deployed, cast)
    shown = operator.post("/operasi/kalender/pemakaian/pratinjau", USE)
    words = said(shown.text)
    assert "Kota PontianakEnam hari" in words and "1 tenggat terbuka bergeser, 1 menjadi lebih awal" in words
    assert "Sen 30 Nov, 16.00" in words and "Sab 28 Nov, 14.00" in words and "maju 1 hari kerja" in words
    assert "Semua unit memakai kalender kota." in operator.words("/operasi/kalender") and moved(deployed, walk) == []
    [form] = html.fromstring(shown.text).xpath("//main//form")
    answer = operator.post(form.action, dict(form.form_values()))
    finish(deployed)
    assert answer.location.startswith("/operasi/panjang/") and len(moved(deployed, walk)) == 1
    assert walk.item("A01").due_at.astimezone(ZONE).isoformat() == "2026-11-28T14:00:00+07:00"


def test_a_unit_whose_deadlines_stay_is_told_so(deployed, cast, operator, six_days):
    Walk(deployed, cast)
    words = said(operator.post("/operasi/kalender/pemakaian/pratinjau", USE | {"mulai": "2026-12-01"}).text)
    assert "Tidak ada tenggat terbuka yang bergeser." in words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"opd": " "}, "Nama unit wajib diisi"),
        ({"mulai": "1-1-2026"}, "Isi tanggal"),
        ({"opd": "Dinas Sosial"}, "Unit Dinas Sosial sudah punya kalender mulai 2026-02-01"),
    ],
)
def test_an_assignment_that_cannot_be_is_said_before_it_is_stored(session, operator, six_days, fields, words):
    with transaction(session):
        calendars.use(session, "Dinas Sosial", "enam", date(2026, 2, 1), "op")
    for path in ("/operasi/kalender/pemakaian/pratinjau", "/operasi/kalender/pemakaian"):
        answer = operator.post(path, USE | fields)
        assert answer.status_code == 422 and words in said(answer.text)
        assert html.fromstring(answer.text).xpath("//option[@selected and @value='enam']")
    assert operator.post("/operasi/kalender/pemakaian/pratinjau", USE | {"kalender": "x"}).status_code == 404
    assert [use.opd for use in calendars.book(session).uses] == ["Dinas Sosial"]
