"""The inbox page, however many tasks are open: others', and those of a person in 50 roles (CPU, wall)."""

from collections.abc import Iterator

import sqlalchemy as sa
from browsing import Visitor

from bench.figures import Cost, Row, Size, median
from bench.folder import cast, multiply, seeded, start
from engine.database import Database
from engine.demo.cast import BEGINS
from engine.model import Account, Appointment, WorkItem
from engine.transaction import transaction

BASE, ROLES = 20, 50


def measure(size: Size) -> Iterator[Row]:
    """Two cities: in one the person's own tasks stay as many, in the other all tasks are the person's."""
    own = [f"peran{n}" for n in range(ROLES)]
    first: dict[str, Cost] = {}
    for tasks in size.tasks:
        for whose, roles in (("others'", ["lain"]), ("in my 50 roles", own)):
            with seeded() as found:
                open_ = fill(found, tasks, own, roles)
                visitor = Visitor(found, "ppk")
                cost = median(3 * size.rounds, lambda visitor=visitor: page(visitor))
                first.setdefault(whose, cost)
                milliseconds = (cost.cpu * 1e3, cost.wall * 1e3)
                yield f"{open_} open, {whose}: milliseconds", milliseconds, ""
                yield f"... / with {size.tasks[0]}", cost / first[whose], "<= 1.5 at 1 000 000"


def fill(found: Database, tasks: int, own: list[str], roles: list[str]) -> int:
    """So many open tasks in these roles, beside a few of the PPK, who is appointed to all of `own`. How many."""
    actors = cast(found)
    real = [start(found, actors, n + 1) for n in range(min(BASE, tasks))]
    multiply(found, real, tasks // len(real) - 1, roles)
    multiply(found, [], 1, own)
    with found.session() as session, transaction(session):
        account = session.scalars(sa.select(Account).where(Account.username == "ppk")).one()
        place = {"opd": "Kota", "decree": "SK/50", "begins": BEGINS}
        session.add_all(Appointment(person_id=account.person_id, role_key=role, **place) for role in own)
    with found.session() as session:
        return session.scalar(sa.select(sa.func.count()).where(WorkItem.status == "open")) or 0


def page(visitor: Visitor) -> None:
    """The inbox, read."""
    assert visitor.get("/").status_code == 200
