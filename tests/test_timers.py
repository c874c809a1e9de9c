"""Timers: what is due fires once, at its own time, whatever else happens."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from walks import Walk

from engine import clock, history, incidents, replay, timers
from engine.database import Database
from engine.errors import AlreadyDone, NotFound
from engine.model import HistoryEvent, Incident, Instance, Timer, WorkItem
from engine.people import Actor
from engine.transaction import transaction
from engine.worker import Worker

Cast = dict[str, Actor]
LATE = timedelta(days=30)


def kinds(database: Database, walk: Walk) -> list[str]:
    with database.session() as session:
        return [event.kind for event in history.events(session, walk.id)]


def test_nothing_fires_before_it_is_due(deployed: Database, cast: Cast) -> None:
    Walk(deployed, cast)
    assert timers.fire_due(deployed.session) == 0


def test_a_step_is_warned_of_first_and_late_then(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    item = walk.item("A01")
    for due, late in ((item.warn_at, False), (item.due_at, True)):
        assert due is not None
        with clock.stopped(due):
            assert timers.fire_due(deployed.session) == 1
        now = walk.item("A01")
        assert now.warned and now.late == late
    assert kinds(deployed, walk) == ["instance.started", "timer.warned", "timer.fired"]


def test_what_a_late_timer_starts_counts_from_its_due_time(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    with clock.stopped(clock.business() + LATE):
        assert timers.fire_due(deployed.session) == 2
    assert kinds(deployed, walk)[1:] == ["timer.warned", "timer.fired"]
    with deployed.session() as session:
        assert list(replay.differences(session, session.get_one(Instance, walk.id))) == []


def test_a_timer_that_fired_does_not_fire_again(deployed: Database, cast: Cast) -> None:
    warn = Walk(deployed, cast).item("A01").warn_at
    assert warn is not None
    with clock.stopped(warn), deployed.session() as session:
        timer = session.scalars(sa.select(Timer.id).where(Timer.due_at == warn)).one()
        for fires in (True, False):
            with transaction(session):
                assert timers.fire(session, timer) == fires


def test_a_completed_step_is_never_late(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to("A01")
    with deployed.session() as session:
        waiting = session.scalars(sa.select(Timer.element).where(Timer.cancelled_at.is_(None))).all()
    assert set(waiting) == {"A02_SLA"} and walk.open() == ["A02"]


def test_many_workers_fire_each_timer_once(deployed: Database, cast: Cast) -> None:
    walks = [Walk(deployed, cast, number=n) for n in range(6)]
    fired: list[int] = []
    with clock.stopped(clock.business() + LATE):
        threads = [threading.Thread(target=lambda: fired.append(timers.fire_due(deployed.session))) for _ in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        fired.append(timers.fire_due(deployed.session))
    assert sum(fired) == 12
    assert all(kinds(deployed, walk)[1:] == ["timer.warned", "timer.fired"] for walk in walks)


def test_a_submit_and_a_timer_at_once_lose_nothing(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    walk.upload("A01")
    with clock.stopped(clock.business() + LATE):
        thread = threading.Thread(target=lambda: timers.fire_due(deployed.session))
        thread.start()
        walk.complete("A01")
        thread.join()
    with deployed.session() as session:
        assert walk.open() == ["A02"] and list(history.verify(session)) == []
        assert list(replay.differences(session, session.get_one(Instance, walk.id))) == []


def spoil(database: Database, walk: Walk) -> None:
    with database.session() as session, transaction(session):
        session.get_one(Instance, walk.id).state = b"broken"


def test_a_corrupt_case_becomes_an_incident_and_stops_no_other(deployed: Database, cast: Cast) -> None:
    bad, good = Walk(deployed, cast), Walk(deployed, cast, number=2)
    spoil(deployed, bad)
    with clock.stopped(clock.business() + LATE):
        timers.fire_due(deployed.session)
        assert timers.fire_due(deployed.session) == 0
    with deployed.session() as session:
        [incident] = incidents.unresolved(session)
        assert incident.instance_id == bad.id and "rusak" in incident.reason
    assert kinds(deployed, good)[-1] == "timer.fired" and kinds(deployed, bad)[-1] == "timer.warned"


def test_an_incident_is_tried_again_on_request_only(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    state = walk.instance().state
    spoil(deployed, walk)
    with clock.stopped(clock.business() + LATE), deployed.session() as session:
        timers.fire_due(deployed.session)
        with transaction(session):
            session.get_one(Instance, walk.id).state = state
        assert timers.fire_due(deployed.session) == 0
        incident = session.scalars(sa.select(Incident)).one()
        with transaction(session):
            timers.retry(session, incident.id, cast["operator"].id)
        assert timers.fire_due(deployed.session) == 1
        with transaction(session):
            timers.retry(session, incident.id, cast["operator"].id)  # asked twice, tried once
        assert timers.fire_due(deployed.session) == 0
        with pytest.raises(AlreadyDone, match="Fitri"), transaction(session):
            timers.retry(session, incident.id, cast["ppk"].id)
        with pytest.raises(NotFound), transaction(session):
            timers.retry(session, "tidakada", cast["operator"].id)


def test_the_worker_fires_and_ends_when_asked(deployed: Database, cast: Cast) -> None:
    walk, fired = Walk(deployed, cast), threading.Event()
    sa.event.listen(deployed.engine, "commit", lambda _: fired.set())
    with clock.stopped(clock.business() + LATE):
        worker = Worker(deployed.session, pause=0.01)
        worker.start()
        assert fired.wait(10)
        for _ in range(200):
            if kinds(deployed, walk)[-1] == "timer.fired":
                break
            worker.ending.wait(0.02)
        worker.stop()
    assert not worker.is_alive() and kinds(deployed, walk)[-1] == "timer.fired"


def test_the_events_of_a_timer_name_nobody(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    with clock.stopped(clock.business() + LATE):
        timers.fire_due(deployed.session)
    with deployed.session() as session:
        events = session.scalars(sa.select(HistoryEvent).where(HistoryEvent.instance_id == walk.id)).all()
        assert {e.actor for e in events[1:]} == {"system"}
        assert session.scalars(sa.select(WorkItem).where(WorkItem.late)).one().element == "A01"
