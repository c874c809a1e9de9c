"""Comments, and prepare-then-approve, as the people see them on their pages."""

import pytest
from browsing import Visitor, file, said
from test_comments import item_of, vendor
from test_directory import do
from test_preparing import events
from test_web_people import after, id_of
from test_web_task import A01
from walks import Walk

from engine import accounts, comments
from engine.database import Database
from engine.model import Kind, WorkItem
from engine.people import Actor
from engine.transaction import transaction

Cast = dict[str, Actor]
PASSWORD = "sangat-rahasia-sekali"
EVIL = "Baris satu\n<script>alert(1)</script>"


@pytest.fixture
def walk(deployed: Database, cast: Cast) -> Walk:
    return Walk(deployed, cast)


@pytest.fixture
def item(walk: Walk) -> str:
    return walk.item("A01").id


@pytest.fixture
def ppk(deployed: Database) -> Visitor:
    return Visitor(deployed, "ppk")


@pytest.fixture
def aide(deployed: Database) -> Visitor:
    return Visitor(deployed, "penyiap")


def buttons(visitor: Visitor, item: str) -> list[str]:
    return visitor.page(f"/tugas/{item}").xpath("//button[@name='aksi']/@value")


def draft(visitor: Visitor, item: str) -> dict[str, str]:
    """Which draft the page of a step shows, as its form says."""
    return {"_draf": visitor.page(f"/tugas/{item}").xpath("string(//input[@name='_draf']/@value)")}


def ready(aide: Visitor, item: str, **more: object) -> str:
    """Mark a step with a complete form and its files; what the next page says."""
    slots = aide.page(f"/tugas/{item}").xpath("//input[@type='file'][@multiple]/@name")
    return after(aide, aide.send(item, A01 | {name: file() for name in slots} | more, "siap"))


def test_a_comment_stands_on_both_pages_escaped_and_keeps_its_lines(ppk: Visitor, walk: Walk, item: str) -> None:
    assert "Belum ada komentar" in ppk.words(f"/tugas/{item}")
    answer = ppk.post(f"/tugas/{item}/komentar", {"komentar": EVIL})
    assert answer.location == f"/tugas/{item}#komentar" and "Komentar ditulis" in after(ppk, answer)
    for path in (f"/tugas/{item}", f"/berkas/{walk.id}"):
        page = ppk.page(path)
        [text] = page.xpath("//*[@id='komentar']//p[@class='said']")
        assert text.text_content() == EVIL and not page.xpath("//main//script")
    assert "Rahmawati Siregar" in said(page) and "dikomentari" in said(page)
    history = ppk.words(f"/berkas/{walk.id}/riwayat")
    assert "dikomentari" in history and "Baris satu" in history


@pytest.mark.parametrize(("text", "why"), [("", "Tuliskan komentarnya"), ("x" * 2001, "paling panjang 2000 huruf")])
def test_a_wrong_comment_is_told_and_what_was_typed_stays(ppk: Visitor, walk: Walk, item: str, text: str, why: str):
    for path, more in ((f"/tugas/{item}", {}), (f"/berkas/{walk.id}", {"tugas": item})):
        answer = ppk.post(f"{path}/komentar", {"komentar": text, **more})
        assert answer.status_code == 422 and why in said(answer.text)
        assert f">\n{text}</textarea>" in answer.text and f'action="{path}/komentar#komentar"' in answer.text


def test_the_pa_who_opens_no_step_comments_on_the_page_of_the_case(deployed: Database, walk: Walk, item: str) -> None:
    pa = Visitor(deployed, "pa")
    assert after(pa, pa.post(f"/tugas/{item}/komentar", {"komentar": "Segera"})).count("Segera") == 1
    answer = pa.post(f"/berkas/{walk.id}/komentar", {"komentar": "Sekali lagi", "tugas": item})
    assert answer.location == f"/berkas/{walk.id}#komentar" and "Sekali lagi" in after(pa, answer)
    assert pa.post(f"/tugas/{item}/komentar", {"komentar": ""}).status_code == 422


def test_a_step_of_another_case_is_not_commented_through_this_one(deployed: Database, cast: Cast, ppk: Visitor) -> None:
    one, other = Walk(deployed, cast), Walk(deployed, cast, number=2)
    given = {"komentar": "x", "tugas": other.item("A01").id}
    assert ppk.post(f"/berkas/{one.id}/komentar", given).status_code == 404


def test_a_vendor_finds_the_comments_of_other_lanes_nowhere(deployed: Database, cast: Cast, walk: Walk) -> None:
    vendor(deployed, walk)
    do(deployed, comments.make, item_of(deployed, walk, "A01"), cast["ppk"], "Rahasia kita")
    with deployed.session() as session, transaction(session):
        accounts.named(session, "rekanan").password = accounts.hashed("rekanan", PASSWORD)
    rekanan, ppk = Visitor(deployed), Visitor(deployed, "ppk")
    assert rekanan.sign_in("rekanan", PASSWORD).status_code == 302
    for path in (f"/berkas/{walk.id}", f"/berkas/{walk.id}/riwayat"):
        assert "Rahasia kita" not in rekanan.words(path) and "Rahasia kita" in ppk.words(path)


def test_an_aide_fills_in_and_marks_and_the_official_approves(aide: Visitor, ppk: Visitor, item: str) -> None:
    assert walk_to_ready(aide, item)
    assert "1. Menyusun HPS dan KAK" in aide.words("/") and "siap disetujui" in aide.words("/?lihat=disiapkan")
    assert "Disiapkan oleh Lia Konsepwati" in ppk.words("/")
    page = ppk.page(f"/tugas/{item}")
    assert "Disiapkan oleh Lia Konsepwati" in said(page) and "Setujui dan selesaikan" in said(page)
    assert page.xpath("string(//input[@name='kode_rup']/@value)") == A01["kode_rup"]
    receipt = after(ppk, ppk.send(item, A01 | draft(ppk, item), key="p" * 22))
    assert "sudah diselesaikan oleh Rahmawati Siregar" in receipt
    assert "Disiapkan oleh Lia Konsepwati" in ppk.words(f"/tugas/{item}")
    assert "Disiapkan oleh Lia Konsepwati" in ppk.words("/?lihat=selesai")


def walk_to_ready(aide: Visitor, item: str) -> bool:
    told = ready(aide, item)
    return "Ditandai siap disetujui" in told and "Menunggu persetujuan" in told


def test_an_aide_finds_no_button_that_is_not_theirs(aide: Visitor, ppk: Visitor, item: str) -> None:
    assert buttons(aide, item) == ["siap", "draf"] and buttons(ppk, item) == ["selesai", "draf"]
    words = aide.words(f"/tugas/{item}")
    assert "Anda penyiap konsep langkah ini" in words and "Ambil tugas ini" not in words
    assert "Ambil" not in aide.words("/") and "penyiap konsep Rahmawati Siregar" in aide.page("/").text_content()
    assert aide.send(item, A01).status_code == 403


def test_the_official_sends_it_back_and_the_aide_reads_why(aide: Visitor, ppk: Visitor, item: str) -> None:
    ready(aide, item)
    wrong = ppk.post(f"/tugas/{item}/kembalikan-konsep", {"catatan_konsep": " "})
    assert wrong.status_code == 422 and "Tuliskan apa yang perlu diperbaiki" in said(wrong.text)
    assert "Dikembalikan ke penyiapnya" in after(
        ppk, ppk.post(f"/tugas/{item}/kembalikan-konsep", {"catatan_konsep": EVIL})
    )
    page = aide.page(f"/tugas/{item}")
    assert page.xpath("string(//b[@class='said'])") == EVIL and not page.xpath("//main//script")
    assert "Dikembalikan ke penyiap oleh Rahmawati Siregar" in said(page)
    assert "Disiapkan oleh" not in ppk.words("/") and buttons(ppk, item) == ["selesai", "draf"]
    history = ppk.words(f"/berkas/{ppk_case(ppk, item)}")
    assert "siap disetujui" in history and "dikembalikan ke penyiap Lia Konsepwati" in history


def ppk_case(visitor: Visitor, item: str) -> str:
    with visitor.database.session() as session:
        return session.get_one(WorkItem, item).instance_id


def test_a_refused_file_marks_nothing(aide: Visitor, item: str, deployed: Database) -> None:
    [slot, *_] = aide.page(f"/tugas/{item}").xpath("//input[@type='file'][@multiple]/@name")
    assert aide.send(item, A01 | {slot: file("a.exe")}, "siap").status_code == 422
    assert events(deployed, Kind.ITEM_PREPARED) == []


def test_nobody_approves_what_was_changed_after_they_looked(aide: Visitor, ppk: Visitor, item: str) -> None:
    ready(aide, item)
    page = ppk.page(f"/tugas/{item}")
    seen = A01 | {"disiapkan-pada": page.xpath("string(//input[@name='disiapkan-pada']/@value)")}
    [slot, *_] = aide.page(f"/tugas/{item}").xpath("//input[@type='file'][@multiple]/@name")
    aide.send(item, A01 | {slot: file("lain.pdf")}, "draf", "d" * 22)
    answer = ppk.send(item, seen, key="p" * 22)
    assert answer.status_code == 422 and "berubah sejak Anda membuka halaman ini" in said(answer.text)
    assert "sudah diselesaikan" in after(ppk, ppk.send(item, A01, key="p" * 22))


def test_an_official_who_adds_the_signed_scan_approves_in_one_go(aide: Visitor, ppk: Visitor, item: str) -> None:
    ready(aide, item)
    page = ppk.page(f"/tugas/{item}")
    seen = A01 | {"disiapkan-pada": page.xpath("string(//input[@name='disiapkan-pada']/@value)")}
    slot = page.xpath("//input[@type='file'][@multiple]/@name")[0]
    for _ in range(2):  # pressed twice
        answer = ppk.send(item, seen | {slot: file("pindaian.pdf")}, key="p" * 22)
        assert "sudah diselesaikan oleh Rahmawati Siregar" in after(ppk, answer)


def test_what_an_aide_prepared_meanwhile_is_looked_at_before_it_is_completed(
    aide: Visitor, ppk: Visitor, item: str
) -> None:
    old = draft(ppk, item)
    ready(aide, item)
    answer = ppk.send(item, A01 | old)
    assert answer.status_code == 409 and "Draf ini sudah diubah oleh Lia Konsepwati" in said(answer.text)
    assert ppk.send(item, A01 | draft(ppk, item), key="q" * 22).status_code == 302


def test_the_official_who_changes_the_draft_is_told_in_the_history(aide: Visitor, ppk: Visitor, item: str) -> None:
    ready(aide, item)
    assert ppk.send(item, A01 | {"kode_rup": "99999999"} | draft(ppk, item), "draf").status_code == 302
    assert "Disiapkan oleh" not in ppk.words(f"/tugas/{item}")
    assert "drafnya berubah, tanda siap dihapus" in ppk.words(f"/berkas/{ppk_case(ppk, item)}")


def test_the_operator_assigns_an_aide_on_the_page_of_a_person(deployed: Database) -> None:
    operator, page = Visitor(deployed, "operator"), f"/orang/{id_of(deployed, 'Siti Halimah Rekaan')}"
    typed = {"for_id": id_of(deployed, "Markus Adiputra"), "letter": "800/3/2026", "letter_date": "2026-11-20"}
    days = {"begins": "2026-11-23", "ends": "2026-12-31"}
    wrong = operator.post(f"{page}/penyiap", typed)
    assert wrong.status_code == 422 and 'href="#siap-begins"' in wrong.text
    assert "800/3/2026" in after(operator, operator.post(f"{page}/penyiap", typed | days))
    assert "penyiap konsep Markus Adiputra" in Visitor(deployed, "opd").page("/").text_content()
    [dismiss] = operator.page(page).xpath("//form[contains(@action, '/penyiap/')]/@action")
    assert "berakhir" in after(operator, operator.post(dismiss))
    assert "penyiap konsep" not in Visitor(deployed, "opd").page("/").text_content()


def test_a_filter_shows_what_is_prepared_and_an_empty_one_says_so(aide: Visitor, ppk: Visitor, item: str) -> None:
    assert "Saya siapkan 1" in aide.words("/") and "Saya siapkan" not in ppk.words("/")
    ready(aide, item)
    ppk.send(item, A01 | draft(ppk, item), key="p" * 22)
    assert "Tidak ada yang perlu Anda siapkan sekarang" in aide.words("/")
