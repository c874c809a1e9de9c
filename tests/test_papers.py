"""Letters filled from a case: what they say, how numbers are spelled, and that no value is ever read as code."""

import io
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import takewhile
from pathlib import Path

import docx
import pypdfium2
import pytest
import sqlalchemy as sa
from form_samples import A01
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from walks import Walk

from engine import forms, library, papers, people, tasks
from engine.errors import BadValue, NotAllowed, NotFound
from engine.model import Instance, Person, Staffing, WorkItem
from engine.papers.docx import WIDTH
from engine.papers.filling import DOTS, FORMATS, Known, filled
from engine.papers.shape import SIZES, Paper, head, letters, places
from engine.papers.spelling import ONES, spelled, spelled_day, spelled_rupiah
from engine.transaction import transaction

ROOT = Path(__file__).parent.parent
ADDRESS = "https://sopan.example/berkas/x/sidik/"
MADE = ("nomor_berkas", "paket", "opd", "surat_permohonan", "sop", "keadaan", "kota", "dinas", "dinas_lengkap")
MADE += ("tgl_mulai_berkas", "tanggal", "waktu_cetak", "nama_langkah", "waktu_selesai", "langkah_berikutnya")
MADE += ("pelaksana", "nomor_peristiwa", "sidik", "kosong")
CODE = '#eval("1+1") #image("/etc/passwd") $x$ {{ 7*7 }} {% raw %} {nilai_hps} \\ * _a_ <w:p/> @ref //'


@pytest.fixture
def walk(deployed, cast):
    return Walk(deployed, cast)


def words_of(pdf: bytes) -> str:
    found = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_range() for page in found)
    found.close()
    return " ".join(text.split())


def words_in(made: bytes) -> str:
    found = docx.Document(io.BytesIO(made))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return " ".join(" ".join([line.text for line in found.paragraphs] + cells).split())


def last(session: Session, walk: Walk, element: str) -> str:
    query = sa.select(WorkItem).where(WorkItem.instance_id == walk.id, WorkItem.element == element)
    return session.scalars(query.order_by(WorkItem.round.desc())).first().id


def paper(session, walk, who, key, element=None, size="a4") -> Paper:
    step = last(session, walk, element) if element else None
    return papers.filled_from(session, who, key, walk.id, step, size, ADDRESS)


def read_back(text: str) -> int:
    """A number in words, read by adding and multiplying from left to right."""
    sizes = {"kuadriliun": 10**15, "triliun": 10**12, "miliar": 10**9, "juta": 10**6, "ribu": 1000}
    whole = group = last = 0
    for word in text.split():
        bare = word.removeprefix("se") if word in ("seratus", "seribu") else word
        last = 1 if bare != word else last
        if bare in sizes:
            whole, group, last = whole + (group + last) * sizes[bare], 0, 0
        elif bare in ("ratus", "puluh"):
            group, last = group + last * (100 if bare == "ratus" else 10), 0
        elif bare == "belas":
            group, last = group + 10 + last, 0
        else:
            last = ONES.index(bare)
    return whole + group + last


@given(st.integers(0, 10**18 - 1))
def test_a_number_in_words_says_that_number_and_no_other(number: int) -> None:
    assert read_back(spelled(number)) == number


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"), (11, "sebelas"), (19, "sembilan belas"), (100, "seratus"), (1111, "seribu seratus sebelas"),
        (21_000, "dua puluh satu ribu"), (101_000, "seratus satu ribu"), (1_001_000, "satu juta seribu"),
    ],
)  # fmt: skip
def test_numbers_are_spelled_as_people_write_them(number: int, words: str) -> None:
    assert spelled(number) == words


def test_money_and_days_are_spelled_as_letters_write_them() -> None:
    assert spelled_rupiah(Decimal("138250000")) == "seratus tiga puluh delapan juta dua ratus lima puluh ribu rupiah"
    assert spelled_rupiah(Decimal("1.50")) == "satu rupiah lima puluh sen"
    assert (
        spelled_day(date(2026, 11, 23)) == "Senin tanggal dua puluh tiga bulan November tahun dua ribu dua puluh enam"
    )


@pytest.mark.parametrize("letter", letters().values(), ids=lambda one: one.key)
def test_a_letter_names_only_what_a_form_or_a_case_knows(letter) -> None:
    read = [forms.load(path.read_bytes(), path.name) for path in ROOT.glob("forms/*.json")]
    known = {field.key for form in read for field in form.fields}
    for name, form in places(letter.blocks):
        role = name.startswith(("petugas_", "jabatan_", "nip_"))
        assert name in known or name in MADE or role, name
        assert form in FORMATS


def test_every_document_that_a_letter_becomes_is_asked_for_by_the_seed(session, walk) -> None:
    definition, _ = library.of(session, session.get_one(Instance, walk.id))
    offered = {letter.key for node in definition.nodes.values() for letter in papers.at_step(node).values()}
    assert offered == {one.key for one in letters().values() if one.document}


@pytest.mark.parametrize("size", SIZES)
def test_a_letter_says_the_same_as_pdf_and_as_docx_on_the_paper_asked_for(session, walk, cast, size) -> None:
    walk.to("A01", "A02", "A03", "A05", "A06")
    made = paper(session, walk, cast["ppk"], "bast-penyedia", "A07", size)
    pdf, word = papers.pdf(made), papers.docx(made)
    for said in (words_of(pdf), words_in(word)):
        assert "BERITA ACARA SERAH TERIMA HASIL PEKERJAAN" in said and "PEMERINTAH KOTA PONTIANAK" in said
        assert "Antrean Puskesmas" in said and "Rahmawati Siregar" in said and DOTS in said
    width, height = (length / 25.4 * 72 for length in SIZES[size])
    page, section = pypdfium2.PdfDocument(pdf)[0], docx.Document(io.BytesIO(word)).sections[0]
    assert page.get_size() == pytest.approx((width, height), abs=1)
    assert (section.page_width.mm, section.page_height.mm) == pytest.approx(SIZES[size], abs=0.1)


@pytest.mark.parametrize("letter", letters().values(), ids=lambda one: one.key)
def test_every_letter_can_be_drawn_with_nothing_known(letter) -> None:
    tables = {"langkah": [], "dokumen": []}
    at = datetime(2026, 11, 23, tzinfo=UTC)
    made = Paper(letter.name, "a4", tuple(head({}).lines()), tuple(filled(letter.blocks, {}, tables)), "", ADDRESS, at)
    assert DOTS in words_of(papers.pdf(made)) and DOTS in words_in(papers.docx(made))


@pytest.mark.parametrize("letter", letters().values(), ids=lambda one: one.key)
def test_a_value_is_text_whatever_it_looks_like(letter) -> None:
    """Typst's, Jinja's, Word's and our own syntax is printed as it was typed."""
    known = {name: Known(CODE) for name, _ in places(letter.blocks)}
    rows = {"langkah": [[CODE] * 5], "dokumen": [[CODE] * 4]}
    at = datetime(2026, 11, 23, tzinfo=UTC)
    made = Paper("Surat", "a4", ("Kop",), tuple(filled(letter.blocks, known, rows)), "Kaki", ADDRESS, at)
    bare = "".join(CODE.split())
    assert bare in "".join(words_of(papers.pdf(made)).split()) and bare in "".join(words_in(papers.docx(made)).split())


def test_the_head_and_the_foot_are_text_too() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    made = Paper(CODE, "a4", (CODE,), ({"text": "Isi"},), CODE, ADDRESS, at)
    assert "".join(words_of(papers.pdf(made)).split()).count("".join(CODE.split())) == 2


@pytest.mark.parametrize("text", ["\u65e5\u672c", "\N{GRINNING FACE}"])
def test_a_character_that_no_font_has_is_refused_and_stands_in_the_docx(text) -> None:
    made = Paper("Surat", "a4", ("Kop",), ({"text": text},), "Kaki", ADDRESS, datetime(2026, 11, 23, tzinfo=UTC))
    with pytest.raises(BadValue, match="Unduh DOCX"):
        papers.pdf(made)
    assert text in words_in(papers.docx(made))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_whatever_was_typed_a_letter_is_drawn_or_refused(text: str) -> None:
    blocks = filled(({"text": "{x}"}, {"facts": [["a", "{x}"]]}), {"x": Known(text)}, {})
    made = Paper("Surat", "f4", ("Kop",), tuple(blocks), "Kaki", ADDRESS, datetime(2026, 11, 23, tzinfo=UTC))
    assert words_in(papers.docx(made))
    with suppress(BadValue):
        assert papers.pdf(made).startswith(b"%PDF-")


def test_a_letter_of_an_open_step_uses_its_draft(session, walk, cast) -> None:
    item = walk.item("A01")
    with transaction(session):
        tasks.save_draft(
            session, item.id, cast["ppk"], {name: [text] for name, text in A01.items() if isinstance(text, str)}
        )
    said = words_of(papers.pdf(paper(session, walk, cast["ppk"], "hps", "A01")))
    assert (
        "Rp 178.750.000" in said
        and "Terbilang: seratus tujuh puluh delapan juta tujuh ratus lima puluh ribu rupiah." in said
    )
    auditor = words_of(papers.pdf(paper(session, walk, cast["auditor"], "hps", "A01")))
    assert "Rp 178.750.000" not in auditor and "Nilai HPS " + DOTS in auditor


def test_a_letter_with_personal_data_is_refused_to_those_who_may_not_read_it(session, walk, cast) -> None:
    walk.to("A01", "A02", "A03", "A05", "A06", "A07", "A08", "A09a", "A09b", "A10", "A11")
    made = paper(session, walk, cast["opd"], "bast-aplikasi", "A11")
    with_name = tasks.seen(session.get_one(WorkItem, last(session, walk, "A11")))["penerima_nama"]
    assert with_name in words_of(papers.pdf(made)) and "penerima_nama" in made.personal
    for who in ("operator", "analis"):
        with pytest.raises(NotAllowed):
            paper(session, walk, cast[who], "bast-aplikasi", "A11")


def test_a_docx_has_its_columns_and_page_numbers_in_whatever_opens_it(session, walk, cast) -> None:
    """Word reads how wide the cells are, LibreOffice how wide the columns are."""
    made = docx.Document(io.BytesIO(papers.docx(paper(session, walk, cast["ppk"], "hps", "A01"))))
    table = next(one for one in made.tables if one.cell(0, 0).text == "No.")
    unit = WIDTH / 17  # 1 + 6 + 2 + 2 + 3 + 3
    wanted = [pytest.approx(unit * parts, abs=0.1) for parts in (1, 6, 2, 2, 3, 3)]
    assert [column.width.mm for column in table.columns] == [cell.width.mm for cell in table.rows[0].cells] == wanted
    assert table.cell(len(table.rows) - 1, 0).width.mm == pytest.approx(unit * 14, abs=0.1)
    fields = made.sections[0].footer.paragraphs[0]._p.xpath(".//w:fldSimple/@w:instr")
    assert fields == ["PAGE", "NUMPAGES"]


def test_a_letter_of_a_case_that_one_may_not_see_is_refused(session, walk, cast) -> None:
    for who in ("penyedia", "pphp"):  # from outside; an official to whom the case did not come yet
        with pytest.raises(NotAllowed):
            paper(session, walk, cast[who], "lembar-kendali")
        with pytest.raises(NotAllowed):
            paper(session, walk, cast[who], "hps", "A01")


def test_a_letter_belongs_to_its_step_and_case(session, deployed, walk, cast) -> None:
    other = Walk(deployed, cast, number=2)
    with pytest.raises(NotFound):
        papers.filled_from(session, cast["ppk"], "hps", other.id, last(session, walk, "A01"), "a4", ADDRESS)
    for key in ("tidak-ada", "bast-penyedia", "tanda-terima"):
        with pytest.raises(NotFound):
            paper(session, walk, cast["ppk"], key, "A01")
    with pytest.raises(NotFound):
        paper(session, walk, cast["ppk"], "hps")
    with pytest.raises(BadValue):
        paper(session, walk, cast["ppk"], "lembar-kendali", size="a3")


def test_the_receipt_carries_the_hash_of_its_event_and_the_sheet_that_of_the_case(session, walk, cast) -> None:
    walk.to("A01")
    receipt = tasks.receipt(session, cast["ppk"], last(session, walk, "A01"))
    made = paper(session, walk, cast["ppk"], "tanda-terima", "A01")
    instance = session.get_one(Instance, walk.id)
    assert made.address == f"{ADDRESS}{receipt.hash}?nomor={instance.number}"
    assert receipt.hash in words_of(papers.pdf(made)).replace(" ", "")
    sheet = paper(session, walk, cast["ppk"], "lembar-kendali")
    assert instance.head in sheet.address
    [table] = [block["table"] for block in sheet.blocks if "table" in block]
    assert table["rows"][0][0] == "1. Menyusun HPS dan KAK" and "Rahmawati Siregar" in table["rows"][0][1]
    assert any(row[3] == "berjalan" for row in table["rows"]) and table["rows"][-1][0].startswith("11.")


def test_the_letterhead_is_a_setting() -> None:
    mine = head(
        {"SOPAN_CITY": "Kabupaten Contoh", "SOPAN_OFFICE": "Dinas Rekaan", "SOPAN_OFFICE_ADDRESS": "Jalan Rekaan 1"}
    )
    assert mine.lines() == ["PEMERINTAH KABUPATEN CONTOH", "DINAS REKAAN", "Jalan Rekaan 1"] and mine.town == "Contoh"
    assert head({}).lines() == ["PEMERINTAH KOTA PONTIANAK", "DINAS KOMUNIKASI DAN INFORMATIKA"]
    assert people.ZONE.key == "Asia/Pontianak" and head({}).town == "Pontianak"


def test_the_one_person_that_a_case_names_signs_with_their_nip(session: Session, walk: Walk, cast) -> None:
    with transaction(session):
        session.get_one(Person, cast["pa"].id).nip = "198501012010011001"
        lane = {"lane": "PA", "role_key": "pa", "pool": people.pool(walk.id, "PA"), "letter": "SK 1/2026"}
        session.add(Staffing(instance_id=walk.id, person_id=cast["pa"].id, begins=people.today(), **lane))
    walk.cast = cast | {"pa": people.actor(session, cast["pa"].id)}
    walk.to(*takewhile(lambda element: element != "A09a", walk.plan.elements()))
    session.rollback()  # see what the others wrote
    text = words_of(papers.pdf(paper(session, walk, cast["pphp"], "ba-pemeriksaan", "A09a")))
    assert "Wahyu Lestari" in text and "19850101 201001 1 001" in text
