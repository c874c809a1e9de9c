"""A timer pass: with nothing due, however many wait; and with many due at once (milliseconds, CPU and wall)."""

from collections.abc import Iterator

import sqlalchemy as sa

from bench.figures import Cost, Row, Size, Watch, median
from bench.folder import cast, multiply, seeded, start
from engine import clock, timers
from engine.database import Database
from engine.model import Timer
from engine.transaction import transaction

BASE = 20  # real cases; the others are copies of their rows


def measure(size: Size) -> Iterator[Row]:
    """First what waits grows, then what is due."""
    first: Cost | None = None
    for waiting in size.tasks:
        with seeded() as found:
            count = fill(found, waiting)
            cost = median(size.rounds, lambda found=found: nothing(found))
            first = first or cost
            milliseconds = (cost.cpu * 1e3, cost.wall * 1e3)
            yield f"nothing due, {count} waiting: milliseconds", milliseconds, "<= 5 ms at 1 000 000"
            yield f"... / with {size.tasks[0]} waiting", cost / first, ""
            if waiting == size.tasks[-1]:
                for due in filter(None, size.due):
                    yield from passes(found, due)


def fill(found: Database, waiting: int) -> int:
    """Cases with so many timers that wait, about. How many."""
    actors = cast(found)
    real = [start(found, actors, n + 1) for n in range(min(BASE, waiting))]
    with found.session() as session:
        each = (session.scalar(sa.select(sa.func.count()).select_from(Timer)) or 0) / len(real)
    multiply(found, real, round(waiting / each / len(real)) - 1, ["ppk"])
    with found.session() as session:
        return session.scalar(sa.select(sa.func.count()).where(Timer.fired_at.is_(None))) or 0


def nothing(found: Database) -> None:
    """One pass of the worker that finds nothing."""
    assert timers.fire_due(found.session) == 0


def passes(found: Database, due: int) -> Iterator[Row]:
    """Let so many fall due, and fire them all."""
    with found.session() as session, transaction(session):
        chosen = sa.select(Timer.id).where(Timer.fired_at.is_(None), Timer.token.is_(None)).limit(due)
        session.execute(sa.update(Timer).where(Timer.id.in_(chosen)).values(due_at=clock.business()))
    watch, fired = Watch(), 0
    with watch:
        while some := timers.fire_due(found.session):
            fired += some
    assert fired == due, (fired, due)
    yield f"{due} due at once: milliseconds each", (watch.cpu * 1e3 / due, watch.wall * 1e3 / due), ""
