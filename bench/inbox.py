"""The inbox page, however many tasks are open: of others, and of a person in 50 roles (milliseconds, CPU and wall)."""

from collections.abc import Iterator

import sqlalchemy as sa
from browsing import Visitor

from bench.figures import Cost, Row, Size, median
from bench.folder import cast, multiply, seeded, start
from engine.database import Database
from engine.demo.cast import BEGINS
from engine.model import Account, Appointment, WorkItem
from engine.transaction import transaction

BASE, ROLES = 20, [f"peran{number}" for number in range(50)]


def measure(size: Size) -> Iterator[Row]:
    """Two people of one city: one has 20 of its open tasks, the other, in 50 roles, all the rest."""
    first: dict[str, Cost] = {}
    for tasks in size.tasks:
        with seeded() as found:
            open_ = fill(found, tasks)
            for whose, username in (("20 of them mine", "ppk"), ("in my 50 roles", "pptk")):
                visitor = Visitor(found, username)
                cost = median(3 * size.rounds, lambda visitor=visitor: page(visitor))
                first.setdefault(whose, cost)
                yield f"{open_} open, {whose}: milliseconds", (cost.cpu * 1e3, cost.wall * 1e3), ""
                yield f"... / with {size.tasks[0]}", cost / first[whose], "<= 1.5 at 1 000 000"


def fill(found: Database, tasks: int) -> int:
    """So many open tasks: a few of the PPK, the others in the 50 roles of the PPTK. How many."""
    actors = cast(found)
    real = [start(found, actors, n + 1) for n in range(min(BASE, tasks))]
    multiply(found, real, tasks // len(real) - 1, ROLES)
    with found.session() as session, transaction(session):
        account = session.scalars(sa.select(Account).where(Account.username == "pptk")).one()
        place = {"opd": "Kota", "decree": "SK/50", "begins": BEGINS}
        session.add_all(Appointment(person_id=account.person_id, role_key=role, **place) for role in ROLES)
    with found.session() as session:
        return session.scalar(sa.select(sa.func.count()).where(WorkItem.status == "open")) or 0


def page(visitor: Visitor) -> None:
    """The inbox, read."""
    assert visitor.get("/").status_code == 200
