"""The demo: 40 cases at all steps made by real commands, its people, and its clock that only goes ahead."""

import json
import stat
from datetime import timedelta

import pytest
import sqlalchemy as sa
from walks import Walk

from engine import clock, history, replay, timers
from engine import demo as demos
from engine.database import Database
from engine.demo.plans import PLANS
from engine.errors import BadValue, NotAllowed
from engine.model import HistoryEvent, Incident, Instance, ItemStatus, Kind, System, WorkItem
from engine.people import Actor
from engine.transaction import transaction


def test_the_demo_holds_forty_cases_whose_live_tables_equal_their_history(demo: Database) -> None:
    with demo.session() as session:
        instances = session.scalars(sa.select(Instance)).all()
        assert len(instances) == len(PLANS) == 40
        assert [d for instance in instances for d in replay.differences(session, instance)] == []
        assert list(history.verify(session)) == [] and session.scalars(sa.select(Incident)).all() == []


def test_the_demo_shows_every_step_late_ones_rework_and_ends(demo: Database) -> None:
    with demo.session() as session:
        items = session.scalars(sa.select(WorkItem)).all()
        outcomes = set(session.scalars(sa.select(Instance.outcome)))
    opened = {item.element for item in items if item.status == ItemStatus.OPEN}
    assert opened == {"A01", "A02", "A02X", "A03", "A05", "A06", "A07", "A08", "A09a", "A09b", "A09x", "A10", "A11"}
    assert outcomes == {None, "Selesai", "Batal", "Putus"}
    assert any(item.late for item in items) and any(item.round > 1 for item in items)
    assert {bool(item.holder) for item in items if item.status == ItemStatus.OPEN} == {True, False}


def test_nothing_of_the_demos_past_lies_in_the_future_or_out_of_order(demo: Database) -> None:
    with demo.session() as session:
        for instance in session.scalars(sa.select(Instance)):
            times = [event.at for event in history.events(session, instance.id)]
            assert times == sorted(times) and times[-1] <= clock.business()


def test_the_sign_ins_are_random_and_only_their_owner_reads_them(demo: Database) -> None:
    path = demo.folder / "demo-accounts.json"
    accounts = json.loads(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {frozenset(account) for account in accounts} == {frozenset({"person", "role", "username", "password"})}
    assert len({account["password"] for account in accounts}) == len(accounts) == 13


def test_moving_the_clock_lets_what_falls_due_fire_and_is_told(demo: Database) -> None:
    with demo.session() as session:
        before, due = clock.business(), demos.next_due(session)
        assert due is not None
        with transaction(session):
            demos.move_clock(session, due - before + timedelta(seconds=1), "somebody")
        assert clock.business() >= due and timers.fire_due(demo.session) >= 1
        [event] = session.scalars(sa.select(HistoryEvent).where(HistoryEvent.kind == Kind.CLOCK_MOVED))
        assert event.actor == "somebody" and event.body["shift"] == session.get_one(System, 1).shift_seconds


def test_a_move_that_is_rolled_back_moves_nothing(demo: Database) -> None:
    with demo.session() as session, pytest.raises(RuntimeError), transaction(session):
        demos.move_clock(session, timedelta(days=1), "somebody")
        raise RuntimeError
    assert clock.shift() == timedelta(0)


@pytest.mark.parametrize("amount", [timedelta(0), timedelta(seconds=-1), timedelta(days=500)])
def test_the_clock_only_goes_ahead_and_not_too_far(demo: Database, amount: timedelta) -> None:
    with demo.session() as session, pytest.raises(BadValue), transaction(session):
        demos.move_clock(session, amount, "somebody")


def test_only_a_demos_clock_moves(deployed: Database, cast: dict[str, Actor]) -> None:
    Walk(deployed, cast)
    with deployed.session() as session, pytest.raises(NotAllowed), transaction(session):
        demos.move_clock(session, timedelta(days=1), "somebody")
