"""Messages and signals between cases, what they start, and how work items of calls and items reach their people."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from models import model
from sqlalchemy.orm import Session

from engine import cases, deployments, history, incidents, replay, tasks
from engine.errors import NotAllowed, NotReady, Refused
from engine.model import HistoryEvent, Instance, Kind, StartRight, Status, WorkItem
from engine.people import Actor, today
from engine.transaction import transaction

Start = Callable[..., str]
CATCH = "start S | catch C message=m key=k | user A | end E | S > C | C > A | A > E"
BEGINS = "start S | user A | end E | S > A | A > E | start T message=m key=k | T > A"


@pytest.fixture
def start(session: Session, cast: dict[str, Actor]) -> Start:
    """Deploy a model as process p (or another), let PPK start it, and start it."""

    def begin(text: str, key: str = "p", begin_it: bool = True, **data: object) -> str:
        with transaction(session):
            deployments.deploy(session, {f"{key}.bpmn": model(text, key)}, "system")
            session.add(StartRight(key=key, role_key="ppk", begins=today()))
        with transaction(session):
            return cases.start(session, key, cast["ppk"], data, typed=True).id if begin_it else ""

    return begin


def items(session: Session, case: str) -> list[WorkItem]:
    session.rollback()
    return cases.open_items(session, [case])[case]


def complete(session: Session, case: str, who: Actor, **data: object) -> None:
    item = items(session, case)[0]
    with transaction(session):
        tasks.complete(session, item.id, who, data, typed=True)


def whole(session: Session) -> None:
    """Live tables and history agree, and every chain holds."""
    session.rollback()
    for instance in session.scalars(sa.select(Instance)):
        assert list(replay.differences(session, instance)) == []
    assert list(history.verify(session)) == []


def test_a_message_is_not_for_who_may_start_such_cases_but_not_see_this_one(
    session: Session, cast: dict[str, Actor], start: Start
) -> None:
    case = start("start S | catch C message=m key=k | user A lane=pptk | end E | S > C | C > A | A > E", k="a")
    for send in (
        lambda: cases.receive(session, case, cast["ppk2"], "m", {}),
        lambda: cases.deliver(session, cast["ppk2"], "m", "a", {}),
    ):
        with pytest.raises(NotAllowed), transaction(session):
            send()
    with transaction(session):
        cases.receive(session, case, cast["ppk"], "m", {})
    assert [item.element for item in items(session, case)] == ["A"]


def test_a_message_finds_the_case_by_its_key(session: Session, cast: dict[str, Actor], start: Start) -> None:
    one, two = start(CATCH, k="a"), start(CATCH, k="b")
    with transaction(session):
        assert cases.deliver(session, cast["ppk"], "m", "b", {"nilai": "x"}).id == two
    assert items(session, one) == [] and [i.element for i in items(session, two)] == ["A"]
    with pytest.raises(NotReady), transaction(session):
        cases.deliver(session, cast["ppk"], "m", "c", {})
    whole(session)


def test_a_message_that_several_cases_await_is_refused(session: Session, cast: dict[str, Actor], start: Start) -> None:
    start(CATCH, k="a"), start(CATCH, k="a")
    with pytest.raises(Refused, match="Beberapa"), transaction(session):
        cases.deliver(session, cast["ppk"], "m", "a", {})


def test_a_message_starts_a_case_for_who_may_start_it(session: Session, cast: dict[str, Actor], start: Start) -> None:
    start(BEGINS, begin_it=False)
    with pytest.raises(NotAllowed), transaction(session):
        cases.deliver(session, cast["pphp"], "m", "a", {"k": "a"})
    with transaction(session):
        case = cases.deliver(session, cast["ppk"], "m", "a", {"k": "a"}).id
    assert [i.element for i in items(session, case)] == ["A"]
    whole(session)


def test_a_thrown_message_reaches_another_case_or_starts_one_or_goes_outside(
    session: Session, cast: dict[str, Actor], start: Start
) -> None:
    send = "start S | user A | send H message=m key=k | end E | S > A | A > H | H > E"
    waits = start(CATCH, k="a")
    complete(session, start(send, "q", k="a"), cast["ppk"])
    assert [i.element for i in items(session, waits)] == ["A"]
    start(BEGINS.replace(" key=k", ""), "r", begin_it=False)
    complete(session, start(send.replace(" key=k", ""), "q"), cast["ppk"])
    [begun] = session.scalars(sa.select(Instance).where(Instance.key == "r"))
    assert begun.started_by == history.SYSTEM and [i.role for i in items(session, begun.id)] == ["ppk"]
    lost = start(send, "q", k="z")
    complete(session, lost, cast["ppk"])
    events = session.scalars(sa.select(HistoryEvent).where(HistoryEvent.instance_id == lost)).all()
    assert [e.kind for e in events][-1] == Kind.MESSAGE_SENT and events[-1].body == {"message": "m"}
    whole(session)


def test_a_signal_starts_every_process_that_it_begins(session: Session, cast: dict[str, Actor], start: Start) -> None:
    start(BEGINS.replace("message=m key=k", "signal=s"), "q", begin_it=False)
    case = start("start S | user A | throw H signal=s | end E | S > A | A > H | H > E")
    complete(session, case, cast["ppk"])
    [begun] = session.scalars(sa.select(Instance).where(Instance.key == "q"))
    assert [i.element for i in items(session, begun.id)] == ["A"]
    whole(session)


def test_a_process_that_only_events_start_is_not_started_by_a_person(
    session: Session, cast: dict[str, Actor], start: Start
) -> None:
    with pytest.raises(NotReady):
        start("start T message=m | user A | end E | T > A | A > E")


def test_a_called_process_works_in_the_lanes_of_its_deployment(
    session: Session, cast: dict[str, Actor], start: Start
) -> None:
    text = """start S | call C of=gaji each=orang item=o into=hasil out=h | end E | S > C | C > E
    process gaji | start T | user X called=Menghitung | end F | T > X | X > F"""
    case = start(text, orang=["ana", "budi"])
    found = items(session, case)
    assert [(i.element, i.name, i.role, i.item) for i in found] == [
        ("gaji|X", f"Menghitung ({n})", "ppk", n) for n in (1, 2)
    ]
    assert [tasks.seen(i)["o"] for i in found] == ["ana", "budi"]
    complete(session, case, cast["ppk"], h="1"), complete(session, case, cast["ppk"], h="2")
    instance = session.get_one(Instance, case)
    assert instance.status == Status.COMPLETED and instance.scopes is None
    assert instance.variables["hasil"] == ["1", "2"]
    whole(session)


def test_a_broken_case_gets_an_incident_and_stops_no_other(
    session: Session, cast: dict[str, Actor], start: Start
) -> None:
    broken, whole_one = start(CATCH, k="b"), start(CATCH, k="b")
    listens = start("start S | catch C signal=s | user A | end E | S > C | C > A | A > E", "q")
    deaf = start("start S | catch C signal=s | end E | S > C | C > E", "q")
    with transaction(session):
        for case in (broken, deaf):
            session.get_one(Instance, case).state = b"broken"
    for _ in range(2):
        with transaction(session):
            cases.deliver(session, cast["ppk"], "m", "b", {}) if items(session, whole_one) == [] else None
    complete(session, start("start S | user A | throw H signal=s | end E | S > A | A > H | H > E", "r"), cast["ppk"])
    assert [i.element for i in items(session, whole_one)] == [i.element for i in items(session, listens)] == ["A"]
    assert len(incidents.unresolved(session)) == 2
