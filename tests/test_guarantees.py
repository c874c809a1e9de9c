"""Guarantees that no other test can break alone."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from models import model
from walks import Walk

from engine import cases, clock, deployments, history, timers
from engine.database import Database
from engine.errors import Conflict
from engine.model import Instance, Kind
from engine.people import OPERATOR, Actor
from engine.transaction import transaction


def test_a_change_of_a_stale_instance_is_a_conflict(deployed: Database, cast: dict[str, Actor]) -> None:
    walk = Walk(deployed, cast)
    with deployed.session() as session, pytest.raises(Conflict), transaction(session):
        instance = session.get_one(Instance, walk.id)
        session.execute(sa.text("UPDATE instance SET revision = revision + 1"))  # as another database session would
        instance.title = "Lain"


def test_a_step_of_a_stale_instance_is_a_conflict(deployed: Database, cast: dict[str, Actor]) -> None:
    walk = Walk(deployed, cast)
    with deployed.session() as session, pytest.raises(Conflict), transaction(session):
        instance = session.get_one(Instance, walk.id)
        session.execute(sa.text("UPDATE instance SET revision = revision + 1"))  # as another database session would
        history.append(session, instance, Kind.ITEM_COMPLETED, cast["ppk"].id)


def test_a_step_that_a_late_timer_opens_began_when_it_was_due(database: Database, stopped_clock: datetime) -> None:
    text = "start S | user A | timer W on=A at=PT1H | user X | end E | S > A | A > E | W > X | X > E"
    who = Actor("system", "", frozenset({OPERATOR}), frozenset())
    with database.session() as session:
        with transaction(session):
            deployments.deploy(session, {"m.bpmn": model(text)}, "system")
            case = cases.start(session, "p", who, {}).id
        with clock.stopped(stopped_clock + timedelta(hours=5)):
            timers.fire_due(database.session)
        opened = {item.element: item.opened_at for item in cases.open_items(session, [case])[case]}
    assert opened["X"] == stopped_clock + timedelta(hours=1)
