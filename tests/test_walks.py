"""Small models of every element, walked at random in a real database: the live tables stay equal to the history."""

import random
from collections.abc import Callable
from dataclasses import astuple
from datetime import timedelta

import pytest
import sqlalchemy as sa
from models import model
from sqlalchemy.orm import Session

from engine import cases, clock, deployments, diagram, history, instances, replay, spiff, tasks, timers
from engine.database import Database
from engine.errors import NotReady, Refused
from engine.model import Instance, StartRight, Status, Subscription, Timer
from engine.people import Actor, today
from engine.transaction import transaction

Cast = dict[str, Actor]
STEPS = 25
MODELS = {
    "sub-process": """start S | sub U | start I in=U | user A in=U | timer W on=A at=PT1H in=U | end L in=U | end J in=U
    boundary M on=U message=m interrupting | user B | user X | end E
    S > U | I > A | A > J | W > L | U > B | B > E | M > X | X > E""",
    "event sub-process": """start S | user A | user B | end E | esub V | start T in=V at=PT2H | user X in=V
    end Y in=V | esub R | start N in=R message=m non | user Z in=R | end O in=R
    S > A | A > B | B > E | T > X | X > Y | N > Z | Z > O""",
    "race": """start S | xor M | race G | catch C message=m | catch T at=PT1H | user A | user B | end E
    xor H default=again
    S > M | M > G | G > C | G > T | C > A | T > B | A > H | B > H | H > M again | H > E : done = true""",
    "inclusive": """start S | or O default=d | user A | user B | user C | or J | user D | end E
    S > O | O > A : a = true | O > B : b = true | O > C d | A > J | B > J | C > J | J > D | D > E""",
    "error": """start S | sub U | start I in=U | user A in=U | xor G default=d in=U | end J in=U | end F in=U error=c
    boundary W on=U error=c interrupting | user X | user B | end E
    S > U | I > A | A > G | G > F : a = true | G > J d | U > B | B > E | W > X | X > E""",
    "failure": "start S | and P | user A | user B | end E error=c | end F | S > P | P > A | P > B | A > E | B > F",
    "cycle": "start S | user A | timer W on=A at=R3/PT1H | user X | end E | S > A | A > E | W > X | X > E",
    "condition": """start S | and P | user A | user Z | boundary W on=Z when=a | user X | end E
    S > P | P > A | P > Z | A > E | W > X | X > E | Z > E""",
    "escalation": """start S | sub U | start I in=U | throw H in=U escalation=c | user A in=U | end J in=U
    user X | end E | boundary W on=U escalation=c | S > U | I > H | H > A | A > J | U > E | W > X | X > E""",
    "signal": """start S | and P | user A | throw H signal=s | user Z | boundary W on=Z signal=s | user X | end E
    S > P | P > A | P > Z | A > H | H > E | W > X | X > E | Z > E""",
    "multi-instance": """start S | sub U many=3 until=a | start I in=U | user A in=U | end J in=U | user B many=2
    timer W on=B at=PT1H interrupting | end E | S > U | I > A | A > J | U > B | B > E | W > E""",
    "multi-instance in a row": """start S | user A many=3 sequential until=a into=hasil out=a
    user B loop=b most=2 before | end E | S > A | A > B | B > E""",
    "call": """start S | xor M | call C of=gaji | boundary W on=C error=c interrupting | xor H default=h | user X
    end E
    S > M | M > C | C > H | H > M : b = true | H > E h | W > X | X > E
    process gaji | start T | user Y many=2 into=hasil out=a | user A | xor G default=g | end K error=c | end F
    T > Y | Y > A | A > G | G > K : a = true | G > F g""",
    "thrown message": """start S | and P | user A | send H message=m | user B | catch C message=m | user Z | end E
    S > P | P > A | P > C | A > H | H > B | C > Z | Z > E | B > E""",
    "keys": """start S | and P | user A many=2 | catch C message=m key=a | catch D message=m key=b | user Z | end E
    boundary M on=Z message=m key=a | S > P | P > A | P > C | P > D | P > Z | A > E | C > E | D > E | Z > E | M > E""",
    "link and implicit flows": """start S | user A | user B | throw H link=l | catch C link=l | user D | end E
    S > A | A > B | A > H | B > E | C > D | D > E""",
}


@pytest.fixture
def worker(deployed: Database, cast: Cast) -> Actor:
    with deployed.session() as session, transaction(session):
        session.add(StartRight(key="p", role_key="ppk", begins=today()))
    return cast["ppk"]


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("seed", range(4))
def test_a_random_walk_keeps_live_tables_and_history_equal(
    deployed: Database, worker: Actor, name: str, seed: int
) -> None:
    dice = random.Random(f"{name} {seed}")
    with deployed.session() as session:
        with transaction(session):
            deployments.deploy(session, {"m.bpmn": model(MODELS[name])}, "system")
            data = {"a": dice.random() < 0.5, "b": dice.random() < 0.5, "done": False}
            case = cases.start(session, "p", worker, data, typed=True).id
        for number in range(STEPS):
            session.rollback()  # a new request
            instance = session.get_one(Instance, case)
            assert list(replay.differences(session, instance)) == []
            assert filed(session, instance) == awaited(session, instance)
            if instance.status != Status.RUNNING:
                break
            _move(deployed, session, case, worker, dice, last=number > STEPS - 8)
        assert list(history.verify(session)) == []
        diagram.draw(model(MODELS[name]))


def filed(session: Session, instance: Instance) -> set[tuple[str, ...]]:
    """What the rows say that a case waits for."""
    rows = session.scalars(sa.select(Subscription).where(Subscription.instance_id == instance.id)).all()
    assert instance.awaits == len(rows)
    return {(row.token, row.element, row.kind, row.name, row.key) for row in rows}


def awaited(session: Session, instance: Instance) -> set[tuple[str, ...]]:
    """What its state waits for."""
    if instance.status != Status.RUNNING:
        return set()
    at = instances.situation(session, instance, clock.business())
    return {astuple(one) for one in spiff.subscriptions_of(at, instance.state)}


def _move(database: Database, session: Session, case: str, worker: Actor, dice: random.Random, last: bool) -> None:
    """One thing that may happen: somebody completes a step, a timer falls due, a message comes."""

    def complete() -> None:
        if items := cases.open_items(session, [case])[case]:
            item, data = dice.choice(items).id, {"a": dice.random() < 0.5, "done": last or dice.random() < 0.3}
            with transaction(session):
                tasks.complete(session, item, worker, data, typed=True)

    def wait() -> None:
        waits = (Timer.instance_id == case, Timer.fired_at.is_(None), Timer.cancelled_at.is_(None))
        if due := session.scalar(sa.select(sa.func.min(Timer.due_at)).where(*waits)):
            with clock.stopped(max(due, clock.business()) + timedelta(seconds=1)):
                timers.fire_due(database.session)

    def message() -> None:
        with transaction(session):
            cases.receive(session, case, worker, "m", {})

    moves: list[Callable[[], None]] = [complete, complete, wait, message]
    try:
        dice.choice(moves)()
    except (NotReady, Refused):
        return  # nobody awaits it, or the step cannot be done rightly: nothing has changed
