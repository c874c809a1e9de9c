"""The page of one step: what stands on it, what is kept when something is wrong, and that it is done once."""

import hashlib

import pytest
import sqlalchemy as sa
from browsing import PDF, Visitor, file, said, statements
from form_samples import A01 as SAMPLE
from walks import Walk

from engine import history
from engine.model import Document, HistoryEvent, Instance, Kind, WorkItem

A01 = SAMPLE | {"tgl_hps": "2026-11-23"}


@pytest.fixture
def walk(deployed, cast):
    return Walk(deployed, cast)


@pytest.fixture
def item(walk):
    return walk.item("A01").id


@pytest.fixture
def ppk(deployed):
    return Visitor(deployed, "ppk")


def slots(visitor, item):
    """The names of the inputs for files."""
    return visitor.page(f"/tugas/{item}").xpath("//input[@type='file'][@multiple]/@name")


def filled(visitor, item):
    """A form that is complete, with its files."""
    return A01 | {name: file() for name in slots(visitor, item)}


def events(database, kind):
    with database.session() as session:
        return list(session.scalars(sa.select(HistoryEvent).where(HistoryEvent.kind == kind)))


def test_the_page_says_what_when_why_and_where(ppk, item):
    page = ppk.page(f"/tugas/{item}")
    words = said(page)
    assert "1. Menyusun HPS dan KAK" in words and "Antrean Puskesmas" in words and "Dinas Kesehatan" in words
    assert "sisa" in words and "Mengapa tanggal ini?" in words and "hari kerja ke-" in words
    assert "0 dari 2 diunggah" in words and "Nomor SOP" in words and "Anda di sini" in words
    assert page.xpath("//input[@name='kode_rup']") and page.xpath("//div[@class='mini']/*[name()='svg']")


def test_a_colleague_of_the_role_may_open_it_another_lane_and_the_auditor_may_not(deployed, item):
    assert Visitor(deployed, "ppk2").get(f"/tugas/{item}").status_code == 200
    for other in ("pphp", "penyedia", "auditor", "operator"):
        visitor = Visitor(deployed, other)
        assert visitor.get(f"/tugas/{item}").status_code == 403
        assert visitor.send(item, A01).status_code == 403


@pytest.mark.parametrize("path", ["", "/tanda-terima"])
def test_a_step_that_does_not_exist_is_not_found(ppk, path):
    assert ppk.get(f"/tugas/tidakada{path}").status_code == 404


def test_a_receipt_before_the_step_is_done_is_not_found(ppk, item):
    assert ppk.get(f"/tugas/{item}/tanda-terima").status_code == 404


def test_a_draft_and_a_file_wait_for_whoever_opens_the_step_next(deployed, ppk, item):
    first, _ = slots(ppk, item)
    answer = ppk.send(item, {"nilai_hps": "Rp 1 juta", first: file("hps.pdf")}, action="draf")
    assert answer.location == f"/tugas/{item}"
    page = Visitor(deployed, "ppk2").page(f"/tugas/{item}")
    assert page.xpath("//input[@name='nilai_hps']/@value") == ["Rp 1 juta"]
    assert "1 dari 2 diunggah" in said(page) and "hps.pdf" in said(page) and "Ada draf tersimpan" in said(page)
    assert events(deployed, Kind.ITEM_COMPLETED) == []


def test_a_draft_whose_file_is_refused_does_not_say_that_the_step_was_to_be_completed(ppk, item):
    first, _ = slots(ppk, item)
    answer = ppk.send(item, {first: file("hps.exe")}, action="draf")
    assert answer.status_code == 422
    assert "Belum semuanya tersimpan: 1 hal" in (told := said(answer.text)) and "belum dapat diselesaikan" not in told


def test_a_receipt_names_the_case_of_the_task_that_it_offers_next(deployed, cast, ppk, item):
    with deployed.session() as session:
        number = session.get_one(Instance, Walk(deployed, cast).id).number
    first, second = slots(ppk, item)
    answer = ppk.send(item, A01 | {first: file(), second: file()})
    offered = ppk.page(answer.location).xpath("string(//a[contains(., 'Tugas berikutnya')])")
    assert offered.endswith(f", {number}")


def test_errors_keep_what_was_typed_and_the_files_that_came_with_it(deployed, ppk, item):
    first, second = slots(ppk, item)
    answer = ppk.send(item, A01 | {"nilai_hps": "999.000.000.000", "kode_rup": "12", first: file()})
    assert answer.status_code == 422
    assert "Langkah ini belum dapat diselesaikan: 3 hal" in said(answer.text)
    assert 'value="999.000.000.000"' in answer.text and 'href="#f-kode_rup"' in answer.text
    assert f'href="#{second}"' in answer.text and f'href="#{first}"' not in answer.text
    assert "1 dari 2 diunggah" in ppk.words(f"/tugas/{item}")
    with deployed.session() as session:
        assert session.get_one(WorkItem, item).draft is None


@pytest.mark.parametrize(
    ("name", "content"),
    [("hps.exe", PDF), ("hps.pdf", b"<html>"), ("hps.pdf", b""), ("hps.docx", PDF), ("hps", PDF), ("a\nb.pdf", PDF)],
)
def test_a_file_that_is_not_what_it_says_is_refused_with_its_place(deployed, ppk, item, name, content):
    first, second = slots(ppk, item)
    answer = ppk.send(item, A01 | {first: file(name, content), second: file("kak.pdf")})
    assert answer.status_code == 422 and f'href="#{first}"' in answer.text and 'value="56482997"' in answer.text
    with deployed.session() as session:
        assert [one.filename for one in session.scalars(sa.select(Document))] == ["kak.pdf"]


def test_a_completed_step_gives_a_receipt_with_its_place_in_the_chain(deployed, ppk, item):
    answer = ppk.send(item, filled(ppk, item))
    assert answer.location == f"/tugas/{item}/tanda-terima"
    [event] = events(deployed, Kind.ITEM_COMPLETED)
    words = ppk.words(answer.location)
    assert event.hash in words and f"nomor{event.seq}" in words.replace(" ", "") and "APL-2026-0001" in words
    assert "Rahmawati Siregar" in words and "Berikutnya" in words
    with deployed.session() as session:
        assert list(history.verify(session)) == []


def test_a_second_click_gets_the_same_receipt(deployed, ppk, item):
    fields = filled(ppk, item)
    first = ppk.send(item, fields)
    second = ppk.send(item, A01)
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert len(events(deployed, Kind.ITEM_COMPLETED)) == 1


def test_who_comes_second_reads_who_was_first_and_when(deployed, ppk, item):
    ppk.send(item, filled(ppk, item))
    answer = Visitor(deployed, "ppk2").send(item, A01, key="another-key-of-a-request")
    assert answer.status_code == 409
    assert "Sudah dikerjakan oleh Rahmawati Siregar pukul 09" in answer.text and "Lihat berkasnya" in answer.text
    assert "sudah dikerjakan oleh Rahmawati Siregar" in ppk.words(f"/tugas/{item}")
    assert len(events(deployed, Kind.ITEM_COMPLETED)) == 1


def test_a_file_for_a_step_that_is_over_is_not_taken(deployed, ppk, item):
    fields = filled(ppk, item)
    names = slots(ppk, item)
    ppk.send(item, fields)
    again = A01 | {names[0]: file("late.pdf")}
    assert ppk.send(item, again, key="another-key-of-a-request").status_code == 409
    assert len(events(deployed, Kind.DOCUMENT_ADDED)) == 2


def test_what_a_colleague_holds_can_be_seen_but_not_done(deployed, ppk, item):
    fields = filled(ppk, item)
    colleague = Visitor(deployed, "ppk2")
    colleague.post(f"/tugas/{item}/ambil")
    assert not ppk.page(f"/tugas/{item}").xpath("//main//button[not(ancestor::*[@id='komentar'])]")
    answer = ppk.send(item, fields)
    assert answer.status_code == 409 and "sedang dipegang oleh Bonifasius Lintang" in answer.text
    assert events(deployed, Kind.DOCUMENT_ADDED) == []


@pytest.mark.parametrize("key", ["", "short", "x" * 81, "<script>alert(1)</script>"])
def test_a_form_without_its_key_changes_nothing(deployed, ppk, item, key):
    assert ppk.send(item, filled(ppk, item), key=key).status_code == 422
    assert events(deployed, Kind.ITEM_COMPLETED) == []


def test_fields_that_the_form_does_not_have_are_refused(ppk, item):
    answer = ppk.send(item, filled(ppk, item) | {"peran": "operator", "__class__": "x"})
    assert answer.status_code == 422 and "peran" in answer.text


def test_a_document_is_a_download_and_never_a_page(deployed, ppk, item):
    ppk.send(item, filled(ppk, item))
    with deployed.session() as session:
        document = session.scalars(sa.select(Document)).first()
    answer = ppk.get(f"/dokumen/{document.id}")
    assert hashlib.sha256(answer.data).hexdigest() == document.sha256
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=hps.pdf")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert Visitor(deployed, "pphp").get(f"/dokumen/{document.id}").status_code == 403
    assert ppk.get("/dokumen/tidakada").status_code == 404


def test_a_document_whose_bytes_are_gone_is_the_systems_fault(deployed, ppk, item):
    ppk.send(item, filled(ppk, item))
    with deployed.session() as session:
        document = session.scalars(sa.select(Document)).first()
    deployed.store.path(document.sha256).unlink()
    answer = ppk.get(f"/dokumen/{document.id}")
    assert answer.status_code == 503 and "tidak ada di penyimpanan" in answer.text


@pytest.mark.parametrize("path", ["/ambil", "/lepas", ""])
def test_before_the_write_begins_at_most_three_statements_ask_who_may(deployed, ppk, item, path):
    fields = {} if path else A01 | {"request": "k" * 22, "aksi": "draf"}
    ppk.read_token()
    with statements(deployed) as told:
        assert ppk.post(f"/tugas/{item}{path}", fields).status_code == 302
    begins = ("BEGIN IMMEDIATE", "pg_advisory_xact_lock", "FOR UPDATE")
    begin = next(number for number, one in enumerate(told) if any(word in one for word in begins))
    assert len([one for one in told[:begin] if one.startswith("SELECT")]) <= 3


def test_steps_of_a_whole_case_can_be_opened_by_their_role(deployed, walk):
    walk.complete("A01")
    for element, username in (("A02", "pejabat_pengadaan"),):
        assert Visitor(deployed, username).get(f"/tugas/{walk.item(element).id}").status_code == 200


def test_the_english_page_says_errors_in_english(ppk, item):
    ppk.get("/bahasa/en")
    answer = ppk.send(item, {"kode_rup": "1"})
    assert "This step cannot be completed yet" in said(answer.text)
    assert "must have 7 to 10 digits; you filled in 1." in said(answer.text)
