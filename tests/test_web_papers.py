"""Papers on the pages: several files at once, wet ink, versions, letters, and the hash behind a QR code."""

import drawn
import pytest
import sqlalchemy as sa
from browsing import PDF, Visitor, file, said
from form_samples import A01 as SAMPLE
from walks import Walk

from engine import history
from engine.model import Document, Kind

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


def documents(database) -> list[Document]:
    with database.session() as session:
        return list(session.scalars(sa.select(Document).order_by(Document.version, Document.filename)))


def test_files_sent_together_are_one_version_and_the_next_ones_another(deployed, ppk, item) -> None:
    several = [file("a.pdf", PDF + b"a"), file("b.pdf", PDF + b"b")]
    ppk.send(item, {"berkas-0": several}, action="draf")
    again = [file("a.pdf", PDF + b"a"), file("b.pdf", PDF + b"b")]
    ppk.send(item, {"berkas-0": again}, action="draf")  # a second click
    ppk.send(item, {"berkas-0": file("c.pdf", PDF + b"c")}, action="draf", key="another-key-of-a-request")
    assert [(one.version, one.filename) for one in documents(deployed)] == [(1, "a.pdf"), (1, "b.pdf"), (2, "c.pdf")]


def test_each_file_that_is_wrong_is_named_and_the_others_are_kept(deployed, ppk, item) -> None:
    sent = [file("kosong.pdf", b""), file("a.pdf"), file("b.exe")]
    answer = ppk.send(item, A01 | {"berkas-0": sent})
    told = said(answer.text)
    assert answer.status_code == 422 and "kosong.pdf kosong" in told and "berkas b.exe tidak diterima" in told
    assert [one.filename for one in documents(deployed)] == ["a.pdf"]


def test_the_page_says_the_limits_before_and_offers_the_camera(ppk, item) -> None:
    page = ppk.page(f"/tugas/{item}")
    assert "Satu berkas paling besar 20 MB, sekali kirim 25 MB" in said(page)
    chosen, camera = page.xpath("//input[@name='berkas-0']")
    assert chosen.get("multiple") is not None and "image/jpeg" in chosen.get("accept")
    assert camera.get("capture") == "environment"


def test_wet_ink_is_kept_with_the_document_and_told_everywhere(deployed, ppk, walk, item) -> None:
    ppk.send(
        item, {"berkas-0": file("hps.pdf"), "basah-0": "ya", "berkas-1": file("kak.pdf", PDF + b"k")}, action="draf"
    )
    assert {one.filename: one.wet_ink for one in documents(deployed)} == {"hps.pdf": True, "kak.pdf": False}
    case = ppk.words(f"/berkas/{walk.id}")
    assert "Dokumen bertanda tangan basah diunggah: HPS" in case and "Dokumen diunggah: KAK" in case
    assert "bertanda tangan basah" in ppk.words(f"/tugas/{item}")
    with deployed.session() as session:
        told = [e.body for e in history.events(session, walk.id) if e.kind == Kind.DOCUMENT_ADDED]
        assert ["wet_ink" in body for body in told] == [True, False] and list(history.verify(session)) == []


def test_the_page_of_versions_says_who_when_where_and_which_hash(deployed, ppk, item) -> None:
    ppk.send(item, {"berkas-0": file("satu.pdf"), "basah-0": "ya"}, action="draf")
    ppk.send(item, {"berkas-0": file("dua.pdf", PDF + b"2")}, action="draf", key="another-key-of-a-request")
    first, second = documents(deployed)
    words = ppk.words(f"/dokumen/{first.id}/versi")
    assert words.index("dua.pdf") < words.index("satu.pdf") and "Rahmawati Siregar" in words
    assert first.sha256 in words and second.sha256 in words and "1. Menyusun HPS dan KAK" in words
    assert words.count("bertanda tangan basah") == 1


@pytest.mark.parametrize("name", ["hps.exe.pdf", "hps.html.pdf"])
def test_a_second_extension_means_nothing(deployed, ppk, item, name) -> None:
    """The last one says what it is; the content must be that, and it goes out as that, as a download."""
    ppk.send(item, {"berkas-0": file(name)}, action="draf")
    [document] = documents(deployed)
    answer = ppk.get(f"/dokumen/{document.id}")
    assert answer.content_type == "application/pdf" and answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_polyglot_goes_out_as_what_it_was_taken_for(deployed, ppk, item) -> None:
    ppk.send(item, {"berkas-0": file("a.jpg", drawn.photo(behind=b"<script>alert(1)</script>"))}, action="draf")
    [document] = documents(deployed)
    answer = ppk.get(f"/dokumen/{document.id}")
    assert answer.content_type == "image/jpeg" and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert b"script" not in ppk.get(f"/dokumen/{document.id}/lihat/1").data


def test_a_step_offers_its_letters_at_the_lines_that_they_become(ppk, item) -> None:
    links = ppk.page(f"/tugas/{item}").xpath("//ul[@class='checks']//a/@href")
    assert [link.partition("/surat/")[2].partition("?")[0] for link in links] == [
        "hps.pdf", "hps.pdf", "hps.docx", "kak.pdf", "kak.pdf", "kak.docx",
    ]  # fmt: skip
    pdf, word = ppk.get(links[0]), ppk.get(links[2])
    assert pdf.content_type == "application/pdf" and pdf.data.startswith(b"%PDF-")
    assert pdf.headers["Content-Disposition"].startswith("inline") and "HPS" not in pdf.headers["Content-Disposition"]
    assert word.data.startswith(b"PK") and word.headers["Content-Disposition"].startswith("attachment")


def test_a_letter_of_a_case_that_one_may_not_see_is_refused(deployed, walk, item) -> None:
    vendor = Visitor(deployed, "penyedia")
    for path in ("lembar-kendali.pdf", f"hps.pdf?langkah={item}", "lembar-kendali.docx"):
        assert vendor.get(f"/berkas/{walk.id}/surat/{path}").status_code == 403
    assert vendor.get(f"/berkas/{walk.id}/sidik/abc").status_code == 403
    assert Visitor(deployed).get(f"/berkas/{walk.id}/surat/lembar-kendali.pdf").status_code == 302


@pytest.mark.parametrize(
    ("path", "status"),
    [("lembar-kendali.exe", 404), ("x.pdf", 404), ("hps.pdf", 404), ("lembar-kendali.pdf?kertas=a3", 422)],
)
def test_a_letter_that_there_is_not_is_refused(ppk, walk, path, status) -> None:
    assert ppk.get(f"/berkas/{walk.id}/surat/{path}").status_code == status


def test_the_case_and_the_receipt_offer_their_letters(deployed, ppk, walk) -> None:
    walk.to("A01")
    page = ppk.page(f"/berkas/{walk.id}")
    offered = {link.partition("/surat/")[2].partition(".")[0] for link in page.xpath("//a/@href") if "/surat/" in link}
    assert offered == {"hps", "kak", "lembar-kendali", "lembar-disposisi"}
    with deployed.session() as session:
        done = history.events(session, walk.id)[-1].body["item"]
    receipt = ppk.page(f"/tugas/{done}/tanda-terima")
    [link] = receipt.xpath("//a[contains(@href, 'tanda-terima.pdf?kertas=f4')]/@href")
    assert ppk.get(link).data.startswith(b"%PDF-")


def test_the_hash_of_a_paper_is_found_in_its_case_only(ppk, deployed, cast, walk) -> None:
    other = Walk(deployed, cast, number=2)
    mark = walk.instance().head
    assert "sidik cocok" in ppk.words(f"/berkas/{walk.id}/sidik/{mark}?nomor=APL-2026-0001")
    assert "Berkas dimulai" in ppk.words(f"/berkas/{walk.id}/sidik/{mark}")
    for path in (f"{other.id}/sidik/{mark}", f"{walk.id}/sidik/{'0' * 64}", f"{walk.id}/sidik/"):
        assert "sidik tidak cocok" in ppk.words(f"/berkas/{path}")
