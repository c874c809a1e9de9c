"""What waits in an inbox, how much of it, and what a person has done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import TypeVarTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from engine import clock, people
from engine.model import Instance, ItemStatus, WorkItem
from engine.people import Actor

Columns = TypeVarTuple("Columns")
MOST = 1_000  # work items that are listed or counted
OPEN = WorkItem.status == sa.literal(str(ItemStatus.OPEN), literal_execute=True)  # in the words of the indexes
NEAREST = (WorkItem.due_at.asc().nulls_last(), WorkItem.opened_at, WorkItem.id)


class Only(StrEnum):
    """Which of the open work items of a person's roles an inbox shows."""

    ALL = "all"
    HELD = "held"  #: the person holds them
    HANDED = "handed"  #: somebody gave them to the person
    LATE = "late"
    AIDED = "aided"  #: instead, of those whom the person prepares them for


@dataclass(frozen=True)
class Counts:
    """How many open work items a person's roles have, how many of them the person holds, was given by somebody, and how
    many are late; how many others they prepare. MOST says: so many, or more."""

    all: int
    held: int
    handed: int
    late: int
    aided: int = 0


def inbox(session: Session, who: Actor, search: str = "", only: Only = Only.ALL, most: int = MOST) -> list[WorkItem]:
    """The first open work items of a person's roles, the nearest due date first: with these words in step, number,
    package or OPD."""
    pools = who.pools if only != Only.AIDED else frozenset(who.aided)
    staffed = sorted(one for one in pools if one.startswith("="))
    query = _nearest(tuple(sorted(pools.difference(staffed))), bool(staffed), search, only, most)
    return list(session.scalars(query, {"me": who.id, "now": clock.business(), "staffed": staffed}))


def arrived(session: Session, who: Actor, since: datetime) -> int:
    """How many of the work items that wait for a person, or that they prepare, were opened after a moment; MOST: so
    many, or more."""
    some = _some(_waits_in(who.pools.union(who.aided)), WorkItem.opened_at > since)
    return session.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0


def done_by(who: Actor, search: str = "") -> sa.Select[WorkItem]:
    """The work items that a person completed in cases that they still see, the newest first."""
    mine = WorkItem.closed_by == who.id, WorkItem.instance.has(people.visible(who))
    query = _searched(sa.select(WorkItem).where(*mine), search)
    return query.options(joinedload(WorkItem.instance, innerjoin=True)).order_by(WorkItem.closed_at.desc(), WorkItem.id)


def counts(session: Session, who: Actor) -> Counts:
    """How much waits for a person, in one statement."""
    mine, late = WorkItem.holder == who.id, WorkItem.due_at < clock.business()
    which = ((), (mine,), (mine, WorkItem.handed_by.is_not(None)), (late,))
    some = [_some(_waits_in(who.pools), *also) for also in which]
    some += [_some(_waits_in(who.aided))] if who.aided else []
    numbers = (sa.select(sa.func.count()).select_from(one.subquery()).scalar_subquery() for one in some)
    return Counts(*session.execute(sa.select(*numbers)).one())


@lru_cache(maxsize=256)
def _nearest(roles: tuple[str, ...], staffed: bool, search: str, only: Only, most: int) -> sa.Select[WorkItem]:
    """The first of each role, from an index in this order, and of what names this person, then the first of them: no
    inbox is sorted whole."""
    named = [WorkItem.pool.in_(sa.bindparam("staffed", expanding=True))] if staffed else []
    pools = [*(WorkItem.pool == role for role in roles), *named] or [sa.false()]
    firsts = []
    held = sa.and_(WorkItem.holder == sa.bindparam("me"), sa.or_(*pools))
    for mine in [held] if only in (Only.HELD, Only.HANDED) else pools:
        query = _searched(sa.select(WorkItem.due_at, WorkItem.opened_at, WorkItem.id).where(OPEN, mine), search)
        query = query.where(WorkItem.due_at < sa.bindparam("now")) if only == Only.LATE else query
        query = query.where(WorkItem.handed_by.is_not(None)) if only == Only.HANDED else query
        firsts.append(sa.select(query.order_by(*NEAREST).limit(most).subquery()))
    found = sa.union_all(*firsts).subquery().c
    first = sa.select(found.id).order_by(found.due_at.nulls_last(), found.opened_at, found.id).limit(most)
    items = sa.select(WorkItem).where(WorkItem.id.in_(first)).join(WorkItem.instance)
    return items.options(contains_eager(WorkItem.instance)).order_by(*NEAREST)


def _some(*which: sa.ColumnElement[bool]) -> sa.Select[int]:
    """A row for each work item of these, MOST at most: enough to count them."""
    return sa.select(sa.literal(1)).select_from(WorkItem).where(*which).limit(MOST)


def _waits_in(pools: Iterable[str]) -> sa.ColumnElement[bool]:
    return sa.and_(OPEN, WorkItem.pool.in_(pools))


def _searched(query: sa.Select[*Columns], search: str) -> sa.Select[*Columns]:
    query = query.join(WorkItem.instance) if search.strip() else query
    for word in search.split():
        columns = (WorkItem.name, Instance.number, Instance.title, Instance.opd)
        query = query.where(sa.or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return query
