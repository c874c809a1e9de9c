"""Work items: who may complete them, once, with what, and what two people at once get."""

import io
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from walks import PDF, Walk

from engine import clock, documents, drafts, history, people, stores, tasks
from engine.database import Database
from engine.errors import AlreadyDone, BadForm, BadValue, Conflict, NotAllowed, NotFound
from engine.model import Document, HistoryEvent, Instance, Person, WorkItem
from engine.people import Actor
from engine.transaction import transaction

Cast = dict[str, Actor]


def test_the_inbox_holds_the_open_steps_of_my_roles(deployed: Database, cast: Cast) -> None:
    Walk(deployed, cast)
    with deployed.session() as session:
        assert [i.element for i in tasks.inbox(session, cast["ppk"])] == ["A01"]
        assert tasks.inbox(session, cast["pphp"]) == []


def test_a_due_date_is_counted_in_working_time(deployed: Database, cast: Cast) -> None:
    item = Walk(deployed, cast).item("A01")  # Monday 23 November, 09.00
    assert item.due_at and item.due_at.astimezone(people.ZONE).isoformat() == "2026-11-30T16:00:00+07:00"
    assert item.why and item.calendar.startswith("kota-pontianak@")


def test_another_lanes_step_is_refused(deployed: Database, cast: Cast) -> None:
    item = Walk(deployed, cast).item("A01")
    with deployed.session() as session:
        for command in (tasks.claim, tasks.release):
            with pytest.raises(NotAllowed), transaction(session):
                command(session, item.id, cast["pphp"])
        with pytest.raises(NotAllowed), transaction(session):
            tasks.complete(session, item.id, cast["pphp"], {})


def test_an_ended_appointment_takes_the_right_away(deployed: Database, cast: Cast) -> None:
    with deployed.session() as session:
        person = session.get_one(Person, cast["ppk"].id)
        with transaction(session):
            session.get_one(Person, person.id).appointments[0].ends = people.today() - timedelta(days=1)
        assert people.actor(session, person.id).roles == frozenset()


def test_an_unknown_step_is_not_found(deployed: Database, cast: Cast) -> None:
    with deployed.session() as session, pytest.raises(NotFound), transaction(session):
        tasks.complete(session, "tidak-ada", cast["ppk"], {})


def test_the_second_of_two_is_told_who_was_first_and_when(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    item = walk.item("A01")
    walk.complete("A01")
    told = pytest.raises(AlreadyDone, match=r"Rahmawati Siregar pukul 09[.]00")
    with deployed.session() as session, told, transaction(session):
        tasks.complete(session, item.id, cast["ppk2"], {}, "another key")


def test_a_repeated_request_gets_the_first_answer(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    item = walk.item("A01")
    first = walk.complete("A01", request="r1")
    with deployed.session() as session, transaction(session):
        assert tasks.complete(session, item.id, cast["ppk"], {}, "r1") == first
    assert walk.open() == ["A02"]


def test_a_bad_form_stores_nothing(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    before = walk.instance().head
    walk.upload("A01")
    uploaded = walk.instance().head
    with pytest.raises(BadForm, match="pagu"):
        walk.complete("A01", nilai_hps="999999999999")
    assert walk.instance().head != before and walk.instance().revision >= 1
    assert walk.open() == ["A01"] and uploaded


@pytest.mark.parametrize("name", ["role", "__class__", "typename", "status"])
def test_an_unknown_or_reserved_field_is_refused(deployed: Database, cast: Cast, name: str) -> None:
    walk = Walk(deployed, cast)
    with pytest.raises(BadForm):
        walk.complete("A01", **{name: "x"})
    assert walk.open() == ["A01"]


def test_a_missing_document_is_named(deployed: Database, cast: Cast) -> None:
    item = Walk(deployed, cast).item("A01")
    with deployed.session() as session, pytest.raises(BadForm) as error, transaction(session):
        tasks.complete(session, item.id, cast["ppk"], {})
    assert {"dokumen:HPS", "dokumen:KAK"} <= {e.field for e in error.value.errors}


def test_what_somebody_holds_nobody_else_completes(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    item = walk.item("A01")
    with deployed.session() as session:
        with transaction(session):
            tasks.claim(session, item.id, cast["ppk2"])
        for command in (tasks.claim, tasks.release):
            with pytest.raises(Conflict, match="Bonifasius"), transaction(session):
                command(session, item.id, cast["ppk"])
        with pytest.raises(Conflict), transaction(session):
            tasks.complete(session, item.id, cast["ppk"], {})
        with transaction(session):
            tasks.release(session, item.id, cast["ppk2"])
    walk.complete("A01")


def test_a_draft_keeps_known_fields_only_and_ends_with_the_step(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    item = walk.item("A01")
    with deployed.session() as session, transaction(session):
        tasks.save_draft(session, item.id, cast["ppk"], {"kode_rup": "5648", "role": "admin"})
    assert drafts.typed(walk.item("A01")) == {"kode_rup": "5648"}
    walk.complete("A01")
    with deployed.session() as session:
        assert session.get_one(WorkItem, item.id).draft is None


def test_of_many_parallel_submits_one_is_done_and_all_others_are_told(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    walk.upload("A01")
    item, answers, losers = walk.item("A01"), [], []
    data = tasks_data(walk)

    def submit(number: int) -> None:
        with deployed.session() as session:
            try:
                with transaction(session):
                    receipt = tasks.complete(session, item.id, cast["ppk"], data, f"r{number}", typed=True)
                answers.append(receipt)
            except Conflict as error:
                losers.append(error)

    threads = [threading.Thread(target=submit, args=(n,)) for n in range(12)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(answers) == 1 and len(losers) == 11 and walk.open() == ["A02"]
    with deployed.session() as session:
        done = sa.select(HistoryEvent).where(HistoryEvent.instance_id == walk.id, HistoryEvent.kind == "item.completed")
        assert len(session.scalars(done).all()) == 1 and list(history.verify(session)) == []


def test_two_completions_into_one_join_open_the_next_step_once(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to("A01", "A02", "A03", "A05", "A06", "A07", "A08")
    walk.upload("A09a")
    barrier, failures = threading.Barrier(2), []

    def submit(element: str) -> None:
        barrier.wait()
        try:
            walk.complete(element)
        except Conflict as error:
            failures.append(error)

    threads = [threading.Thread(target=submit, args=(e,)) for e in ("A09a", "A09b")]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    walk.to(*[element for element in walk.open() if element.startswith("A09")])
    assert walk.open() == ["A10"]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.exe", b"MZ", "tidak diterima"),
        ("a.pdf", b"<html>", "bukan PDF"),
        ("a.pdf", b"", "kosong"),
        ("a.html", PDF, "tidak diterima"),
        ("a.png", PDF, "bukan PNG"),
        ("a.pdf", PDF + b"0" * stores.LARGEST, "paling besar 20 MB"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    deployed: Database, cast: Cast, name: str, content: bytes, why: str
) -> None:
    with pytest.raises(BadValue, match=why):
        documents.keep(deployed.store, name, io.BytesIO(content))
    assert [path for path in deployed.store.folder.rglob("*") if path.is_file()] == []


def test_a_document_lies_under_its_hash_and_is_told_in_the_history(deployed: Database, cast: Cast) -> None:
    item = Walk(deployed, cast).item("A01")
    upload = documents.keep(deployed.store, "../../x/HPS.pdf", io.BytesIO(PDF))
    with deployed.session() as session:
        with transaction(session):
            document = documents.add(session, item.id, cast["ppk"], "HPS", upload)
        assert deployed.store.path(document.sha256).read_bytes() == PDF and document.filename == "HPS.pdf"
        [event] = [e for e in history.events(session, item.instance_id) if e.kind == "document.added"]
        assert event.body["sha256"] == document.sha256


def test_a_document_is_refused_for_what_is_not_asked_or_held_or_another_lanes(deployed: Database, cast: Cast) -> None:
    item = Walk(deployed, cast).item("A01")
    upload = documents.keep(deployed.store, "a.pdf", io.BytesIO(PDF))
    with deployed.session() as session:
        with transaction(session):
            tasks.claim(session, item.id, cast["ppk2"])
        for who, name, error in (("ppk2", "Lain", BadValue), ("pphp", "HPS", NotAllowed), ("ppk", "HPS", Conflict)):
            with pytest.raises(error), transaction(session):
                documents.add(session, item.id, cast[who], name, upload)
        assert session.scalars(sa.select(Document)).all() == []


def test_a_case_keeps_its_revision_in_step_with_its_history(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to("A01", "A02")
    with deployed.session() as session:
        instance = session.get_one(Instance, walk.id)
        assert instance.events == len(history.events(session, walk.id))
        assert instance.head == history.events(session, walk.id)[-1].hash
    assert clock.shift() == timedelta(0)


def tasks_data(walk: Walk) -> dict[str, object]:
    from engine.demo import answers

    return answers.step("A01", 1, walk.plan, 1, people.today())
