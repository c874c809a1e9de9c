"""A changed calendar moves what is open: told before, done by an operation, once, and with an event each."""

import os
import signal
import subprocess
import sys
import threading
from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from walks import Walk

from engine import calendars, clock, deadlines, history, operations, replay, timers, values, worktime
from engine.calendars import Holiday, HolidayKind
from engine.deadlines import Move
from engine.errors import NotFound, Refused
from engine.model import Instance, Kind, OperationStatus, Part, Timer, WorkItem
from engine.people import ZONE
from engine.transaction import transaction
from engine.worker import Worker
from engine.worktime import DEFAULT, Profile

DAY = date(2026, 11, 26)  # a Thursday before A01 is due
PAUSED, RUNNING, CANCELLED = OperationStatus.PAUSED, OperationStatus.RUNNING, OperationStatus.CANCELLED


def holiday(content, day=DAY):
    return calendars.add_holiday(content, Holiday(day, "Pilkada serentak", HolidayKind.NATIONAL, "Keppres 99/2026"))


def content(session):
    return calendars.book(session).content(DEFAULT)


def preview(database, changed):
    with database.session() as session:
        return list(deadlines.moves(session, calendars.book(session, draft={DEFAULT: changed(content(session))})))


def change(database, changed, by="op"):
    with database.session() as session, transaction(session):
        number = calendars.office(session, DEFAULT).number
        found = operations.change_calendar(session, DEFAULT, changed(content(session)), by, "Keppres", number)
        return found.id if found else None


def finish(database):
    """Let the worker do all there is to do."""
    while operations.work(database.session):
        pass


def standing(database):
    """All that a recount may change, timers and work items."""
    with database.session() as session:
        rows = session.execute(sa.select(Timer.id, Timer.due_at, Timer.calendar).order_by(Timer.id)).all()
        items = session.execute(sa.select(WorkItem.id, WorkItem.due_at, WorkItem.warn_at, WorkItem.calendar)).all()
        return rows, sorted(items)


def moved(database, walk):
    with database.session() as session:
        return [e for e in history.events(session, walk.id) if e.kind == Kind.DEADLINE_MOVED]


def sound(database, walk):
    with database.session() as session:
        assert list(replay.differences(session, session.get_one(Instance, walk.id))) == []
        assert list(history.verify(session)) == []


def at(day, hour=16):
    return datetime.combine(day, time(hour), ZONE)


def test_a_preview_tells_what_moves_by_how_much_and_stores_nothing(deployed, cast):
    walk, before = Walk(deployed, cast), standing(deployed)
    [move] = preview(deployed, holiday)
    assert (move.number, move.name, move.step) == ("APL-2026-0001", "1. Menyusun HPS dan KAK", walk.item("A01").id)
    assert (move.old.due, move.new.due) == (at(date(2026, 11, 30)), at(date(2026, 12, 1)))
    assert move.days == 1 and move.shift == timedelta(hours=7, minutes=30) and "Pilkada serentak" in " ".join(move.why)
    with deployed.session() as session:
        assert len(calendars.versions(session, DEFAULT)) == 1
    assert standing(deployed) == before and moved(deployed, walk) == []


def test_a_new_holiday_moves_due_date_warning_and_their_timers(deployed, cast):
    walk = Walk(deployed, cast)
    change(deployed, holiday)
    finish(deployed)
    item = walk.item("A01")
    with deployed.session() as session:
        waiting = session.scalars(sa.select(Timer.due_at).where(Timer.work_item_id == item.id).order_by(Timer.due_at))
        assert waiting.all() == [item.warn_at, item.due_at] == [at(date(2026, 11, 30)), at(date(2026, 12, 1))]
        assert item.calendar == f"{DEFAULT}@{calendars.book(session).calendar(DEFAULT).version}"
    assert "Pilkada serentak" in " ".join(item.why)
    sound(deployed, walk)


def test_each_move_is_an_event_with_old_and_new(deployed, cast):
    walk, old = Walk(deployed, cast), Walk(deployed, cast, number=2).item("A01")
    change(deployed, holiday, cast["operator"].id)
    finish(deployed)
    [event] = moved(deployed, walk)
    assert (event.actor, event.element, event.round) == (cast["operator"].id, "A01", 1)
    assert event.body["was"]["due"] == old.due_at.isoformat() and event.body["was"]["calendar"] == old.calendar
    assert event.body["due"] == walk.item("A01").due_at.isoformat() and event.body["span"].split()[1] == "hari_kerja"


def test_recounting_twice_changes_nothing(deployed, cast):
    walk = Walk(deployed, cast)
    change(deployed, holiday)
    finish(deployed)
    after = standing(deployed)
    with deployed.session() as session:
        timer = session.scalars(sa.select(Timer.id).where(Timer.token.is_not(None))).one()
        with transaction(session):
            assert deadlines.recompute(session, timer, "op") is False
    assert standing(deployed) == after and len(moved(deployed, walk)) == 1 and preview(deployed, lambda one: one) == []


def test_a_change_that_touches_nothing_open_needs_no_operation(deployed, cast):
    Walk(deployed, cast)
    assert change(deployed, lambda one: holiday(one, date(2026, 11, 19))) is None
    with deployed.session() as session:
        assert operations.listed(session) == []


def test_a_change_and_its_operation_are_one_transaction(deployed, cast):
    walk, before = Walk(deployed, cast), standing(deployed)
    with deployed.session() as session:
        with pytest.raises(ZeroDivisionError), transaction(session):
            operations.change_calendar(session, DEFAULT, holiday(content(session)), "op", "Keppres", 1)
            raise ZeroDivisionError
        assert operations.listed(session) == [] and len(calendars.versions(session, DEFAULT)) == 1
    finish(deployed)
    assert standing(deployed) == before and moved(deployed, walk) == []


def test_a_shared_clock_is_recounted_from_where_it_began(deployed, cast):
    walk = Walk(deployed, cast).to("A01", "A02", "A03", "A05", "A06")
    item, begun = walk.item("A07"), values.decode(walk.instance().variables)["tgl_mulai_kerja"]
    with deployed.session() as session, transaction(session):
        timer = session.scalars(sa.select(Timer).where(Timer.work_item_id == item.id, Timer.token.is_not(None))).one()
        assert timer.begin_at.astimezone(ZONE).date() == begun and timer.span == "P90D hari_kalender P60D"
        timer.span, timer.calendar = "P90D hari_kerja P60D", "kota-pontianak@before"
    with deployed.session() as session, transaction(session):
        assert deadlines.recompute(session, timer.id, "op")
        office = calendars.book(session).calendar(DEFAULT)
        counted = worktime.deadline(worktime.read_iso("P90D", "hari_kerja", "P60D"), timer.begin_at, office)
    found = walk.item("A07")
    assert (found.due_at, found.warn_at, found.why) == (counted.due, counted.warn, [*counted.why])
    sound(deployed, walk)


def test_a_warning_that_was_given_is_not_given_again(deployed, cast):
    walk = Walk(deployed, cast)
    with clock.stopped(walk.item("A01").warn_at):
        timers.fire_due(deployed.session)
        change(deployed, lambda one: holiday(one, date(2026, 11, 30)))
        finish(deployed)
    with clock.stopped(walk.item("A01").due_at - timedelta(minutes=1)):
        assert timers.fire_due(deployed.session) == 0
    with clock.stopped(walk.item("A01").due_at):
        assert timers.fire_due(deployed.session) == 1
    assert walk.item("A01").late
    sound(deployed, walk)


def test_what_is_done_or_over_or_late_stays(deployed, cast):
    late, done = Walk(deployed, cast), Walk(deployed, cast, number=2).to("A01")
    old = late.item("A01").due_at
    with clock.stopped(old):
        timers.fire_due(deployed.session)
    change(deployed, holiday)
    finish(deployed)
    assert late.item("A01").due_at == old and moved(deployed, late) == []
    assert all(event.element != "A01" for event in moved(deployed, done))


def test_a_case_that_ends_meanwhile_is_needless_and_stops_no_other(deployed, cast):
    walks = [Walk(deployed, cast, number=n) for n in (1, 2)]
    operation = change(deployed, holiday)
    walks[0].complete("A01")
    finish(deployed)
    with deployed.session() as session:
        found = operations.progress(session, [operation])[operation]
        assert operations.find(session, operation).status == OperationStatus.DONE
    assert found.needless == 1 and len(moved(deployed, walks[1])) == 1
    sound(deployed, walks[0])


def test_an_item_that_fails_says_why_and_stops_no_other(deployed, cast):
    walks = [Walk(deployed, cast, number=n) for n in (1, 2)]
    operation = change(deployed, holiday)
    with deployed.session() as session, transaction(session):
        timer = session.scalars(
            sa.select(Timer).where(Timer.instance_id == walks[0].id, Timer.token.is_not(None))
        ).one()
        timer.span = "P5D hari_kelinci"
    finish(deployed)
    with deployed.session() as session:
        [failed] = operations.items(session, operation, Part.FAILED)
        assert "hari_kelinci" in failed.reason and operations.progress(session, [operation])[operation].done == 1
        assert operations.find(session, operation).status == OperationStatus.DONE
    assert moved(deployed, walks[0]) == [] and len(moved(deployed, walks[1])) == 1


def turn(database, operation, status):
    with database.session() as session, transaction(session):
        operations.turn(session, operation, status, "op")


def test_a_paused_operation_does_nothing_until_it_is_resumed(deployed, cast):
    walk = Walk(deployed, cast)
    operation = change(deployed, holiday)
    turn(deployed, operation, PAUSED)
    assert operations.work(deployed.session) == 0 and moved(deployed, walk) == []
    turn(deployed, operation, RUNNING)
    finish(deployed)
    assert len(moved(deployed, walk)) == 1


def test_a_pause_holds_what_a_worker_has_in_hand(deployed, cast):
    walk = Walk(deployed, cast)
    operation = change(deployed, holiday)
    paused = threading.Event()

    def pause(_connection, _cursor, statement, *_):
        if statement.startswith("SELECT operation_item") and not paused.is_set():
            paused.set()
            turn(deployed, operation, PAUSED)

    sa.event.listen(deployed.engine, "after_cursor_execute", pause)
    assert operations.work(deployed.session) == 0 and paused.is_set() and moved(deployed, walk) == []


def test_a_cancelled_operation_keeps_what_is_done_and_is_over(deployed, cast):
    walks = [Walk(deployed, cast, number=n) for n in (1, 2, 3)]
    operation = change(deployed, holiday)
    operations.work(deployed.session, most=1)
    turn(deployed, operation, CANCELLED)
    finish(deployed)
    assert [len(moved(deployed, walk)) for walk in walks].count(1) == 1
    with pytest.raises(Refused):
        turn(deployed, operation, RUNNING)
    with pytest.raises(NotFound):
        turn(deployed, "x", PAUSED)


def test_what_was_counted_by_the_old_calendar_while_it_changed_is_moved_too(deployed, cast):
    Walk(deployed, cast)
    operation = change(deployed, holiday)
    with deployed.session() as session, transaction(session):  # as a transaction that began before would have left it
        old = session.scalars(sa.select(Timer).where(Timer.token.is_not(None))).one()
        copy = {c.key: getattr(old, c.key) for c in sa.inspect(Timer).column_attrs} | {"id": "late-comer"}
        session.add(Timer(**copy | {"element": "A01_SLA", "work_item_id": None}))
    finish(deployed)
    with deployed.session() as session:
        assert session.get_one(Timer, "late-comer").due_at == at(date(2026, 12, 1))
        assert operations.progress(session, [operation])[operation].done == 2


def test_many_workers_do_each_item_once(deployed, cast):
    walks = [Walk(deployed, cast, number=n) for n in range(6)]
    change(deployed, holiday)
    done: list[int] = []
    threads = [threading.Thread(target=lambda: done.append(operations.work(deployed.session))) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    finish(deployed)
    assert sum(done) <= 6 and [len(moved(deployed, walk)) for walk in walks] == [1] * 6


def test_the_worker_does_operations(deployed, cast):
    walk, ended = Walk(deployed, cast), threading.Event()
    operation = change(deployed, holiday)
    worker = Worker(deployed.session, pause=0.01)
    worker.start()
    for _ in range(500):
        with deployed.session() as session:
            if operations.find(session, operation).status == OperationStatus.DONE:
                break
        ended.wait(0.02)
    worker.stop()
    assert len(moved(deployed, walk)) == 1


KILLED = """
import os, signal, sys
from pathlib import Path
import sqlalchemy as sa
from engine import database, operations
found, events = database.open_(Path(sys.argv[1]), sys.argv[2]), []

def die(connection, cursor, statement, *_):
    events.extend(["x"] * statement.startswith("INSERT INTO history_event"))
    if len(events) == 4:
        os.kill(os.getpid(), signal.SIGKILL)

sa.event.listen(found.engine, "after_cursor_execute", die)
while operations.work(found.session):
    pass
"""


def test_an_operation_survives_a_kill_in_the_middle_of_an_item(deployed, cast):
    walks = [Walk(deployed, cast, number=n) for n in range(6)]
    operation = change(deployed, holiday)
    command = [sys.executable, "-c", KILLED, str(deployed.folder), deployed.url]
    assert subprocess.run(command, env=os.environ | {"PYTHONPATH": "."}, check=False).returncode == -signal.SIGKILL
    with deployed.session() as session:
        assert operations.progress(session, [operation])[operation].done == 3
    assert sum(len(moved(deployed, walk)) for walk in walks) == 3
    finish(deployed)
    assert [len(moved(deployed, walk)) for walk in walks] == [1] * 6
    for walk in walks:
        sound(deployed, walk)


def test_a_unit_that_counts_by_another_calendar_moves_what_it_has_open(deployed, cast):
    walk = Walk(deployed, cast)
    with deployed.session() as session, transaction(session):
        calendars.add(session, "enam", "Enam hari", DEFAULT, "op", "SE")
        six = Profile("Mo-Sa 07:30-14:00", "SE Wali Kota 7/2026")
        number = calendars.office(session, "enam").number
        operations.change_calendar(session, "enam", calendars.add_profile(calendars.Content(), six), "op", "SE", number)
        operation = operations.use_calendar(session, "Dinas Kesehatan", "enam", date(2026, 1, 1), "op")
    finish(deployed)
    assert operation and walk.item("A01").due_at == at(date(2026, 11, 28), 14)
    sound(deployed, walk)


DAYS = st.lists(st.dates(date(2026, 11, 20), date(2026, 12, 20)), min_size=1, max_size=6, unique=True)
HOURS = st.sampled_from(["Mo-Fr 08:00-15:00", "Mo-Sa 07:30-14:00", "Tu,Th 09:00-12:00"])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=DAYS, hours=HOURS | st.none())
def test_what_is_foretold_is_what_happens_and_is_what_a_walk_by_days_finds(deployed, cast, days, hours):
    with deployed.session() as session:
        number = session.scalar(sa.select(sa.func.count(Instance.id))) + 1
    walk = Walk(deployed, cast, number=number)

    def changed(found):
        rows = tuple(one for one in found.holidays if not date(2026, 11, 20) <= one.date <= date(2026, 12, 20))
        found = calendars.Content(found.profiles[:2], rows)
        for day in days:
            found = holiday(found, day)
        return calendars.add_profile(found, Profile(hours, "SE")) if hours else found

    foretold = {one.timer: one.new.due for one in preview(deployed, changed) if isinstance(one, Move)}
    before = {row[0]: row[1] for row in standing(deployed)[0]}
    if foretold:
        change(deployed, changed)
        finish(deployed)
    after = {row[0]: row[1] for row in standing(deployed)[0]}
    with deployed.session() as session:
        waiting = session.scalars(sa.select(Timer).where(Timer.token.is_not(None), Timer.span.is_not(None))).all()
    assert {one.id: after[one.id] for one in waiting if after[one.id] != before[one.id]} == {
        timer: due for timer, due in foretold.items() if due != before[timer]
    }
    assert walk.item("A01").due_at == walked(days, hours)
    sound(deployed, walk)


WEEK = {"Mo-Fr 08:00-15:00": (range(5), 15), "Mo-Sa 07:30-14:00": (range(6), 14), "Tu,Th 09:00-12:00": ((1, 3), 12)}


def walked(days, hours):
    """The end of the fifth working day after Monday 23 November, walked day by day, by no code of the product."""
    day, left = date(2026, 11, 23), 5
    while left:
        day += timedelta(days=1)
        open_ = day.weekday() in (WEEK[hours][0] if hours else range(5))
        left -= open_ and day not in days and day not in CHRISTMAS
    close = time(WEEK[hours][1]) if hours else time(16, 30) if day.weekday() == 4 else time(16)
    return datetime.combine(day, close, ZONE)


CHRISTMAS = (date(2026, 12, 24), date(2026, 12, 25))
