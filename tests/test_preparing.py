"""Prepare, then approve: what an aide may, what they may not, and what the mark of a prepared step says."""

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from test_directory import do, wrong
from test_people import PPHP, PPK, again
from test_staffing import inbox, name
from walks import PDF, Walk

from engine import cases, directory, documents, drafts, handing, papers, people, preparing, replay, sla, tasks
from engine.database import Database
from engine.demo import answers
from engine.errors import AlreadyDone, Conflict, NotAllowed, NotReady
from engine.model import Aide, Appointment, HistoryEvent, Kind, Opening, WorkItem
from engine.people import Actor, today
from engine.tasks import Only
from engine.transaction import transaction

Cast = dict[str, Actor]
DRAFT = {"nilai_hps": ["1000"]}
LETTER = {"letter": "800/7/2026", "letter_date": "2026-11-20"}


def help_(database: Database, one: Actor, other: Actor, first: int = 0, last: int = 9, **more: object) -> Actor:
    """`one` as they may act once they prepare for `other`."""
    days = {"letter_date": today(), "begins": today() + timedelta(first), "ends": today() + timedelta(last)}
    with database.session() as session, transaction(session):
        session.add(Aide(person_id=one.id, for_id=other.id, letter="800/7/2026", **days, **more))
    return again(database, one)


def marked(database: Database, walk: Walk, aide: Actor, element: str = "A01", **draft: object) -> WorkItem:
    return do(database, preparing.mark, walk.item(element).id, aide, DRAFT | draft)


def events(database: Database, *kinds: Kind) -> list[HistoryEvent]:
    with database.session() as session:
        query = sa.select(HistoryEvent).where(HistoryEvent.kind.in_(kinds)).order_by(HistoryEvent.seq)
        return list(session.scalars(query))


def same(database: Database, walk: Walk) -> bool:
    with database.session() as session:
        return list(replay.differences(session, walk.instance())) == []


def add(database: Database, walk: Walk, who: Actor) -> None:
    """One more file for the first line of A01."""
    with database.session() as session:
        item = tasks.find(session, walk.item("A01").id)
        [requirement, *_] = [r.name for r in tasks.node_and_form(session, item)[0].requirements if r.upload]
        upload = documents.keep(database.store, "a.pdf", io.BytesIO(PDF))
        with transaction(session):
            documents.add(session, item.id, who, requirement, upload)


def answered(walk: Walk) -> dict[str, object]:
    return answers.step("A01", 1, walk.plan, walk.number, today())


def test_an_aide_fills_in_uploads_and_marks_and_the_history_names_both(deployed: Database, cast: Cast) -> None:
    walk, aide = Walk(deployed, cast), cast["penyiap"]
    walk.upload("A01")
    add(deployed, walk, aide)
    marked(deployed, walk, aide)
    assert (walk.item("A01").prepared_by, drafts.typed(walk.item("A01"))) == (aide.id, DRAFT) and same(deployed, walk)
    with deployed.session() as session, transaction(session):
        tasks.complete(session, walk.item("A01").id, cast["ppk"], answered(walk), typed=True)
    [event] = events(deployed, Kind.ITEM_COMPLETED)
    assert (event.actor, event.body["prepared"]) == (cast["ppk"].id, aide.id) and same(deployed, walk)


def test_what_nobody_prepared_is_told_without_an_aide(deployed: Database, cast: Cast) -> None:
    Walk(deployed, cast).to("A01")
    assert "prepared" not in events(deployed, Kind.ITEM_COMPLETED)[0].body


def test_an_aide_does_nothing_that_is_the_officials(deployed: Database, cast: Cast) -> None:
    walk, aide = Walk(deployed, cast), cast["penyiap"]
    item = marked(deployed, walk, aide)
    limit = LETTER | {"added": "2 hari kerja", "reason": "x"}
    for command in (
        lambda s: tasks.complete(s, item.id, aide, answered(walk), typed=True),
        lambda s: tasks.claim(s, item.id, aide),
        lambda s: tasks.release(s, item.id, aide),
        lambda s: handing.hand(s, item.id, aide, cast["ppk2"].id),
        lambda s: preparing.send_back(s, item.id, aide, "x"),
        lambda s: sla.ask(s, item.id, aide, limit),
        lambda s: cases.cancel(s, walk.id, aide, "x"),
    ):
        with deployed.session() as session, pytest.raises(NotAllowed), transaction(session):
            command(session)
    assert aide.pools == frozenset() and walk.open() == ["A01"]


@pytest.mark.parametrize("days", [(-9, -1), (1, 9)], ids=["over", "not yet"])
def test_an_aide_counts_on_their_days_only(deployed: Database, cast: Cast, days: tuple[int, int]) -> None:
    walk, other = Walk(deployed, cast), help_(deployed, cast["opd"], cast["ppk"], *days)
    assert other.aided == {}
    with deployed.session() as session:
        for command in (preparing.mark, tasks.save_draft):
            with pytest.raises(NotAllowed), transaction(session):
                command(session, walk.item("A01").id, other, DRAFT)
        with pytest.raises(NotAllowed):
            people.must_see(session, other, walk.instance())


def test_an_aide_sees_the_officials_work_and_its_cases_and_no_others(deployed: Database, cast: Cast) -> None:
    walk, aide = Walk(deployed, cast), cast["penyiap"]
    with deployed.session() as session:
        assert [one.element for one in tasks.inbox(session, aide, only=Only.AIDED)] == ["A01"]
        assert tasks.inbox(session, aide) == [] and tasks.counts(session, aide) == tasks.Counts(0, 0, 0, 0, 1)
        assert [one.id for one in session.scalars(cases.visible(aide))] == [walk.id]
        assert tasks.inbox(session, cast["ppk"], only=Only.AIDED) == []
    stranger = help_(deployed, cast["opd"], cast["pphp"])
    with deployed.session() as session:
        assert session.scalars(cases.visible(stranger)).all() == []
        with pytest.raises(NotAllowed), transaction(session):
            preparing.mark(session, walk.item("A01").id, stranger, DRAFT)


def test_who_is_no_aide_marks_nothing_not_even_their_own(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    with deployed.session() as session, pytest.raises(NotAllowed), transaction(session):
        preparing.mark(session, walk.item("A01").id, cast["ppk"], DRAFT)


def test_an_aide_of_one_role_prepares_that_role_alone(deployed: Database, cast: Cast) -> None:
    with deployed.session() as session, transaction(session):
        session.add(Appointment(person_id=cast["ppk"].id, role_key="pptk", opd="D", decree="SK", begins=today()))
    assert set(help_(deployed, cast["opd"], cast["ppk"], role_key="pptk").aided) == {"pptk"}
    assert set(again(deployed, cast["penyiap"]).aided) == {"ppk", "pptk"}


def test_preparing_does_not_chain_and_ends_with_the_officials_office(deployed: Database, cast: Cast) -> None:
    assert help_(deployed, cast["opd"], cast["penyiap"]).aided == {}
    with deployed.session() as session, transaction(session):
        theirs = sa.update(Appointment).where(Appointment.person_id == cast["ppk"].id)
        session.execute(theirs.values(ends=today() - timedelta(days=1)))
    assert again(deployed, cast["penyiap"]).aided == {}


def test_an_aide_prepares_what_a_case_names_their_official_for(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    name(deployed, walk, PPHP, cast["ppk2"])
    aide = help_(deployed, cast["opd"], cast["ppk2"])
    assert people.pool(walk.id, PPHP) in aide.aided and people.pool(walk.id, PPHP) not in aide.pools


def test_what_somebody_else_holds_is_not_prepared_but_what_the_official_holds_is(
    deployed: Database, cast: Cast
) -> None:
    walk, aide = Walk(deployed, cast), cast["penyiap"]
    item = do(deployed, tasks.claim, walk.item("A01").id, cast["ppk2"])
    with deployed.session() as session, pytest.raises(Conflict), transaction(session):
        preparing.mark(session, item.id, aide, DRAFT)
    do(deployed, tasks.release, item.id, cast["ppk2"])
    do(deployed, tasks.claim, item.id, cast["ppk"])
    assert marked(deployed, walk, aide).holder == cast["ppk"].id and same(deployed, walk)


def test_who_worked_in_a_lane_that_is_kept_apart_prepares_nothing(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to("A01")
    name(deployed, walk, "Panitia / Pejabat barang dan Jasa", cast["pphp"])
    aide = help_(deployed, cast["ppk"], cast["pphp"])
    with deployed.session() as session, transaction(session):
        session.execute(sa.update(WorkItem).where(WorkItem.element == "A02").values(lane=PPHP))
    with deployed.session() as session, pytest.raises(NotAllowed, match="sudah bekerja"), transaction(session):
        preparing.mark(session, walk.item("A02").id, aide, {})


def test_another_draft_or_document_takes_the_mark_away_the_same_draft_does_not(deployed: Database, cast: Cast) -> None:
    walk, aide = Walk(deployed, cast), cast["penyiap"]
    item = marked(deployed, walk, aide)
    do(deployed, tasks.save_draft, item.id, cast["ppk"], DRAFT | {"kode_rup": [""]})
    assert walk.item("A01").prepared_by == aide.id
    do(deployed, tasks.save_draft, item.id, cast["ppk"], {"nilai_hps": ["2"]})
    assert walk.item("A01").prepared_by is None and walk.item("A01").prepared_at is None and same(deployed, walk)
    marked(deployed, walk, aide)
    add(deployed, walk, cast["ppk"])
    assert walk.item("A01").prepared_by is None and same(deployed, walk)
    walk.complete("A01")
    assert "prepared" not in events(deployed, Kind.ITEM_COMPLETED)[0].body


def test_an_official_sends_it_back_with_a_note_that_the_aide_reads(deployed: Database, cast: Cast) -> None:
    walk, aide = Walk(deployed, cast), cast["penyiap"]
    item = marked(deployed, walk, aide)
    do(deployed, preparing.send_back, item.id, cast["ppk"], " Nilai HPS\r\nsalah. ", "k" * 22)
    do(deployed, preparing.send_back, item.id, cast["ppk"], "Nilai HPS salah.", "k" * 22)
    with deployed.session() as session:
        back = preparing.returned(session, walk.item("A01"))
        assert (back.by, back.note) == (cast["ppk"].id, "Nilai HPS\nsalah.") and drafts.typed(walk.item("A01")) == DRAFT
    [event] = events(deployed, Kind.ITEM_UNPREPARED)
    assert event.body == {"item": item.id, "to": aide.id} and same(deployed, walk)
    marked(deployed, walk, aide)
    with deployed.session() as session:
        assert preparing.returned(session, walk.item("A01")) is None


def test_an_erased_note_is_empty(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    item = marked(deployed, walk, cast["penyiap"])
    do(deployed, preparing.send_back, item.id, cast["ppk"], "Salah")
    with deployed.session() as session, transaction(session):
        seq = events(deployed, Kind.ITEM_UNPREPARED)[0].seq
        session.get_one(Opening, (walk.id, seq)).fields = {preparing.NOTE: {"erased": "0" * 64}}
    with deployed.session() as session:
        assert preparing.returned(session, walk.item("A01")).note == ""


@pytest.mark.parametrize("note", ["", " \r\n ", "x" * 2001])
def test_a_note_that_says_nothing_or_too_much_is_refused(deployed: Database, cast: Cast, note: str) -> None:
    item = marked(deployed, Walk(deployed, cast), cast["penyiap"])
    assert wrong(deployed, preparing.send_back, item.id, cast["ppk"], note) == [preparing.NOTE]


def test_what_a_colleague_holds_is_not_sent_back_by_another(deployed: Database, cast: Cast) -> None:
    item = marked(deployed, Walk(deployed, cast), cast["penyiap"])
    do(deployed, tasks.claim, item.id, cast["ppk"])
    with pytest.raises(Conflict):
        do(deployed, preparing.send_back, item.id, cast["ppk2"], "x")


def test_only_what_is_ready_is_sent_back(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    with deployed.session() as session, pytest.raises(NotReady), transaction(session):
        preparing.send_back(session, walk.item("A01").id, cast["ppk"], "x")
    done = walk.item("A01").id
    walk.to("A01")
    for command in (
        lambda s: preparing.send_back(s, done, cast["ppk"], "x"),
        lambda s: preparing.mark(s, done, cast["penyiap"], DRAFT),
    ):
        with deployed.session() as session, pytest.raises(AlreadyDone), transaction(session):
            command(session)


def test_marking_twice_with_one_key_or_without_a_change_is_told_once(deployed: Database, cast: Cast) -> None:
    walk, aide = Walk(deployed, cast), cast["penyiap"]
    for key in ("k" * 22, "k" * 22, "l" * 22):
        do(deployed, preparing.mark, walk.item("A01").id, aide, DRAFT, key)
    assert len(events(deployed, Kind.ITEM_PREPARED)) == 1


def test_a_letter_that_an_aide_prints_uses_the_draft_and_names_the_official(deployed: Database, cast: Cast) -> None:
    walk, aide = Walk(deployed, cast), cast["penyiap"]
    item = marked(deployed, walk, aide)
    with deployed.session() as session:
        found = papers.knowing._workers(session, walk.instance(), aide, item)
        assert found["ppk"].id == cast["ppk"].id
        assert (
            papers.knowing._fields(session, walk.instance(), people.sight(session, aide, walk.instance()), item)[
                "nilai_hps"
            ].value
            == 1000
        )


DEEDS = st.lists(st.sampled_from(["mark", "other", "same", "document", "back", "claim", "release"]), max_size=8)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DEEDS)
@example(["mark", "document", "mark", "back", "mark", "other", "mark", "same"])
def test_the_mark_follows_from_the_history_whatever_was_done(deployed: Database, cast: Cast, deeds: list[str]) -> None:
    walk, aide, ppk = Walk(deployed, cast), cast["penyiap"], cast["ppk"]
    item, texts, ready = walk.item("A01").id, iter(range(99)), False
    for deed in deeds:
        draft = drafts.typed(walk.item("A01")) or {}
        if deed == "mark":
            marked(deployed, walk, aide)
        elif deed == "back" and ready:
            do(deployed, preparing.send_back, item, ppk, "x")
        elif deed == "document":
            add(deployed, walk, aide)
        elif deed in ("other", "same"):
            given_ = {"nilai_hps": [f"9{next(texts)}"]} if deed == "other" else draft
            do(deployed, tasks.save_draft, item, ppk, given_)
        elif deed in ("claim", "release"):
            do(deployed, getattr(tasks, deed), item, ppk)
        ready = deed == "mark" or (ready and deed in ("same", "claim", "release"))
        assert (walk.item("A01").prepared_by == aide.id) is ready and same(deployed, walk)


def typed(other: Actor, **more: str) -> dict[str, str]:
    return LETTER | {"for_id": other.id, "role_key": "", "begins": "2026-11-23", "ends": "2026-12-31"} | more


def test_the_operator_assigns_and_dismisses_an_aide(deployed: Database, cast: Cast) -> None:
    row = do(deployed, directory.assign, cast["operator"], cast["opd"].id, typed(cast["pphp"]), "k" * 22)
    assert row.id == do(deployed, directory.assign, cast["operator"], cast["opd"].id, typed(cast["pphp"]), "k" * 22).id
    assert again(deployed, cast["opd"]).aided == {"pphp": frozenset({cast["pphp"].id})}
    do(deployed, directory.dismiss, cast["operator"], row.id)
    assert again(deployed, cast["opd"]).aided == {}
    with deployed.session() as session, pytest.raises(NotReady), transaction(session):
        directory.dismiss(session, cast["operator"], row.id)
    assert [event.body["person_id"] for event in events(deployed, Kind.AIDE_CHANGED)] == [cast["opd"].id] * 2


def test_only_the_operator_assigns_and_only_for_an_official(deployed: Database, cast: Cast) -> None:
    with deployed.session() as session, pytest.raises(NotAllowed), transaction(session):
        directory.assign(session, cast["ppk"], cast["opd"].id, typed(cast["ppk"]))
    to = cast["opd"].id
    for given_, field in (
        (typed(cast["opd"]), "for_id"),
        (typed(cast["penyiap"]), "for_id"),
        (typed(cast["ppk"], role_key="pphp"), "for_id"),
        (typed(cast["ppk"], role_key="raja"), "role_key"),
        (typed(cast["ppk"], ends=""), "ends"),
        (typed(cast["ppk"], letter=""), "letter"),
    ):
        assert field in wrong(deployed, directory.assign, cast["operator"], to, given_)


def test_who_a_case_names_from_outside_prepares_for_no_official(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    name(deployed, walk, PPHP, cast["opd"])
    with deployed.session() as session, transaction(session):
        session.execute(sa.delete(Appointment).where(Appointment.person_id == cast["opd"].id))
    given_ = typed(cast["ppk"])
    assert wrong(deployed, directory.assign, cast["operator"], cast["opd"].id, given_) == ["for_id"]


def vendor(database: Database, who: Actor) -> Actor:
    """Somebody who has a vendor's role alone."""
    with database.session() as session, transaction(session):
        session.execute(sa.update(Appointment).where(Appointment.person_id == who.id).values(role_key="penyedia"))
    return again(database, who)


def test_a_vendor_prepares_for_no_official_and_nobody_for_a_vendor(deployed: Database, cast: Cast) -> None:
    one, operator = vendor(deployed, cast["opd"]), cast["operator"]
    assert one.roles == {"penyedia"}
    assert wrong(deployed, directory.assign, operator, one.id, typed(cast["ppk"])) == ["for_id"]
    for role in ("", "penyedia"):
        given_ = typed(one, role_key=role)
        assert wrong(deployed, directory.assign, operator, cast["ppk2"].id, given_) == ["for_id"]


def test_who_has_an_office_beside_a_vendors_role_prepares_for_an_official(deployed: Database, cast: Cast) -> None:
    job = {"role_key": "penyedia", "opd": "D", "decree": "SK", "begins": today()}
    with deployed.session() as session, transaction(session):
        session.add(Appointment(person_id=cast["opd"].id, **job))
        session.add(Appointment(person_id=cast["ppk"].id, **job))
    assert do(deployed, directory.assign, cast["operator"], cast["opd"].id, typed(cast["ppk"])).for_id == cast["ppk"].id
    assert set(again(deployed, cast["opd"]).aided) == {"ppk"}


def test_the_aide_of_who_is_no_official_any_more_prepares_nothing(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    name(deployed, walk, PPHP, cast["ppk2"])
    aide = help_(deployed, cast["opd"], cast["ppk2"])
    assert people.pool(walk.id, PPHP) in aide.aided
    assert vendor(deployed, cast["ppk2"]).staffed and again(deployed, aide).aided == {}
    with deployed.session() as session, transaction(session):
        session.execute(sa.delete(Appointment).where(Appointment.person_id == cast["ppk2"].id))
    assert again(deployed, aide).aided == {} and again(deployed, cast["ppk2"]).staffed


@pytest.mark.parametrize("named", [False, True])
def test_an_aide_is_in_nobodys_way_of_being_told_or_handed(deployed: Database, cast: Cast, named: bool) -> None:
    walk = Walk(deployed, cast)
    if named:
        name(deployed, walk, PPK, cast["ppk"])
    assert walk.item("A01").pool in again(deployed, cast["penyiap"]).aided
    with deployed.session() as session:
        assert cast["penyiap"].id not in people.reached(session, walk.item("A01").pool)
        assert cast["penyiap"].id not in {one.id for one in handing.receivers(session, cast["ppk"], walk.item("A01"))}
    assert inbox(deployed, cast["penyiap"]) == []
