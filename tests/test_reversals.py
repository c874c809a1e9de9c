"""Steps that go back: returned with a reason where the model allows it, taken back while nobody has seen what came."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from models import model
from sqlalchemy.orm import Session
from test_preparing import help_
from test_walks import MODELS
from walks import Walk

from engine import (
    calendars,
    cases,
    clock,
    deployments,
    documents,
    drafts,
    forms,
    handing,
    history,
    preparing,
    readings,
    replay,
    retention,
    reversals,
    tasks,
    timers,
)
from engine.calendars import Holiday, HolidayKind
from engine.database import Database
from engine.errors import AlreadyDone, BadValue, Conflict, NotAllowed, NotReady, Refused, StaleDraft
from engine.model import HistoryEvent, Instance, ItemStatus, Opening, StartRight, Status, Subscription, Timer, WorkItem
from engine.people import Actor, Stead, today
from engine.transaction import transaction
from engine.worktime import DEFAULT

Cast = dict[str, Actor]
CHECKED = """start S | user A called=Menyusun | user B called=Memeriksa | end E
boundary K on=B error=kurang called=Kembalikan interrupting | boundary T on=B error=tolak called=Tolak interrupting
timer W on=B at=P3D unit=hari_kerja | user L | end F | S > A | A > B | B > E | K > A | T > F | W > L"""
MINE = ["state", "variables", "scopes", "awaits", "status", "outcome", "title"]
OF_ITEM = ["id", "token", "element", "round", "scope", "role", "pool", "status", "due_at", "warn_at", "why", "late"]


def begun(database: Database, cast: Cast, text: str, **data: Any) -> str:
    """A case of a model that PPK may start."""
    with database.session() as session, transaction(session):
        session.add(StartRight(key="p", role_key="ppk", begins=today()))
        deployments.deploy(session, {"m.bpmn": model(text)}, "system")
    with database.session() as session, transaction(session):
        return cases.start(session, "p", cast["ppk"], data, typed=True).id


def items(database: Database, case: str) -> dict[str, WorkItem]:
    """The open work items by element."""
    with database.session() as session:
        return {one.element: one for one in cases.open_items(session, [case])[case]}


def do(database: Database, command: Callable[..., Any], *given: Any, **more: Any) -> Any:
    with database.session() as session, transaction(session):
        return command(session, *given, **more)


def complete(database: Database, who: Actor, item: WorkItem, **data: Any) -> Any:
    return do(database, tasks.complete, item.id, who, data, typed=True)


def whole(database: Database, case: str) -> None:
    """The live tables are what the history tells, and its chain holds."""
    with database.session() as session:
        assert list(replay.differences(session, session.get_one(Instance, case))) == []
        assert list(history.verify(session)) == []


def last(database: Database, case: str) -> HistoryEvent:
    with database.session() as session:
        return history.events(session, case)[-1]


# return with reason


def test_a_step_is_returned_through_the_way_that_the_model_draws(deployed: Database, cast: Cast) -> None:
    case = begun(deployed, cast, CHECKED)
    complete(deployed, cast["ppk"], items(deployed, case)["A"])
    item = items(deployed, case)["B"]
    with deployed.session() as session:
        assert [one.name for one in reversals.ways(session, session.get_one(WorkItem, item.id))] == [
            "Kembalikan",
            "Tolak",
        ]
    do(deployed, reversals.send_back, item.id, cast["ppk2"], "K", " KAK belum ada\r\n")
    found = items(deployed, case)
    assert list(found) == ["A"] and found["A"].round == 2
    event = last(deployed, case)
    assert event.kind == "item.returned" and event.actor == cast["ppk2"].id and event.body["error"] == "kurang"
    assert event.body["closed"] == [item.id] and [one[0] for one in event.body["completed"]] == ["K"]
    with deployed.session() as session:
        told = reversals.of(session, session.get_one(WorkItem, found["A"].id))
        assert told and told.reason == "KAK belum ada" and told.event.seq == event.seq
        assert "KAK" not in str(event.body) and session.get_one(WorkItem, item.id).status == ItemStatus.RETURNED
    whole(deployed, case)


def test_a_return_needs_a_reason_a_way_and_the_right_to_the_step(deployed: Database, cast: Cast) -> None:
    case = begun(deployed, cast, CHECKED)
    complete(deployed, cast["ppk"], items(deployed, case)["A"])
    item = items(deployed, case)["B"].id
    for who, way, reason, error in (
        ("ppk", "K", " \n", BadValue),
        ("ppk", "K", "x" * 2001, BadValue),
        ("ppk", "W", "x", BadValue),
        ("ppk", "E", "x", BadValue),
        ("pphp", "K", "x", NotAllowed),
    ):
        with pytest.raises(error):
            do(deployed, reversals.send_back, item, cast[who], way, reason)
    do(deployed, tasks.claim, item, cast["ppk2"])
    with pytest.raises(Conflict, match="Bonifasius"):
        do(deployed, reversals.send_back, item, cast["ppk"], "K", "x")
    assert list(items(deployed, case)) == ["B"]
    do(deployed, reversals.send_back, item, cast["ppk2"], "K", "x" * 2000)


def test_a_return_is_done_once_and_submits_nothing(deployed: Database, cast: Cast) -> None:
    case = begun(deployed, cast, CHECKED)
    complete(deployed, cast["ppk"], items(deployed, case)["A"])
    item = items(deployed, case)["B"].id
    do(deployed, tasks.save_draft, item, cast["ppk"], {tasks.NOTE: "belum dikirim"})
    for _ in range(2):
        do(deployed, reversals.send_back, item, cast["ppk"], "K", "kurang", "r" * 20)
    with pytest.raises(AlreadyDone, match="Rahmawati"):
        do(deployed, reversals.send_back, item, cast["ppk2"], "K", "kurang", "s" * 20)
    with pytest.raises(Conflict):
        do(deployed, reversals.send_back, item, cast["ppk"], "T", "lain", "r" * 20)
    with deployed.session() as session:
        kinds = [event.kind for event in history.events(session, case)]
        waiting = sa.select(Timer).where(Timer.work_item_id == item, Timer.cancelled_at.is_(None))
        assert kinds.count("item.returned") == 1 and session.scalars(waiting).all() == []
        assert session.get_one(WorkItem, item).draft is None
        assert tasks.NOTE not in session.get_one(Instance, case).variables


def test_one_of_several_returns_them_all(deployed: Database, cast: Cast) -> None:
    text = "start S | user A many=3 | boundary K on=A error=c interrupting | user B | end E"
    text += " | S > A | A > E | K > B | B > E"
    case = begun(deployed, cast, text)
    with deployed.session() as session:
        first, *_ = cases.open_items(session, [case])[case]
    do(deployed, reversals.send_back, first.id, cast["ppk"], "K", "salah alamat")
    assert list(items(deployed, case)) == ["B"]
    with deployed.session() as session:
        found = session.scalars(sa.select(WorkItem.status).where(WorkItem.element == "A")).all()
    assert sorted(found) == ["cancelled", "cancelled", "returned"]
    whole(deployed, case)


def test_a_step_of_a_called_process_is_returned_there(deployed: Database, cast: Cast) -> None:
    text = """start S | call C of=gaji | end E | S > C | C > E | process gaji | start T | user A | user B | end F
    boundary K on=B error=c interrupting | T > A | A > B | B > F | K > A"""
    case = begun(deployed, cast, text)
    complete(deployed, cast["ppk"], items(deployed, case)["gaji|A"])
    do(deployed, reversals.send_back, items(deployed, case)["gaji|B"].id, cast["ppk"], "K", "kurang")
    assert list(items(deployed, case)) == ["gaji|A"]
    whole(deployed, case)


def test_who_returned_a_step_has_worked_in_its_lane(deployed: Database, cast: Cast) -> None:
    case = begun(deployed, cast, CHECKED)
    complete(deployed, cast["ppk"], items(deployed, case)["A"])
    item = items(deployed, case)["B"].id
    do(deployed, reversals.send_back, item, cast["ppk2"], "K", "kurang")
    with deployed.session() as session:
        assert [one.id for one in session.scalars(tasks.done_by(cast["ppk2"]))] == [item]


# tarik kembali


@dataclass(frozen=True)
class Standing:
    """All of a case that a completion changes, but who holds and has drafted what."""

    case: list[Any]
    items: list[list[Any]]
    timers: list[list[Any]]
    awaits: list[list[Any]]


def standing(session: Session, case: str) -> Standing:
    session.rollback()
    session.expire_all()
    one = session.get_one(Instance, case)
    items = cases.open_items(session, [case])[case]
    waits = Timer.instance_id == case, Timer.fired_at.is_(None), Timer.cancelled_at.is_(None)
    timers = session.scalars(sa.select(Timer).where(*waits).order_by(Timer.id))
    rows = session.scalars(sa.select(Subscription).where(Subscription.instance_id == case).order_by(Subscription.token))
    return Standing(
        [getattr(one, name) for name in MINE],
        sorted([getattr(item, name) for name in OF_ITEM] for item in items),
        [[getattr(timer, column.key) for column in Timer.__table__.columns] for timer in timers],
        [[getattr(row, column.key) for column in Subscription.__table__.columns] for row in rows],
    )


SILENT = MODELS | {
    "returned": CHECKED,
    "shared clock": """start S | user A | user B | timer V on=A at=P2D
    unit=hari_kerja clock=bersama:k | timer W on=B at=P5D unit=hari_kerja clock=bersama:k warn=P1D | user X | end E
    S > A | A > B | B > E | V > X | W > X | X > E""".replace("\n    unit", " unit"),
}
HEARD = ("signal", "thrown message")  # others may have heard of a step


@pytest.mark.parametrize("name", SILENT)
def test_taking_a_completion_back_leaves_all_as_it_was_and_it_can_be_done_again(
    deployed: Database, cast: Cast, name: str
) -> None:
    with deployed.session() as session, transaction(session):
        session.add(StartRight(key="p", role_key="ppk", begins=today()))
        deployments.deploy(session, {"m.bpmn": model(SILENT[name])}, "system")

    @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.randoms(use_true_random=False))
    def walk(dice: random.Random) -> None:
        with deployed.session() as session:
            with transaction(session):
                data = {"a": dice.random() < 0.5, "b": dice.random() < 0.5, "done": False}
                case = cases.start(session, "p", cast["ppk"], data, typed=True).id
            for number in range(10):
                if session.get_one(Instance, case).status != Status.RUNNING:
                    break
                _move(deployed, session, case, cast["ppk"], dice, last=number > 6)
            assert list(replay.differences(session, session.get_one(Instance, case))) == []
            assert list(history.verify(session)) == []

    def _move(database: Database, session: Session, case: str, who: Actor, dice: random.Random, last: bool) -> None:
        kind = dice.choice(["complete"] * 3 + ["wait", "message", "return"])
        session.rollback()  # a new request
        try:
            if kind == "complete" and (found := cases.open_items(session, [case])[case]):
                data = {"a": dice.random() < 0.5, "done": last or dice.random() < 0.3}
                _there_and_back(session, case, who, dice.choice(found).id, data, name)
            elif kind == "wait" and (due := _next(session, case)):
                with clock.stopped(max(due, clock.business()) + timedelta(seconds=1)):
                    timers.fire_due(database.session)
            elif kind == "message":
                with transaction(session):
                    cases.receive(session, case, who, "m", {})
            elif kind == "return" and (found := cases.open_items(session, [case])[case]):
                item = dice.choice(found)
                for way in reversals.ways(session, item)[:1]:
                    with transaction(session):
                        reversals.send_back(session, item.id, who, way.id, "kurang")
        except (AlreadyDone, NotReady, Refused):  # a timer may have ended the case
            session.rollback()

    walk()


def _next(session: Session, case: str) -> Any:
    waits = (Timer.instance_id == case, Timer.fired_at.is_(None), Timer.cancelled_at.is_(None))
    return session.scalar(sa.select(sa.func.min(Timer.due_at)).where(*waits))


def _there_and_back(session: Session, case: str, who: Actor, item: str, data: dict[str, Any], name: str) -> None:
    before = standing(session, case)
    with transaction(session):
        tasks.complete(session, item, who, data, typed=True)
    after = standing(session, case)
    ended = session.get_one(Instance, case).status != Status.RUNNING
    try:
        with transaction(session):
            reversals.recall(session, item, who, "salah ketik")
    except Conflict:
        assert ended or name in HEARD
        assert standing(session, case) == after
        return
    assert not ended and standing(session, case) == before
    assert list(replay.differences(session, session.get_one(Instance, case))) == []
    found = session.get_one(WorkItem, item)
    assert found.holder == who.id and found.closed_by is None
    with transaction(session):
        tasks.complete(session, item, who, data, typed=True)
    assert [len(part) for part in (after.items, after.timers, after.awaits)] == [
        len(part) for part in (lambda s: (s.items, s.timers, s.awaits))(standing(session, case))
    ]


def sent(database: Database, cast: Cast, text: str = CHECKED) -> tuple[str, str, str]:
    """A case whose first step PPK has sent: its id, the step, and the step that opened."""
    case = begun(database, cast, text)
    first = items(database, case)["A"]
    complete(database, cast["ppk"], first)
    return case, first.id, next((one.id for one in items(database, case).values()), "")


@pytest.mark.parametrize(
    "text",
    [
        "start S | user A | end E | S > A | A > E",
        "start S | user A | throw T message=m | user B | end E | S > A | A > T | T > B | B > E",
        "start S | user A | throw T signal=s | user B | end E | S > A | A > T | T > B | B > E",
    ],
    ids=["ended", "message", "signal"],
)
def test_what_ended_a_case_or_was_heard_elsewhere_leaves_no_way_back(deployed: Database, cast: Cast, text: str) -> None:
    case, item, *_ = sent(deployed, cast, text)
    with deployed.session() as session:
        assert session.get_one(Instance, case).undo is None
    with pytest.raises(Conflict):
        do(deployed, reversals.recall, item, cast["ppk"], "keliru")


def test_a_recall_needs_a_reason_and_the_sender(deployed: Database, cast: Cast) -> None:
    case, item, _ = sent(deployed, cast)
    for who, reason, error in (("ppk", " ", BadValue), ("ppk", "x" * 2001, BadValue), ("ppk2", "x", NotAllowed),
                               ("pphp", "x", NotAllowed)):  # fmt: skip
        with pytest.raises(error):
            do(deployed, reversals.recall, item, cast[who], reason)
    assert list(items(deployed, case)) == ["B"]


def test_a_recall_is_done_once_and_told(deployed: Database, cast: Cast) -> None:
    case, item, opened = sent(deployed, cast)
    for _ in range(2):
        do(deployed, reversals.recall, item, cast["ppk"], "salah berkas", "r" * 20)
    with pytest.raises(NotReady):
        do(deployed, reversals.recall, item, cast["ppk"], "salah berkas", "s" * 20)
    event = last(deployed, case)
    assert event.kind == "item.recalled" and event.body["undone"] == event.seq - 1
    assert event.body["reopened"] == [item] and event.body["closed"] == [opened]
    assert "salah" not in str(event.body)
    with deployed.session() as session:
        assert history.openings(session, case)[event.seq] == {":alasan": "salah berkas"}
    whole(deployed, case)


def test_a_reason_that_stands_under_its_old_name_is_read(deployed: Database, cast: Cast) -> None:
    case, item, _ = sent(deployed, cast)
    do(deployed, reversals.recall, item, cast["ppk"], "salah berkas")
    with deployed.session() as session, transaction(session):
        opening = session.get_one(Opening, (case, last(deployed, case).seq))
        opening.fields = {"alasan": opening.fields[":alasan"]}
    with deployed.session() as session:
        told = reversals.of(session, session.get_one(WorkItem, item))
        assert told and told.reason == "salah berkas"


def test_who_acts_in_the_senders_stead_takes_it_back_too(deployed: Database, cast: Cast) -> None:
    case, item, _ = sent(deployed, cast)
    stead = Stead(cast["ppk"].id, "plh", "800/1/2026")
    acting = replace(cast["ppk2"], steads={"ppk": (stead,)})
    do(deployed, reversals.recall, item, acting, "pejabatnya sakit")
    assert items(deployed, case)["A"].holder == cast["ppk2"].id
    assert last(deployed, case).body["stead"]["person"] == cast["ppk"].id
    whole(deployed, case)


def test_a_late_copy_of_what_was_taken_back_completes_nothing(deployed: Database, cast: Cast) -> None:
    case = begun(deployed, cast, CHECKED)
    item = items(deployed, case)["A"]
    do(deployed, tasks.complete, item.id, cast["ppk"], {}, "r" * 20, typed=True)
    do(deployed, reversals.recall, item.id, cast["ppk"], "keliru")
    with pytest.raises(Conflict):
        do(deployed, tasks.complete, item.id, cast["ppk"], {}, "r" * 20, typed=True)
    assert list(items(deployed, case)) == ["A"]


def claimed(database: Database, cast: Cast, case: str, opened: str) -> None:
    do(database, tasks.claim, opened, cast["ppk2"])


def drafted(database: Database, cast: Cast, case: str, opened: str) -> None:
    do(database, tasks.save_draft, opened, cast["ppk2"], {tasks.NOTE: "mulai"})


def read(database: Database, cast: Cast, case: str, opened: str) -> None:
    do(database, reversals.mark_read, opened, cast["ppk2"])


def shown(database: Database, cast: Cast, case: str, opened: str) -> None:
    do(database, readings.add, readings.reading(case, cast["auditor"].id, "cases.case", "", ["npwp"]))


def handed(database: Database, cast: Cast, case: str, opened: str) -> None:
    do(database, handing.hand, opened, cast["ppk"], cast["ppk2"].id)


def rung(database: Database, cast: Cast, case: str, opened: str) -> None:
    with clock.stopped(clock.business() + timedelta(days=30)):
        assert timers.fire_due(database.session) >= 1


def completed(database: Database, cast: Cast, case: str, opened: str) -> None:
    do(database, tasks.complete, opened, cast["ppk"], {}, typed=True)


def cancelled(database: Database, cast: Cast, case: str, opened: str) -> None:
    do(database, cases.cancel, case, cast["operator"], "batal")


def counted_otherwise(database: Database, cast: Cast, case: str, opened: str) -> None:
    with database.session() as session, transaction(session):
        content = calendars.book(session).content(DEFAULT)
        holiday = Holiday(date(2026, 12, 1), "Pilkada", HolidayKind("libur nasional"), "Keppres 99")
        calendars.change(session, DEFAULT, calendars.add_holiday(content, holiday), cast["operator"].id, "Keppres", 1)


@pytest.mark.parametrize(
    "happens",
    [claimed, drafted, read, shown, handed, rung, completed, cancelled, counted_otherwise],
    ids=lambda one: one.__name__,
)
def test_what_somebody_has_seen_or_changed_stays(deployed: Database, cast: Cast, happens: Callable[..., None]) -> None:
    case, item, opened = sent(deployed, cast)
    with deployed.session() as session:
        assert reversals.recallable(session, cast["ppk"], [session.get_one(WorkItem, item)]) == {item}
    happens(deployed, cast, case, opened)
    with deployed.session() as session:
        before = standing(session, case)
        assert not reversals.recallable(session, cast["ppk"], [session.get_one(WorkItem, item)])
        assert reversals.in_case(session, cast["ppk"], session.get_one(Instance, case)) is None
        with pytest.raises(Conflict), transaction(session):
            reversals.recall(session, item, cast["ppk"], "terlambat")
        assert standing(session, case) == before


def test_a_document_at_the_next_step_keeps_it(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to("A01", "A02", "A03", "A05")
    item = walk.item("A06")
    walk.complete("A06")
    walk.upload("A07")
    with pytest.raises(Conflict):
        do(deployed, reversals.recall, item.id, walk.who(item), "terlambat")


def test_what_its_sender_reads_or_others_have_read_before_does_not_keep_a_step(deployed: Database, cast: Cast) -> None:
    case, item, opened = sent(deployed, cast)
    do(deployed, readings.add, readings.reading(case, cast["ppk"].id, "cases.case", "", ["npwp"]))
    with clock.stopped(clock.business() - timedelta(minutes=1)):
        shown(deployed, cast, case, opened)
    do(deployed, reversals.recall, item, cast["ppk"], "keliru")
    assert list(items(deployed, case)) == ["A"]


def test_what_was_taken_back_is_the_draft_of_who_took_it_back_and_nobody_prepared_it(
    deployed: Database, cast: Cast
) -> None:
    case = begun(deployed, cast, CHECKED)
    item, aide = items(deployed, case)["A"].id, help_(deployed, cast["penyiap"], cast["ppk"])
    do(deployed, preparing.mark, item, aide, {tasks.NOTE: "konsep"})
    do(deployed, tasks.complete, item, cast["ppk"], {tasks.NOTE: "dari pejabatnya"})
    do(deployed, reversals.recall, item, cast["ppk"], "keliru", "r" * 20)
    found = items(deployed, case)["A"]
    assert found.prepared_by is None and drafts.saving(found) == "r" * 20 and drafts.author(found) == cast["ppk"].id
    with pytest.raises(StaleDraft, match=cast["ppk"].name):
        do(deployed, tasks.save_draft, item, aide, {tasks.NOTE: "basi"}, "s" * 20, ["k" * 20])
    whole(deployed, case)


def test_a_hold_does_not_keep_a_step(deployed: Database, cast: Cast) -> None:
    case, item, _ = sent(deployed, cast)
    do(deployed, retention.place_hold, cast["auditor"], case, "Pemeriksaan", "S-1/2026")
    do(deployed, reversals.recall, item, cast["ppk"], "keliru")
    assert list(items(deployed, case)) == ["A"]
    whole(deployed, case)


def test_a_deadline_that_passed_meanwhile_is_late_as_if_nothing_had_been_sent(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    before = walk.item("A01")
    walk.complete("A01")
    with clock.stopped(clock.business() + timedelta(days=8)):
        with deployed.session() as session:
            for timer in session.scalars(sa.select(Timer).where(Timer.cancelled_at.is_(None))):
                assert timer.due_at > clock.business()  # of the next step: nothing rings before the recall
        do(deployed, reversals.recall, before.id, cast["ppk"], "keliru")
        assert walk.item("A01").due_at == before.due_at < clock.business()
        timers.fire_due(deployed.session)
        assert walk.item("A01").late
    whole(deployed, walk.id)


def test_what_was_submitted_is_the_draft_and_the_documents_stay(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    walk.complete("A01")
    with deployed.session() as session:
        variables = dict(session.get_one(Instance, walk.id).variables)
        [item] = session.scalars(sa.select(WorkItem).where(WorkItem.element == "A01"))
    do(deployed, reversals.recall, item.id, cast["ppk"], "keliru")
    with deployed.session() as session:
        item = session.get_one(WorkItem, item.id)
        _, form = tasks.node_and_form(session, item)
        assert form and "nilai_hps" in variables and "nilai_hps" not in item.instance.variables
        errors = forms.check(form, drafts.typed(item) or {}, tasks.seen(item))
        assert errors["kode_rup"] and len(documents.of_item(session, item)) == 2
    whole(deployed, walk.id)


def test_what_the_step_ended_beside_it_is_as_its_holder_left_it(deployed: Database, cast: Cast) -> None:
    case = begun(deployed, cast, "start S | user A many=2 until=true | user B | end E | S > A | A > B | B > E")
    with deployed.session() as session:
        first, second = (one.id for one in cases.open_items(session, [case])[case])
    do(deployed, tasks.claim, second, cast["ppk2"])
    do(deployed, tasks.save_draft, second, cast["ppk2"], {tasks.NOTE: "separuh"})
    do(deployed, tasks.complete, first, cast["ppk"], {}, typed=True)
    assert list(items(deployed, case)) == ["B"]
    do(deployed, reversals.recall, first, cast["ppk"], "keliru")
    with deployed.session() as session:
        found = session.get_one(WorkItem, second)
        assert (found.status, found.holder) == ("open", cast["ppk2"].id)
        assert drafts.typed(found) == {tasks.NOTE: "separuh"}
    whole(deployed, case)


def test_recall_and_reading_at_once_one_wins(deployed: Database, cast: Cast) -> None:
    for number in range(6):
        case, item, opened = sent(deployed, cast) if not number else _again(deployed, cast)
        _at_once(
            partial(do, deployed, reversals.recall, item, cast["ppk"], "keliru"),
            partial(do, deployed, reversals.mark_read, opened, cast["ppk2"]),
        )
        with deployed.session() as session:
            found = session.get_one(WorkItem, opened)
            assert (found.status, found.read_at is None) in (("recalled", True), ("open", False))
        whole(deployed, case)


def test_recall_and_claim_at_once_one_wins(deployed: Database, cast: Cast) -> None:
    for number in range(6):
        case, item, opened = sent(deployed, cast) if not number else _again(deployed, cast)
        won = _at_once(
            partial(do, deployed, reversals.recall, item, cast["ppk"], "keliru"),
            partial(do, deployed, tasks.claim, opened, cast["ppk2"]),
        )
        assert len(won) == 1 and list(items(deployed, case)) == (["A"] if won == [0] else ["B"])
        whole(deployed, case)


def _at_once(*commands: Callable[[], Any]) -> list[int]:
    """Which of these commands, begun at one moment, were not refused."""
    barrier, won = threading.Barrier(len(commands)), list[int]()

    def run(number: int) -> None:
        barrier.wait()
        try:
            commands[number]()
        except Conflict:
            return
        won.append(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(commands))]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return won


def _again(database: Database, cast: Cast) -> tuple[str, str, str]:
    case = do(database, cases.start, "p", cast["ppk"], {}, typed=True).id
    first = items(database, case)["A"]
    complete(database, cast["ppk"], first)
    return case, first.id, items(database, case)["B"].id
