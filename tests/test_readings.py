"""Whoever is shown personal data, or given a document, is on record before the answer is given."""

import io
from datetime import timedelta

import drawn
import pytest
import sqlalchemy as sa
from browsing import Visitor, statements
from sqlalchemy.exc import DBAPIError
from test_cli import sopan
from walks import Walk

from engine import clock, history
from engine.database import Database
from engine.demo.plans import STRAIGHT
from engine.model import Document, Reading, WorkItem
from engine.people import Actor
from engine.transaction import transaction
from webapp import reads

NPWP, NAME = "pemenang_npwp", "penerima_nama"


@pytest.fixture
def walk(deployed: Database, cast: dict[str, Actor]) -> Walk:
    """A case with a winner's tax number in it."""
    return Walk(deployed, cast).to("A01", "A02")


def rows(walk: Walk) -> list[tuple[str, str, list[str]]]:
    """Who is on record: by role, the page, and what was shown."""
    roles = {who.id: name for name, who in walk.cast.items()}
    with walk.database.session() as session:
        found = session.scalars(sa.select(Reading).order_by(Reading.at, Reading.page))
        return [(roles.get(one.person_id, one.person_id), one.page, one.shown) for one in found]


def test_the_page_of_a_case_records_the_fields_that_it_shows(deployed: Database, walk: Walk) -> None:
    Visitor(deployed, "auditor").page(f"/berkas/{walk.id}")
    assert rows(walk) == [("auditor", "cases.case", [NPWP])]


def test_who_is_shown_dots_is_not_on_record(deployed: Database, walk: Walk) -> None:
    for role in ("operator", "analis"):
        Visitor(deployed, role).page(f"/berkas/{walk.id}")
    assert rows(walk) == []


def test_the_same_within_ten_minutes_is_one_row(deployed: Database, walk: Walk) -> None:
    visitor = Visitor(deployed, "auditor")
    for minutes, number in ((0, 1), (9, 1), (10, 2)):
        with clock.stopped(clock.business() + timedelta(minutes=minutes)):
            visitor.page(f"/berkas/{walk.id}")
            assert len(rows(walk)) == number
    Visitor(deployed, "ppk").page(f"/berkas/{walk.id}")
    assert len(rows(walk)) == 3


def test_a_replay_records_what_its_event_held(deployed: Database, walk: Walk) -> None:
    visitor = Visitor(deployed, "auditor")
    visitor.page(f"/berkas/{walk.id}/riwayat?t=1")
    assert rows(walk) == []
    visitor.page(f"/berkas/{walk.id}/riwayat")
    assert rows(walk) == [("auditor", "cases.history", [NPWP])]


def test_a_task_records_what_stands_in_its_form(deployed: Database, walk: Walk) -> None:
    walk.to(*STRAIGHT[2:-1])
    item, visitor = walk.item("A11").id, Visitor(deployed, "opd")
    visitor.page(f"/tugas/{item}")
    assert rows(walk) == []
    visitor.send(item, {NAME: "Siti Rekaan"}, "draf")
    visitor.page(f"/tugas/{item}")
    assert rows(walk) == [("opd", "inbox.task", [NAME])]


def test_a_letter_records_the_personal_data_that_fills_it(deployed: Database, walk: Walk) -> None:
    walk.to(*STRAIGHT[2:])
    with deployed.session() as session:
        item = session.query(WorkItem).filter_by(instance_id=walk.id, element="A11").one().id
    Visitor(deployed, "opd").get(f"/berkas/{walk.id}/surat/bast-aplikasi.docx?langkah={item}")
    [(who, page, shown)] = rows(walk)
    assert (who, page) == ("opd", "papers.letter") and NAME in shown and "penerima_nip" in shown


def document(walk: Walk) -> Document:
    with walk.database.session() as session:
        return session.query(Document).filter_by(instance_id=walk.id, requirement="BAHP").one()


def test_a_document_that_is_given_is_on_record_by_its_hash(deployed: Database, walk: Walk) -> None:
    found, visitor = document(walk), Visitor(deployed, "ppk")
    visitor.page(f"/dokumen/{found.id}/versi")
    assert rows(walk) == []
    assert visitor.get(f"/dokumen/{found.id}").status_code == 200
    assert rows(walk) == [("ppk", "inbox.document", [found.sha256])]


def test_a_picture_of_a_document_is_on_record(deployed: Database, walk: Walk) -> None:
    found = replace_by_a_photo(walk)
    assert Visitor(deployed, "ppk").get(f"/dokumen/{found.id}/lihat/1").status_code == 200
    assert rows(walk) == [("ppk", "papers.picture", [found.sha256])]


def replace_by_a_photo(walk: Walk) -> Document:
    found = document(walk)
    sha256, _ = walk.database.store.put(io.BytesIO(drawn.photo("PNG")), lambda _: None)
    with walk.database.session() as session, transaction(session):
        values = {"sha256": sha256, "media_type": "image/png", "filename": "a.png"}
        session.execute(sa.update(Document).where(Document.id == found.id).values(**values))
    return document(walk)


def test_the_shell_that_prints_values_is_on_record(deployed: Database, walk: Walk) -> None:
    sopan("history", walk.id, folder=deployed.folder, out="text")
    assert rows(walk) == []
    assert sopan("history", walk.id, folder=deployed.folder)["events"]
    assert rows(walk) == [(history.SYSTEM, "sopan history", [NPWP])]


@pytest.mark.parametrize("path", ["/berkas/{case}", "/berkas/{case}/riwayat", "/dokumen/{document}"])
def test_what_cannot_be_recorded_is_not_given(deployed: Database, walk: Walk, path: str) -> None:
    visitor, address = Visitor(deployed, "auditor"), path.format(case=walk.id, document=document(walk).id)
    with deployed.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE reading RENAME COLUMN shown TO gone")
    answer = visitor.get(address)
    assert answer.status_code >= 500 and "012345678901000" not in answer.text and b"%PDF" not in answer.data


@pytest.mark.parametrize("verb", ["UPDATE reading SET page = ''", "DELETE FROM reading"])
def test_a_reading_stays(deployed: Database, walk: Walk, verb: str) -> None:
    Visitor(deployed, "auditor").page(f"/berkas/{walk.id}")
    with pytest.raises(DBAPIError, match="reading is append-only"), deployed.engine.begin() as connection:
        connection.exec_driver_sql(verb)
    assert len(rows(walk)) == 1


def test_a_reading_leaves_the_case_as_it_was(deployed: Database, walk: Walk) -> None:
    before = walk.instance()
    Visitor(deployed, "auditor").page(f"/berkas/{walk.id}")
    after = walk.instance()
    assert (before.head, before.revision, before.events) == (after.head, after.revision, after.events)


def test_an_inbox_asks_and_records_nothing(deployed: Database, walk: Walk) -> None:
    visitor = Visitor(deployed, "ppk")
    with statements(deployed) as told:
        visitor.page("/")
    assert not [one for one in told if "reading" in one]


def test_the_auditor_and_the_pa_see_who_read_what_and_no_value(deployed: Database, walk: Walk) -> None:
    path, found = f"/berkas/{walk.id}", document(walk)
    Visitor(deployed, "ppk").get(f"/dokumen/{found.id}")
    auditor = Visitor(deployed, "auditor")
    auditor.page(path)
    sopan("history", walk.id, folder=deployed.folder)
    for visitor in (auditor, Visitor(deployed, "pa")):
        words = visitor.words(f"{path}/pembaca")
        assert "Rahmawati Siregar" in words and "BAHP" in words and "unduhan dokumen" in words
        assert "Yohana Prameswari" in words and "NPWP" in words and "operator di mesin" in words
        assert "012345678901000" not in words
    only = auditor.page(f"{path}/pembaca?orang={walk.cast['ppk'].id}").xpath("//tbody/tr/th/text()")
    assert only == ["Rahmawati Siregar"]
    assert Visitor(deployed, "operator").get(f"{path}/pembaca").status_code == 403


def test_many_readings_are_pages(deployed: Database, walk: Walk) -> None:
    with deployed.session() as session, transaction(session):
        times = (clock.business() + timedelta(minutes=n) for n in range(reads.PAGE + 1))
        fields = {"instance_id": walk.id, "person_id": walk.cast["ppk"].id, "page": "cases.case", "shown": [NPWP]}
        session.add_all(Reading(at=at, **fields) for at in times)
    visitor, path = Visitor(deployed, "auditor"), f"/berkas/{walk.id}/pembaca"
    assert len(visitor.page(path).xpath("//tbody/tr")) == reads.PAGE
    assert len(visitor.page(f"{path}?hal=2").xpath("//tbody/tr")) == 1
