"""Cases that time starts: armed by a deployment, begun by the worker, for as long as that model is in force."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from models import model
from sqlalchemy.orm import Session
from test_deadlines import DAY, PAUSED, RUNNING, change, finish, holiday, preview, turn

from engine import calendars, clock, deployments, history, operations, replay, starts, timers
from engine.database import Database
from engine.errors import NotFound
from engine.model import HistoryEvent, Instance, Kind, StartTimer
from engine.people import ZONE
from engine.transaction import transaction

TEXT = "start T at={at} | user A | end E | T > A | A > E"
HOUR = timedelta(hours=1)


def deploy(session: Session, text: str) -> None:
    with transaction(session):
        deployments.deploy(session, {"p.bpmn": model(text)}, "system")


def begun(database: Database, at: datetime) -> list[datetime]:
    """Let the worker look at an instant; when the cases of p have started so far."""
    with clock.stopped(at):
        while timers.fire_due(database.session):
            pass
    with database.session() as session:
        query = sa.select(Instance).where(Instance.key == "p").order_by(Instance.started_at)
        cases = list(session.scalars(query))
        assert [case for case in cases if list(replay.differences(session, case))] == []
        assert list(history.verify(session)) == []
        return [case.started_at for case in cases]


@pytest.mark.parametrize(("at", "hours"), [("PT1H", [1]), ("R3/PT1H", [1, 2, 3]), ("R/PT1H", [1, 2, 3, 4])])
def test_every_time_begins_a_case_at_its_own_instant(
    deployed: Database, session: Session, stopped_clock: datetime, at: str, hours: list[int]
) -> None:
    deploy(session, TEXT.format(at=at))
    assert begun(deployed, stopped_clock + HOUR / 2) == []
    assert begun(deployed, stopped_clock + 4.5 * HOUR) == [stopped_clock + n * HOUR for n in hours]
    started = session.scalars(sa.select(HistoryEvent).where(HistoryEvent.kind == Kind.INSTANCE_STARTED)).all()
    assert {(e.actor, e.body["timer"]) for e in started} == {(history.SYSTEM, "T")}


def test_a_model_that_is_replaced_begins_no_more(deployed: Database, session: Session, stopped_clock: datetime) -> None:
    deploy(session, TEXT.format(at="R/PT1H"))
    deploy(session, TEXT.format(at="PT3H"))
    assert begun(deployed, stopped_clock + 5 * HOUR) == [stopped_clock + 3 * HOUR]
    deploy(session, TEXT.format(at="R/PT1H"))
    assert starts.next_due(session) == stopped_clock + HOUR
    waiting = sa.select(sa.func.count()).select_from(StartTimer).where(StartTimer.stopped_at.is_(None))
    assert session.scalar(waiting) == 1


def test_the_same_content_again_arms_nothing_twice(
    deployed: Database, session: Session, stopped_clock: datetime
) -> None:
    deploy(session, TEXT.format(at="R2/PT1H")), deploy(session, TEXT.format(at="R2/PT1H"))
    assert len(begun(deployed, stopped_clock + 5 * HOUR)) == 2


def test_one_that_cannot_begin_waits_for_a_person_and_stops_no_other(
    deployed: Database, session: Session, stopped_clock: datetime
) -> None:
    deploy(session, "start T at=R2/PT1H | xor G | user A | end E | T > G | G > A : x | A > E")
    assert begun(deployed, stopped_clock + HOUR) == []
    [stuck] = starts.stuck(session)
    assert "G" in stuck.reason and stuck.due_at == stopped_clock + HOUR
    with transaction(session):
        starts.retry(session, stuck.id)
    assert begun(deployed, stopped_clock + HOUR) == [] and len(starts.stuck(session)) == 1
    with pytest.raises(NotFound), transaction(session):
        starts.retry(session, "x")


WORKING = TEXT.format(at="P5D unit=hari_kerja")  # from Monday 23 November
FIRST, MOVED = (datetime(2026, month, day, 16, tzinfo=ZONE) for month, day in ((11, 30), (12, 1)))


def waiting(database: Database) -> list[datetime]:
    with database.session() as session:
        return [timer.due_at for timer in starts.waiting(session)]


def told(session: Session) -> list[HistoryEvent]:
    return [e for e in history.events(session, history.SYSTEM) if e.kind == Kind.DEADLINE_MOVED]


def test_a_changed_calendar_moves_what_time_starts_as_it_was_foretold(
    deployed: Database, session: Session, stopped_clock: datetime
) -> None:
    deploy(session, WORKING)
    with clock.stopped(stopped_clock + timedelta(days=1)):
        [foretold] = preview(deployed, holiday)
        assert waiting(deployed) == [foretold.old.due] == [FIRST] and foretold.new.due == MOVED
        assert (foretold.case, foretold.number, foretold.name, foretold.days) == (None, "p", "T", 1)
        assert change(deployed, holiday, "siti")
        finish(deployed)
    [event] = told(session)
    assert (event.actor, event.element, event.body["process"], event.body["item"]) == ("siti", "T", "p", None)
    assert (
        event.body["was"]["due"] == foretold.old.due.isoformat() and event.body["due"] == foretold.new.due.isoformat()
    )
    assert waiting(deployed) == [MOVED] and preview(deployed, lambda one: one) == []
    assert begun(deployed, MOVED - HOUR) == [] and begun(deployed, MOVED) == [MOVED]


def test_a_start_timer_is_counted_from_the_set_that_brought_its_model(deployed: Database, session: Session) -> None:
    deploy(session, WORKING)
    deploy(session, TEXT.format(at="PT3H"))
    with clock.stopped(FIRST - timedelta(hours=30)):  # Sunday 29 November
        deploy(session, WORKING)
    with clock.stopped(FIRST), transaction(session):
        deployments.deploy(session, {"q.bpmn": model(WORKING, "q")}, "system")
    [first, second] = preview(deployed, lambda content: holiday(content, date(2026, 12, 2)))
    assert [(one.number, one.new.due.astimezone(ZONE).day) for one in (first, second)] == [("p", 7), ("q", 8)]


def test_what_begins_no_case_or_counts_no_working_time_is_not_moved(deployed: Database, session: Session) -> None:
    deploy(session, WORKING)
    for at in ("P5D", "P5D unit=hari_kalender", "R/P5D"):
        deploy(session, TEXT.format(at=at))
        assert preview(deployed, holiday) == [] and change(deployed, holiday) is None
        change(deployed, lambda content: calendars.remove_holiday(content, DAY))


def test_a_paused_operation_leaves_a_start_timer_where_it_is(deployed: Database, session: Session) -> None:
    deploy(session, WORKING)
    operation = change(deployed, holiday)
    turn(deployed, operation, PAUSED)
    finish(deployed)
    assert waiting(deployed) == [FIRST]
    turn(deployed, operation, RUNNING)
    begun(deployed, datetime(2026, 12, 20, tzinfo=ZONE))
    finish(deployed)
    assert operations.progress(session, [operation])[operation].needless == 1 and told(session) == []
