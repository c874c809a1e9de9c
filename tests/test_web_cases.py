"""The list of cases, starting one, the page of one, cancelling it, telling it what happened outside."""

from datetime import datetime, timedelta

import pytest
from browsing import KEY, Visitor, said, statements
from walks import Walk

from engine import clock
from engine.model import Instance
from engine.people import ZONE

START = {
    "nomor_surat": "000.9/12/SP/2026",
    "tgl_surat": "2026-11-20",
    "opd": "Dinas Kesehatan",
    "nama_paket": "Antrean Puskesmas Daring",
    "tahun_anggaran": "2026",
}
NEW = "/berkas/baru/pembuatan_aplikasi"


@pytest.fixture
def walk(deployed, cast):
    return Walk(deployed, cast)


def rows(visitor, path="/berkas"):
    return [" ".join(row.text_content().split()) for row in visitor.page(path).xpath("//tbody/tr")]


def count(database):
    with database.session() as session:
        return session.query(Instance).count()


def test_a_row_says_which_case_which_step_who_holds_it_since_when_and_until_when(deployed, walk):
    [row] = rows(Visitor(deployed, "ppk"))
    for words in ("APL-2026-0001", "Antrean Puskesmas", "Dinas Kesehatan", "1. Menyusun HPS dan KAK", "belum diambil"):
        assert words in row
    assert "Sen 23 Nov, 09.00" in row and "sisa" in row


@pytest.mark.parametrize(
    "wish",
    ["q=puskesmas", "q=0001", "q=kesehatan", "q=101%2FSP", "keadaan=berjalan", "langkah=1.+Menyusun+HPS+dan+KAK"],
)
def test_the_list_is_searched_and_filtered_by_its_address(deployed, walk, wish):
    assert len(rows(Visitor(deployed, "ppk"), f"/berkas?{wish}")) == 1


@pytest.mark.parametrize("wish", ["q=pajak", "keadaan=selesai", "terlambat=1", "langkah=11", "q=%25x", "hal=2"])
def test_what_does_not_fit_the_filter_is_not_listed(deployed, walk, wish):
    assert rows(Visitor(deployed, "ppk"), f"/berkas?{wish}") == []


@pytest.mark.parametrize(
    "wish", ["hal=-1", "hal=abc", "hal=99999999999999999999", "keadaan=x", "q=" + "a" * 5000, "hal=%C2%B2"]
)
def test_an_odd_filter_is_no_error(deployed, walk, wish):
    assert Visitor(deployed, "ppk").get(f"/berkas?{wish}").status_code == 200


def test_what_is_late_is_two_taps_away(deployed, walk):
    with clock.stopped(clock.business() + timedelta(days=30)):
        visitor = Visitor(deployed, "ppk")
        [link] = visitor.page("/berkas").xpath("//main//a[contains(@href, 'terlambat=1')]/@href")
        [row] = rows(visitor, link)
        assert "terlambat" in row


def test_the_list_costs_the_same_for_many_cases(deployed, cast):
    visitor = Visitor(deployed, "ppk")
    with statements(deployed) as few:
        visitor.get("/berkas")
    for number in range(5):
        Walk(deployed, cast, number=number + 1)
    with statements(deployed) as many:
        visitor.get("/berkas")
    assert len(many) <= len(few) + 2


def test_a_case_is_seen_only_by_those_it_concerns(deployed, walk):
    assert rows(Visitor(deployed, "pphp")) == []
    for path in ("", "/riwayat"):
        assert Visitor(deployed, "pphp").get(f"/berkas/{walk.id}{path}").status_code == 403
        assert Visitor(deployed, "ppk").get(f"/berkas/tidak-ada{path}").status_code == 404
        assert Visitor(deployed, "auditor").get(f"/berkas/{walk.id}{path}").status_code == 200


def test_a_case_starts_with_its_form(deployed):
    visitor = Visitor(deployed, "ppk")
    assert NEW in visitor.page("/berkas/baru").xpath("//main//a/@href")
    answer = visitor.post(NEW, {**START, "request": KEY})
    assert answer.status_code == 302
    assert "Antrean Puskesmas Daring" in visitor.words(answer.location)


def test_the_same_form_sent_twice_starts_one_case(deployed):
    visitor = Visitor(deployed, "ppk")
    first, second = (visitor.post(NEW, {**START, "request": KEY}) for _ in range(2))
    assert first.location == second.location and count(deployed) == 1


def test_a_wrong_start_form_keeps_what_was_typed_and_stores_nothing(deployed):
    visitor = Visitor(deployed, "ppk")
    answer = visitor.post(NEW, {**START, "opd": "", "nama_paket": "Nama <b>tebal</b>", "request": KEY})
    assert answer.status_code == 422 and count(deployed) == 0
    assert "Nama &lt;b&gt;tebal&lt;/b&gt;" in answer.text and "#f-opd" in answer.text and KEY in answer.text


def test_only_who_may_start_a_case_sees_its_form(deployed):
    visitor = Visitor(deployed, "pphp")
    assert "Tidak ada SOP yang dapat Anda mulai" in visitor.words("/berkas/baru")
    assert visitor.get(NEW).status_code == 403
    assert visitor.post(NEW, {**START, "request": KEY}).status_code == 403
    assert Visitor(deployed, "ppk").get("/berkas/baru/tidak_ada").status_code in (403, 404)
    assert count(deployed) == 0


def test_a_case_page_says_where_it_stands_and_what_is_missing(deployed, walk):
    words = Visitor(deployed, "ppk").words(f"/berkas/{walk.id}")
    assert "Sekarang di langkah 1. Menyusun HPS dan KAK" in words and "Kurang: HPS, KAK." in words
    assert "menunggu diambil" in words and "Rahmawati Siregar" in words and "rantai utuh, 1 peristiwa" in words


def test_a_case_page_shows_documents_values_and_the_diagram(deployed, walk):
    walk.to("A01")
    page = Visitor(deployed, "ppk").page(f"/berkas/{walk.id}")
    words = said(page)
    assert "a.pdf" in words and "Nilai HPS" in words and "Rp 1" in words
    assert page.xpath("//*[local-name()='g' and @id='k-A01' and contains(@class, 'done')]")
    assert page.xpath("//*[local-name()='g' and @id='k-A02' and contains(@class, 'run')]")


def test_the_number_of_a_case_leads_to_it_too(deployed, walk):
    assert Visitor(deployed, "ppk").get("/berkas/APL-2026-0001").status_code == 200


def test_a_broken_chain_is_said_on_the_page(deployed, walk):
    with deployed.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE instance SET head = 'x'")
    words = Visitor(deployed, "auditor").words(f"/berkas/{walk.id}")
    assert "rantai rusak" in words and "rantai utuh" not in words


def test_a_case_is_cancelled_with_a_reason_by_who_may(deployed, walk):
    path = f"/berkas/{walk.id}"
    assert Visitor(deployed, "ppk").post(f"{path}/batal", {"alasan": "Salah"}).status_code == 403
    operator = Visitor(deployed, "operator")
    answer = operator.post(f"{path}/batal", {"alasan": " "})
    assert answer.status_code == 422 and "Tuliskan alasan pembatalan" in answer.text
    assert operator.post(f"{path}/batal", {"alasan": "Anggaran dihapus"}).status_code == 302
    words = operator.words(path)
    assert "Berkas ini dibatalkan" in words and "Anggaran dihapus" in words
    assert operator.post(f"{path}/batal", {"alasan": "lagi"}).status_code == 409


def test_a_contract_is_broken_only_while_the_case_awaits_it_and_by_who_may(deployed, walk):
    path, news = f"/berkas/{walk.id}", {"pesan": "kontrak_diputus", "alasan": "Penyedia berhenti"}
    visitor = Visitor(deployed, "ppk")
    assert not visitor.page(path).xpath("//form[@id='pesan']")
    assert visitor.post(f"{path}/pesan", news).status_code == 409
    walk.to("A01", "A02", "A03", "A05")
    assert visitor.page(path).xpath("//form[@id='pesan']")
    assert not Visitor(deployed, "penyedia").page(path).xpath("//form[@id='pesan']")
    assert Visitor(deployed, "penyedia").post(f"{path}/pesan", news).status_code == 403
    assert visitor.post(f"{path}/pesan", {**news, "alasan": ""}).status_code == 422
    assert visitor.post(f"{path}/pesan", news).status_code == 302
    assert "Kontrak diputus" in visitor.words(path)


def test_personal_data_is_hidden_from_who_only_keeps_the_house(deployed, walk):
    walk.to("A01", "A02")
    npwp = "012345678901000"
    for user, shown in {"pejabat_pengadaan": True, "auditor": True, "analis": False, "operator": False}.items():
        text = Visitor(deployed, user).get(f"/berkas/{walk.id}").text
        assert (npwp in text.replace(".", "").replace("-", "")) == shown


def test_a_page_of_the_list_shows_fifty_cases(deployed, cast):
    visitor = Visitor(deployed, "auditor")
    for number in range(51):
        Walk(deployed, cast, number=number + 1)
    assert len(rows(visitor)) == 50 and len(rows(visitor, "/berkas?hal=2")) == 1


def test_the_nearest_deadline_stands_first_and_what_has_ended_last(deployed, cast):
    near, done, far = (Walk(deployed, cast, number=number) for number in (1, 2, 3))
    far.to("A01")  # twenty working days for the next step
    Visitor(deployed, "operator").post(f"/berkas/{done.id}/batal", {"alasan": "Salah"})
    order = [row[:13] for row in rows(Visitor(deployed, "auditor"))]
    assert order == [walk.instance().number for walk in (near, far, done)]


def test_who_starts_a_case_is_told_whether_it_fits_in_the_budget_year(deployed):
    words = Visitor(deployed, "ppk").words(NEW)
    assert "selesai paling cepat" in words and "Paling cepat pun melewati 31 Desember 2026." in words
    with clock.stopped(datetime(2027, 1, 4, 9, tzinfo=ZONE)):
        assert "Tidak melewati 31 Desember 2027." in Visitor(deployed, "ppk").words(NEW)
    with clock.stopped(datetime(2026, 9, 1, 9, tzinfo=ZONE)):
        assert "Dapat melewati 31 Desember 2026." in Visitor(deployed, "ppk").words(NEW)
