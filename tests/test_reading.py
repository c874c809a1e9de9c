"""Who reads which values and documents of a case: an outsider their own lanes, the house no personal data."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from browsing import Visitor, said
from crawling import crawl
from test_papers import words_in, words_of
from walks import Walk

from engine import (
    accounts,
    clock,
    documents,
    forms,
    history,
    library,
    papers,
    people,
    reversals,
    sla,
    staffing,
    tasks,
    timers,
)
from engine.database import Database
from engine.demo.plans import STRAIGHT
from engine.errors import NotAllowed
from engine.model import Appointment, Document, Instance, Staffing, WorkItem
from engine.papers import knowing
from engine.papers.shape import head
from engine.people import Actor, Sight
from engine.transaction import transaction

LANE, MINE = "Penyedia", "A06"
PASSWORD = "kuda laut hijau tujuh"
NOTE = "HPS dari tiga sumber harga"
LEAST = 6  # letters that a secret must have: shorter ones stand anywhere
Cast = dict[str, Actor]


def hire(database: Database, walk: Walk, username: str = "rekanan", lane: str = LANE, **more: str) -> Actor:
    """A vendor who is named for a lane of a case, and can sign in."""
    typed = {"lane": lane, "letter": "027/12/2026", "begins": people.today().isoformat()}
    typed |= {"ends": (people.today() + timedelta(days=300)).isoformat(), "name": f"{username} Rekaan"} | more
    with database.session() as session, transaction(session):
        account = staffing.name_vendor(session, walk.id, walk.cast["ppk"], typed | {"username": username})
        account.password = accounts.hashed(username, PASSWORD)
        walk.cast = {**walk.cast, "penyedia": people.actor(session, account.person_id)}
        return walk.cast["penyedia"]


def at(database: Database, username: str = "rekanan") -> Visitor:
    visitor = Visitor(database)
    assert visitor.sign_in(username, PASSWORD).status_code == 302
    return visitor


@pytest.fixture
def walk(deployed: Database, cast: Cast) -> Walk:
    """A case with a vendor of its own, whose first step has secrets in it; an official holds the second."""
    walk = Walk(deployed, cast)
    hire(deployed, walk)
    walk.complete("A01", catatan_hps=NOTE)
    with deployed.session() as session, transaction(session):
        tasks.claim(session, walk.item("A02").id, cast["pejabat_pengadaan"])
    return walk


def hidden(walk: Walk) -> dict[str, str]:
    """Every value of another lane's step, every other document's name and every other person's, by what it is."""
    found = {f"orang {name}": who.name for name, who in walk.cast.items() if name != "penyedia"}
    public = {walk.plan.title, walk.plan.opd, walk.instance().number}
    with walk.database.session() as session:
        steps = {item.id: item.element for item in session.query(WorkItem).filter_by(instance_id=walk.id)}
        fields = {f.key: f for form in library.of(session, walk.instance())[1].forms.values() for f in form.fields}
        openings = history.openings(session, walk.id)
        for event in history.events(session, walk.id):
            if steps.get(event.body.get("item")) != MINE:
                told = openings.get(event.seq, {})
                typed = {key for key, value in told.items() if key in fields and isinstance(value, str | Decimal)}
                typed -= {key for key in typed if fields[key].kind == "choice"}
                public |= {forms.text(fields[key], told[key]) for key in typed if fields[key].open}
                found |= {f"{event.seq} {key}": forms.text(fields[key], told[key]) for key in typed}
        for one in session.query(Document).filter_by(instance_id=walk.id):
            if steps[one.work_item_id] != MINE and one.requirement != "KAK":
                found[f"dokumen {one.requirement}"] = one.filename
    return {what: text for what, text in found.items() if len(text) >= LEAST and text not in public}


def rename(walk: Walk) -> None:
    """Every document gets a name that stands nowhere else."""
    with walk.database.session() as session, transaction(session):
        for number, one in enumerate(session.query(Document).filter_by(instance_id=walk.id)):
            session.execute(sa.update(Document).where(Document.id == one.id).values(filename=f"rahasia-{number}-x.pdf"))


def texts(visitor: Visitor) -> Iterator[tuple[str, str]]:
    """What every page and letter says that somebody reaches."""
    for one in crawl(visitor, 40):
        assert one.answer.status_code < 400, (one.source, one.path)
        kind = one.answer.mimetype
        if one.endpoint == "papers.letter":
            yield one.path, words_of(one.answer.data) if kind == "application/pdf" else words_in(one.answer.data)
        elif kind == "text/html":
            yield one.path, one.answer.text


def leaks(walk: Walk) -> list[tuple[str, str]]:
    rename(walk)
    secrets = hidden(walk)
    assert len(secrets) > 15
    pages = dict(texts(at(walk.database)))
    assert f"/berkas/{walk.id}" in pages
    return [(path, what) for path, text in pages.items() for what, secret in secrets.items() if secret in text]


@pytest.mark.parametrize("steps", [(), STRAIGHT[1:4], STRAIGHT[1:5], STRAIGHT[1:]], ids=("far", "open", "done", "end"))
def test_no_page_of_a_vendor_shows_what_is_another_lanes(walk: Walk, steps: tuple[str, ...]) -> None:
    walk.to(*steps)
    assert leaks(walk) == []


def test_what_is_hidden_stands_on_an_officials_pages(walk: Walk) -> None:
    """Else the test above proves nothing."""
    walk.to(*STRAIGHT[1:4])
    rename(walk)
    said = " ".join(text for _, text in texts(Visitor(walk.database, "auditor")))
    shown = [what for what, secret in hidden(walk).items() if secret in said]
    assert len(shown) > 15 and NOTE in said


def test_a_vendor_reads_their_own_steps_and_what_these_ask_to_be_read(walk: Walk) -> None:
    walk.to(*STRAIGHT[1:5])
    rename(walk)
    page = at(walk.database).page(f"/berkas/{walk.id}")
    words = said(page)
    assert len(page.xpath("//section[@aria-labelledby='doh']//tbody/tr")) == 1
    assert "Versi aplikasi" in words and "rekanan Rekaan" in words and "Pejabat Pembuat Komitmen" in words
    with walk.database.session() as session:
        files = {one.requirement: one.filename for one in session.query(Document).filter_by(instance_id=walk.id)}
    assert [name for name, filename in files.items() if filename in words] == ["KAK"]
    assert "isian serta dokumen langkah Anda sendiri" in words


def test_a_vendor_reads_what_other_lanes_fill_in_for_them(walk: Walk) -> None:
    walk.to(*STRAIGHT[1:5]).complete("A07", keputusan="perbaikan", catatan="Laporan bulanan belum dapat dicetak.")
    words = at(walk.database).words(f"/berkas/{walk.id}")
    assert "Laporan bulanan belum dapat dicetak." in words and "Nilai kontrak" in words and "Fungsi sesuai" not in words


def addresses(walk: Walk, element: str) -> list[str]:
    with walk.database.session() as session:
        item = session.query(WorkItem).filter_by(instance_id=walk.id, element=element).first()
        files = session.query(Document).filter_by(work_item_id=item.id, requirement="HPS")
        documents = [f"/dokumen/{one.id}{part}" for one in files for part in ("", "/versi", "/lihat", "/lihat/1")]
    letters = [f"/berkas/{walk.id}/surat/{key}.{kind}" for key in ("hps", "lembar-kendali") for kind in papers.WRITERS]
    return [*documents, *(f"{one}?langkah={item.id}" for one in letters), f"/tugas/{item.id}/tanda-terima",
            f"/tugas/{item.id}/tenggat", f"/berkas/{walk.id}/penetapan", f"/berkas/{walk.id}/pembaca"]  # fmt: skip


def test_no_address_gives_a_vendor_what_no_page_leads_to(walk: Walk) -> None:
    walk.to("A02", "A03", "A05")
    visitor, found = at(walk.database), addresses(walk, "A01")
    assert len(found) > 10
    assert {path: status for path in found if (status := visitor.get(path).status_code) != 403} == {}
    own = walk.item(MINE).id
    assert visitor.get(f"/berkas/{walk.id}/surat/lembar-kendali.pdf?langkah={own}").status_code == 403


def test_a_search_does_not_find_by_what_it_does_not_show(walk: Walk) -> None:
    visitor, number, letter = at(walk.database), walk.instance().number, walk.instance().letter
    assert letter and number in visitor.words(f"/berkas?q={number}")
    assert number not in visitor.words("/berkas", 200) or letter not in visitor.words("/berkas")
    assert "Tidak ada berkas yang sesuai" in visitor.words(f"/berkas?q={letter}")


def test_a_vendors_letter_is_filled_from_their_own_steps(walk: Walk) -> None:
    walk.to("A02", "A03", "A05")
    with walk.database.session() as session:
        item = session.get_one(WorkItem, walk.item(MINE).id)
        seen = people.sight(session, people.actor(session, walk.cast["penyedia"].id), item.instance)
        known = knowing.of_case(session, item.instance, seen, item, head({}))
    assert known["petugas_penyedia"].text == "rekanan Rekaan" and known["nomor_berkas"].text
    assert {"nilai_hps", "harga_negosiasi", "nomor_surat", "petugas_ppk"}.isdisjoint(known)
    assert known["surat_permohonan"].text == ""


def sight(walk: Walk, who: Actor) -> Sight:
    with walk.database.session() as session:
        return people.sight(session, people.actor(session, who.id), session.get_one(Instance, walk.id))


def elements(walk: Walk, who: Actor) -> set[str]:
    with walk.database.session() as session:
        return {session.get_one(WorkItem, one).element for one in sight(walk, who).items or ()}


def test_who_follows_a_vendor_does_not_read_what_the_one_before_gave(walk: Walk) -> None:
    first = walk.cast["penyedia"]
    walk.to(*STRAIGHT[1:5])
    second = hire(walk.database, walk, "pengganti")
    assert elements(walk, first) == {MINE} and elements(walk, second) == set()
    with clock.stopped(clock.business() + timedelta(days=3)):
        assert elements(walk, second) == set()
        walk.complete("A07", keputusan="perbaikan", catatan="Laporan belum dapat dicetak.")
        assert len(sight(walk, second).items or ()) == 1


def test_who_has_no_appointment_any_more_is_an_outsider(walk: Walk) -> None:
    with walk.database.session() as session, transaction(session):
        mine = Appointment.person_id == walk.cast["ppk"].id
        session.execute(sa.update(Appointment).where(mine).values(ends=people.today() - timedelta(days=1)))
    assert elements(walk, walk.cast["ppk"]) == {"A01"}
    assert not sight(walk, walk.cast["ppk"]).whole


@pytest.mark.parametrize("role", ["analis", "operator"])
def test_who_only_keeps_the_house_opens_no_document_and_no_letter(walk: Walk, role: str) -> None:
    rename(walk)
    visitor = Visitor(walk.database, role)
    assert "rahasia-" not in visitor.get(f"/berkas/{walk.id}").text
    files = [path for path in addresses(walk, "A01") if "/dokumen/" in path or "/surat/" in path]
    assert {visitor.get(path).status_code for path in files} == {403}
    [receipt] = [path for path in addresses(walk, "A01") if path.endswith("tanda-terima")]
    assert not visitor.page(receipt).xpath("//a[contains(@href, '/surat/')]")


def test_who_keeps_the_house_and_works_in_a_case_reads_it(walk: Walk) -> None:
    with walk.database.session() as session, transaction(session):
        place = {"role_key": "ppk", "opd": "Dinas Rekaan", "decree": "SK 2"}
        session.add(Appointment(person_id=walk.cast["operator"].id, begins=people.today(), **place))
    found = sight(walk, walk.cast["operator"])
    assert found.personal and found.files
    assert not sight(walk, walk.cast["analis"]).personal


def test_what_the_model_copied_from_a_personal_field_is_personal(walk: Walk) -> None:
    """The model's own writing stands beside the form's under a mark."""
    seen = sight(walk, walk.cast["operator"])
    assert "pemenang_npwp" in seen.tagged and not seen.value("pemenang_npwp") and seen.value("nilai_hps")


def test_a_step_that_was_taken_back_shows_a_vendor_only_that(walk: Walk) -> None:
    with walk.database.session() as session, transaction(session):  # named before today
        session.execute(sa.update(Staffing).values(begins=people.today() - timedelta(days=1)))
    walk.to("A02", "A03")
    before = walk.item("A05")
    walk.complete("A05")
    opened = walk.item(MINE).id
    assert sight(walk, walk.cast["penyedia"]).step(opened)
    with walk.database.session() as session, transaction(session):
        reversals.recall(session, before.id, walk.who(before), "HPS-nya terbaca dua kali")
    seen = sight(walk, walk.cast["penyedia"])
    assert not seen.items and not seen.keys and not seen.lines
    words = at(walk.database).words(f"/tugas/{opened}")
    assert "Ditarik kembali oleh" in words and "HPS-nya" not in words
    assert "HPS-nya" not in at(walk.database).words(f"/berkas/{walk.id}")
    assert "HPS-nya" in Visitor(walk.database, "auditor").words(f"/berkas/{walk.id}")
    assert leaks(walk) == []


def test_versions_of_other_lanes_stay_out(walk: Walk) -> None:
    walk.to("A02", "A03", "A05")
    with walk.database.session() as session:
        with transaction(session):
            other = session.query(Document).filter_by(instance_id=walk.id, requirement="HPS").one()
            names = {column.key for column in sa.inspect(Document).columns} - {"id", "work_item_id"}
            copied = {name: getattr(other, name) for name in names}
            copied["uploaded_by"] = walk.cast["penyedia"].id
            session.add(Document(**copied, work_item_id=walk.item(MINE).id))
        mine = session.query(Document).filter_by(work_item_id=walk.item(MINE).id).one()
        vendor = people.actor(session, walk.cast["penyedia"].id)
        assert documents.versions(session, people.sight(session, vendor, walk.instance()), mine) == [mine]
        assert len(documents.versions(session, people.sight(session, walk.cast["ppk"], walk.instance()), mine)) == 2


def test_a_vendor_reads_no_letter_about_other_deadlines(walk: Walk) -> None:
    typed = {"letter": "Adendum 7", "letter_date": "2026-11-23", "reason": "Banjir di gudang", "added": "2 hari kerja"}
    with walk.database.session() as session, transaction(session):
        sla.ask(session, walk.item("A02").id, walk.cast["ppk"], typed)
    walk.to("A02", "A03", "A05")
    assert "Banjir" in Visitor(walk.database, "ppk").words(f"/tugas/{walk.item(MINE).id}/tenggat")
    assert "Banjir" not in at(walk.database).words(f"/tugas/{walk.item(MINE).id}/tenggat")


def test_a_vendor_is_not_told_what_happens_in_other_lanes(walk: Walk) -> None:
    with walk.database.session() as session, transaction(session):
        typed = {"lane": "OPD", "person": walk.cast["opd"].id, "letter": "Rahasia 9", "begins": "2026-11-23"}
        staffing.name(session, walk.id, walk.cast["pa"], typed | {"ends": ""})
    with clock.stopped(clock.business() + timedelta(days=60)):
        assert timers.fire_due(walk.database.session)
        words = at(walk.database).words(f"/berkas/{walk.id}/riwayat")
        assert "lewat batas waktu, oleh sistem" in words
    assert words.count("Peristiwa di bagian lain") >= 2 and "Rahasia 9" not in words and "diambil" not in words
    assert "rekanan Rekaan ditetapkan untuk jalur Penyedia" in words


def test_a_receipt_of_another_lane_is_refused(walk: Walk) -> None:
    with walk.database.session() as session, pytest.raises(NotAllowed):
        item = session.query(WorkItem).filter_by(instance_id=walk.id, element="A01").first()
        tasks.receipt(session, people.actor(session, walk.cast["penyedia"].id), item.id)
