"""Looking at documents: pixels drawn in a process of its own, whatever the document is."""

import io
import subprocess
import sys

import drawn
import pytest
from browsing import Visitor, file, said
from PIL import Image
from sqlalchemy import select
from walks import Walk

from engine import documents, previews
from engine.errors import NotFound
from engine.model import Document

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HTML = b"<script>alert(1)</script>"


def kept(database, name: str, content: bytes) -> Document:
    upload = documents.keep(database.store, name, io.BytesIO(content))
    return Document(**vars(upload))


def shown(database, name: str, content: bytes, number: int = 1) -> Image.Image:
    return Image.open(io.BytesIO(previews.picture(database.store, kept(database, name, content), number).content))


def test_the_pages_of_a_pdf_are_pictures_within_bounds(deployed) -> None:
    document = kept(deployed, "a.pdf", drawn.pdf(3))
    assert previews.pages(deployed.store, document) == 3
    assert previews.picture(deployed.store, document, 3).media_type == "image/png"
    assert shown(deployed, "a.pdf", drawn.pdf(1)).size == (1100, 1557)
    assert max(shown(deployed, "b.pdf", drawn.pdf(1, 14_000, 10)).size) <= 2200
    for number in (0, 4, previews.MOST_PAGES + 1):
        with pytest.raises(NotFound):
            previews.picture(deployed.store, document, number)


def test_a_photo_is_drawn_anew_upright_without_its_place_and_what_hid_behind_it(deployed) -> None:
    made = drawn.photo(behind=HTML)
    assert b"Exif" in made
    content = previews.picture(deployed.store, kept(deployed, "a.jpg", made), 1).content
    assert b"Exif" not in content and b"script" not in content
    assert Image.open(io.BytesIO(content)).size == (32, 64)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.4\nnothing"),
        ("a.png", drawn.bomb()),
        ("a.png", drawn.photo("PNG")[:80]),
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 50),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(deployed, name, content) -> None:
    document = kept(deployed, name, content)
    with pytest.raises(NotFound):
        previews.picture(deployed.store, document, 1)


PARTS = {"a.docx": "word/document.xml", "a.xlsx": "xl/workbook.xml", "a.zip": "a"}


@pytest.mark.parametrize("name", PARTS)
def test_an_archive_is_stored_as_it_is_and_never_opened(deployed, name) -> None:
    bomb = drawn.archive_bomb(PARTS[name])
    document = kept(deployed, name, bomb)
    assert deployed.store.read(document.sha256) == bomb and document.size < 1_000_000
    assert previews.pages(deployed.store, document) == 0
    with pytest.raises(NotFound):
        previews.picture(deployed.store, document, 1)


def test_a_document_that_takes_too_long_to_draw_is_given_up(deployed, monkeypatch) -> None:
    monkeypatch.setattr(previews, "SECONDS", 0.01)
    with pytest.raises(NotFound):
        shown(deployed, "a.pdf", drawn.pdf(1))


def test_our_process_does_not_load_what_reads_documents() -> None:
    look = "import sys, webapp; print('pypdfium2' in sys.modules or 'PIL.Image' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], capture_output=True, text=True).stdout == "False\n"


@pytest.fixture
def document(deployed, cast) -> str:
    item = Walk(deployed, cast).item("A01").id
    Visitor(deployed, "ppk").send(item, {"berkas-0": file("hps.pdf", drawn.scripted_pdf())}, action="draf")
    with deployed.session() as session:
        return session.scalars(select(Document)).one().id


def test_the_page_of_a_document_can_run_nothing_and_its_pictures_less(deployed, document) -> None:
    ppk = Visitor(deployed, "ppk")
    page = ppk.get(f"/dokumen/{document}/lihat")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy
    assert "allow-scripts" not in policy and "script-src" not in policy
    assert "<script" not in page.text and f"/dokumen/{document}/lihat/1" in page.text and "hps.pdf" in said(page.text)
    picture = ppk.get(f"/dokumen/{document}/lihat/1")
    assert picture.content_type == "image/png" and picture.headers["X-Content-Type-Options"] == "nosniff"
    alone = picture.headers["Content-Security-Policy"]
    assert "default-src 'none'" in alone and alone.endswith("sandbox") and "script" not in alone
    assert picture.data.startswith(b"\x89PNG")
    assert ppk.get(f"/dokumen/{document}/lihat/2").status_code == 404


@pytest.mark.parametrize("path", ["lihat", "lihat/1", "versi"])
def test_a_document_of_a_case_that_one_may_not_see_cannot_be_looked_at(deployed, document, path) -> None:
    assert Visitor(deployed, "penyedia").get(f"/dokumen/{document}/{path}").status_code == 403
    assert Visitor(deployed, "ppk").get(f"/dokumen/tidak-ada/{path}").status_code == 404


def test_the_drawing_program_knows_none_of_our_settings(deployed, monkeypatch, tmp_path) -> None:
    other = tmp_path / "raster.py"
    other.write_text("import os\nprint(8 if 'SOPAN_DATABASE_URL' in os.environ else 7, end='')\n")
    monkeypatch.setenv("SOPAN_DATABASE_URL", "secret")
    monkeypatch.setattr(previews, "PROGRAM", str(other))
    assert previews.pages(deployed.store, kept(deployed, "a.pdf", drawn.pdf(1))) == 7
