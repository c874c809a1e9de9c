"""Numbers that follow and work done on paper first, as pages show and take them."""

import pytest
from browsing import Visitor, said
from form_samples import A01 as SAMPLE
from form_samples import MULAI
from test_numbers import BAST, done, give, walk
from test_web_task import filled
from walks import KEY, Walk

from engine import onpaper

__all__ = ["walk"]  # the fixture
PAPER = {onpaper.DAY: "2026-11-20", onpaper.HOUR: "", onpaper.BASIS: "BA 12/2026, listrik padam"}
START = MULAI | {"tgl_surat": "2026-11-02"}


@pytest.fixture
def ppk(deployed):
    return Visitor(deployed, "ppk")


def test_the_inbox_counts_what_lacks_a_number_and_leads_to_it(walk, ppk):
    assert "1 langkah menunggu nomor surat" in ppk.words("/")
    page = ppk.page("/nomor-menyusul")
    assert "Nomor BAST, Tanggal BAST" in said(page) and page.xpath(f"//a[@href='/tugas/{done(walk).id}/nomor']")
    other = Visitor(walk.database, "pptk")
    assert "menunggu nomor" not in other.words("/") and "Tidak ada nomor yang menyusul" in other.words(
        "/nomor-menyusul"
    )


def test_a_step_says_which_fields_may_follow(deployed, cast):
    walk = Walk(deployed, cast).to("A01", "A02", "A03", "A05", "A06")
    words = Visitor(deployed, "ppk").words(f"/tugas/{walk.item('A07').id}")
    assert "Nomor BAST (boleh menyusul)" in words and "Keputusan (wajib)" in words


def test_the_receipt_and_the_case_say_what_is_still_to_follow(walk, ppk):
    item = done(walk)
    assert "masih menyusul" in ppk.words(f"/tugas/{item.id}/tanda-terima")
    assert "Nomor BASTbelum ada, menyusul" in ppk.words(f"/berkas/{walk.id}")
    page = Visitor(walk.database, "auditor").page(f"/berkas/{walk.id}")  # sees, but gives nothing
    assert "Nomor menyusul" in said(page) and not page.xpath(f"//a[@href='/tugas/{item.id}/nomor']")


def test_the_small_form_asks_for_nothing_but_what_lacks(walk, ppk):
    page = ppk.page(f"/tugas/{done(walk).id}/nomor")
    names = set(page.xpath("//main//form[contains(@action, '/nomor')]//@name"))
    assert names == {"csrf_token", "request", "nomor_bast", "tgl_bast"}


def test_what_is_given_stands_on_the_case_with_who_and_when(walk, ppk):
    answer = ppk.post(f"/tugas/{done(walk).id}/nomor", BAST)
    assert answer.status_code == 302 and answer.location.startswith(f"/berkas/{walk.id}")
    words = ppk.words(f"/berkas/{walk.id}")
    assert f"{BAST['nomor_bast']}, menyusul Sen 23 Nov, 09.00, oleh {walk.cast['ppk'].name}" in words
    assert "menunggu nomor" not in ppk.words("/")


def test_what_is_wrong_is_said_and_what_was_typed_stays(walk, ppk):
    answer = ppk.post(f"/tugas/{done(walk).id}/nomor", {"nomor_bast": "x?", "tgl_bast": "2020-01-01"})
    assert answer.status_code == 422
    assert "Nomor BAST harus 3 sampai 60 huruf" in answer.text and 'value="x?"' in answer.text
    assert "Tanggal BAST tidak boleh sebelum tanggal presentasi." in answer.text


def test_a_second_giving_is_told_who_was_first(walk, ppk):
    give(walk, "ppk2", BAST)
    answer = ppk.post(f"/tugas/{done(walk).id}/nomor", {"nomor_bast": "027/12/BAST/2026"})
    assert answer.status_code == 409 and walk.cast["ppk2"].name in answer.text and "buat ralat" in answer.text


def test_a_correction_says_what_stood_who_changed_it_and_why(walk, ppk):
    give(walk, "ppk2", BAST)
    item = done(walk).id
    sent = {"ralat-isian": "nomor_bast", "nomor_bast": "027/12/BAST/2026"}
    wrong = ppk.post(f"/tugas/{item}/nomor/ralat", sent)
    assert wrong.status_code == 422 and "Tuliskan alasan ralat" in wrong.text
    assert 'value="027/12/BAST/2026"' in wrong.text
    assert ppk.post(f"/tugas/{item}/nomor/ralat", sent | {"ralat-alasan": "Nomor urut salah"}).status_code == 302
    words = ppk.words(f"/berkas/{walk.id}")
    assert f"027/12/BAST/2026, diubah Sen 23 Nov, 09.00 oleh {walk.cast['ppk'].name} karena: Nomor urut salah" in words
    assert f"semula {BAST['nomor_bast']}" in words and "nomor diralat" in words


def test_a_step_without_such_a_number_says_so(deployed, cast, ppk):
    walk = Walk(deployed, cast).to("A01")
    assert "tidak mempunyai nomor" in ppk.words(f"/tugas/{done(walk, 'A01').id}/nomor")


def test_both_days_stand_on_receipt_case_and_replay(deployed, cast, ppk):
    walk = Walk(deployed, cast, paper=PAPER)
    item = walk.item("A01").id
    assert ppk.send(item, filled(ppk, item) | PAPER).status_code == 302
    told = "menurut kertas selesai 20 November 2026, dicatat Sen 23 Nov, 09.00"
    kept = "Tenggat Sen 30 Nov, 16.00: menurut kertas tepat waktu."
    for page in (f"/tugas/{item}/tanda-terima", f"/berkas/{walk.id}", f"/berkas/{walk.id}/riwayat"):
        words = ppk.words(page)
        assert told in words and kept in words and "kertas" in words, page
    words = ppk.words(f"/berkas/{walk.id}")
    assert "menurut kertas mulai 20 November 2026" in words and f"Dasar di kertas{PAPER[onpaper.BASIS]}" in words


def test_who_reads_one_lane_alone_is_told_no_day_on_paper_of_another(deployed, cast, ppk):
    walk = Walk(deployed, cast, paper=PAPER)
    item = walk.item("A01").id
    assert ppk.send(item, filled(ppk, item) | PAPER).status_code == 302
    walk.to("A02", "A03", "A05")
    vendor = Visitor(deployed, "penyedia")
    for page in (f"/berkas/{walk.id}", f"/berkas/{walk.id}/riwayat?t=2"):
        assert "menurut kertas" not in vendor.words(page)


def test_a_wrong_day_opens_the_group_and_keeps_what_was_typed(deployed, cast, ppk):
    item = Walk(deployed, cast).item("A01").id
    answer = ppk.send(item, filled(ppk, item) | PAPER | {onpaper.DAY: "2026-11-24"})
    assert answer.status_code == 422 and "tidak boleh di masa depan" in answer.text
    assert 'value="2026-11-24"' in answer.text and PAPER[onpaper.BASIS] in answer.text
    assert not ppk.page(f"/tugas/{item}").xpath("//details[.//input[@name='kertas-hari']][@open]")


def test_a_case_starts_with_its_day_on_paper(deployed, cast, ppk):
    wrong = ppk.post(f"/berkas/baru/{KEY}", START | PAPER | {onpaper.BASIS: ""})
    assert wrong.status_code == 422 and "Tuliskan dasarnya" in wrong.text
    answer = ppk.post(f"/berkas/baru/{KEY}", START | PAPER)
    assert answer.status_code == 302 and "menurut kertas mulai 20 November 2026" in ppk.words(answer.location)


def test_a_draft_keeps_what_was_said_of_paper_and_tells_nobody_yet(deployed, cast, ppk):
    item = Walk(deployed, cast).item("A01").id
    assert ppk.send(item, SAMPLE | PAPER, action="draf").status_code == 302
    page = ppk.page(f"/tugas/{item}")
    assert page.xpath("//details[@open]//input[@name='kertas-dasar']/@value") == [PAPER[onpaper.BASIS]]
    assert "menurut kertas" not in said(page)
