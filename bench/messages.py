"""A message finds its case by name and key, however many cases wait for others (milliseconds, CPU and wall)."""

from collections.abc import Iterator

import sqlalchemy as sa
from models import model

from bench.figures import Cost, Row, Size, Watch
from bench.folder import SHELL, multiply, one_lane
from engine import cases, spiff
from engine.database import Database
from engine.model import Subscription
from engine.transaction import transaction

FEW = 10
MODEL = "start S | catch C message=m key=k | user A lane=L | end E | S > C | C > A | A > E"


def measure(size: Size) -> Iterator[Row]:
    """The best of some deliveries, with few cases that wait and with many."""
    first: Cost | None = None
    for waiting in (FEW, max(size.live, 2 * FEW)):
        with one_lane(model(MODEL)) as found:
            fill(found, waiting)
            cost = min((delivered(found, f"k{n}") for n in range(size.rounds + 1)), key=lambda one: one.wall)
        first = first or cost
        yield f"a message, {waiting} cases wait: milliseconds", (cost.cpu * 1e3, cost.wall * 1e3), ""
        yield f"... / with {FEW}", cost / first, "<= 1.5x"


def fill(found: Database, waiting: int) -> None:
    """So many cases that wait, each for a key of its own as far as the rows say."""
    multiply(found, [start(found, "lain")], waiting - 1, ["ppk"])
    row = Subscription.__table__.c
    own = sa.update(Subscription.__table__).where(row.instance_id == sa.bindparam("case"))
    with found.engine.begin() as connection:
        rows = [
            {"case": case, "of_its_own": spiff.filed(case)} for case in connection.scalars(sa.select(row.instance_id))
        ]
        connection.execute(own.values(key=sa.bindparam("of_its_own")), rows)
        connection.execute(sa.text("ANALYZE"))


def start(found: Database, key: str) -> str:
    """Start a case that waits for a message with this key."""
    with found.session() as session, transaction(session):
        return cases.start(session, "p", SHELL, {"k": key}, typed=True).id


def delivered(found: Database, key: str) -> Cost:
    """The cost of a message to one more case."""
    case, watch = start(found, key), Watch()
    with found.session() as session, watch, transaction(session):
        assert cases.deliver(session, SHELL, "m", key, {}).id == case
    return watch.cost(1)
