"""Databases to measure on: a small model of one lane, or the seed SOP with its cast; and very many open tasks."""

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import postgres
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import cases, clock, database, deployments, documents, library, people, tasks
from engine.database import Database
from engine.demo import answers
from engine.demo import cast as casting
from engine.demo.fill import KEY, publish
from engine.demo.plans import Plan
from engine.model import Account, Base, Counter, Instance, LaneRole, Role, Subscription, Timer, WorkItem
from engine.people import OPERATOR, Actor
from engine.transaction import transaction

SHELL = Actor("system", "bench", frozenset({OPERATOR, "ppk"}), frozenset())
PLAN = Plan("Antrean Puskesmas", "Dinas Kesehatan", 11)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n"
AGO = timedelta(days=30)
MARKED: dict[type[Base], tuple[str, ...]] = {  # what a copy has of its own
    Instance: ("id", "number"),
    WorkItem: ("id", "instance_id"),
    Timer: ("id", "instance_id", "work_item_id"),
    Subscription: ("instance_id",),
}


servers: list[postgres.Server] = []  # the one to measure on; none: SQLite


@contextmanager
def fresh() -> Iterator[Database]:
    """A data folder of the newest schema."""
    with tempfile.TemporaryDirectory() as folder, address() as url:
        found = database.attach(Path(folder), url)
        database.upgrade(found)
        yield found
        found.engine.dispose()


@contextmanager
def address() -> Iterator[str | None]:
    """A new database on the server, if there is one."""
    if not servers:
        yield None
        return
    name = servers[0].create()
    yield servers[0].address(name)
    servers[0].drop(name)


@contextmanager
def one_lane(content: bytes) -> Iterator[Database]:
    """With one process `p` whose lane L is the PPK's."""
    with fresh() as found:
        with found.session() as session, transaction(session):
            deployments.deploy(session, {"b.bpmn": content}, "system")
            session.add(Role(key="ppk", name="PPK"))
            session.flush()
            session.add(LaneRole(key="p", lane="L", role_key="ppk", begins=casting.BEGINS))
        yield found


@contextmanager
def seeded() -> Iterator[Database]:
    """With the seed SOP deployed some time ago, and the cast that can sign in."""
    with fresh() as found:
        with found.session() as session, clock.stopped(clock.business() - AGO), transaction(session):
            hired = casting.hire(session)
            publish(session)
        casting.write_accounts(found.folder / "demo-accounts.json", hired)
        yield found


def cast(found: Database) -> dict[str, Actor]:
    """Who works in each role."""
    with found.session() as session:
        accounts = list(session.scalars(sa.select(Account).order_by(Account.username.desc())))
        actors = [people.actor(session, account.person_id) for account in accounts]
    return {role: actor for actor in actors for role in actor.roles}


def start(found: Database, actors: dict[str, Actor], number: int) -> str:
    """Start a case of the SOP."""
    with found.session() as session, transaction(session):
        data = answers.start(PLAN, number, people.today())
        return cases.start(session, KEY, actors["ppk"], data, typed=True).id


def upload(found: Database, session: Session, item: WorkItem, who: Actor) -> None:
    """Upload what a step requires."""
    node = library.node(session, session.get_one(Instance, item.instance_id), item.element)
    for requirement in node.requirements:
        if requirement.upload:
            kept = documents.keep(found.store, "a.pdf", io.BytesIO(PDF))
            with transaction(session):
                documents.add(session, item.id, who, requirement.name, kept)


def finish(found: Database, actors: dict[str, Actor], case: str, number: int) -> int:
    """Complete every step of a case of the SOP, with its documents. How many."""
    steps = 0
    with found.session() as session:
        while items := cases.open_items(session, [case])[case]:
            item = items[0]
            who = actors[item.role or ""]
            upload(found, session, item, who)
            data = answers.step(item.element, item.round, PLAN, number, people.today())
            with transaction(session):
                tasks.complete(session, item.id, who, data, typed=True)
            steps += 1
    return steps


def commit(session: Session) -> None:
    """An empty fsynced commit: one row raised."""
    with transaction(session):
        counter = session.get(Counter, ("BENCH", 1)) or Counter(prefix="BENCH", year=1, last=0)
        counter.last += 1
        session.add(counter)


def multiply(found: Database, cases_: list[str], times: int, roles: list[str], first: int = 1) -> None:
    """Copy open cases with their work items and timers `times` times; the copies' work items go round the roles."""
    count = sa.select(sa.literal(first).label("n")).cte("count", recursive=True)
    count = count.union_all(sa.select(count.c.n + 1).where(count.c.n < first + times - 1))
    with found.session() as session, transaction(session):
        known = set(session.scalars(sa.select(Role.key)))
        session.add_all(Role(key=role, name=role) for role in roles if role not in known)
        _cache(session, 500_000)
        for kind in MARKED if times > 0 else ():
            _copy(session, kind, cases_, count, roles)
        _cache(session, 2_000)
    if found.engine.dialect.name == "postgresql":  # where it happens by itself
        with found.engine.begin() as connection:
            connection.execute(sa.text("ANALYZE"))


def _cache(session: Session, kilobytes: int) -> None:
    """Let SQLite fill its indexes in memory; 2 000 is what it has by itself."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql(f"PRAGMA cache_size=-{kilobytes}")


def _copy(session: Session, kind: type[Base], cases_: list[str], count: sa.CTE, roles: list[str]) -> None:
    table = kind.__table__
    mark = sa.literal("-") + sa.cast(count.c.n, sa.String)
    turn = sa.case(*((count.c.n % len(roles) == index, role) for index, role in enumerate(roles)))
    copied = {name: table.c[name] + mark for name in MARKED[kind]} | {"role": turn, "pool": turn}
    owner = table.c.id if kind is Instance else table.c.instance_id
    columns = [copied.get(column.key, column).label(column.key) for column in table.c]
    query = sa.select(*columns).select_from(table.join(count, sa.true())).where(owner.in_(cases_))
    session.execute(sa.insert(table).from_select([column.key for column in table.c], query))
