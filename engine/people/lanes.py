"""Which role works in which lane, by date; who may start what; and whose inbox a work item opens in."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import table
from engine.definition import Definition
from engine.errors import NotAllowed
from engine.model import Instance, LaneRole, Staffing, StartRight, WorkItem
from engine.people.actors import OPERATOR, Actor, today, valid

_lane, _start, _named = table.of(LaneRole).c, table.of(StartRight).c, table.of(Staffing).c
LANES = sa.select(_lane.lane, _lane.role_key).order_by(_lane.id)
LANES = LANES.where(_lane.key == sa.bindparam("key"), valid(LaneRole))
STARTERS = sa.select(_start.role_key).where(_start.key == sa.bindparam("key"), valid(StartRight))


def _on(day: str) -> sa.ScalarSelect[str]:
    """The role of a lane on a day."""
    found = table.of(LaneRole).alias().c
    when = sa.bindparam(day, type_=sa.Date)
    query = sa.select(found.role_key).where(found.key == sa.bindparam("of"), found.lane == sa.bindparam("where"))
    query = query.where(found.begins <= when, sa.or_(found.ends.is_(None), found.ends >= when))
    return query.order_by(found.id.desc()).limit(1).scalar_subquery()


NAMED = sa.select(_named.pool).where(_named.instance_id == sa.bindparam("case"), _named.lane == sa.bindparam("where"))
ROLE = sa.func.coalesce(_on("began"), _on("day"))
POOL = sa.func.coalesce(NAMED.limit(1).scalar_subquery(), ROLE)
PLACE = sa.select(ROLE, POOL)
_item = table.of(WorkItem)
OPEN = sa.insert(_item).values(role=ROLE, pool=POOL).returning(_item.c.role, _item.c.pool)


def lane_roles(session: Session, key: str) -> dict[str, str]:
    """Which role works in each lane of a process today."""
    return dict(session.execute(LANES, {"key": key, "day": today()}).all())


def start_roles(session: Session, key: str) -> frozenset[str]:
    """The roles that may start a process today."""
    return frozenset(session.scalars(STARTERS, {"key": key, "day": today()}))


def startable(session: Session, who: Actor) -> frozenset[str] | None:
    """The keys of the processes that somebody may start; None: every one."""
    if who.has(OPERATOR):
        return None
    query = sa.select(StartRight.key).where(StartRight.role_key.in_(who.roles), valid(StartRight))
    return frozenset(session.scalars(query, {"day": today()}))


def must_start(session: Session, who: Actor, key: str) -> None:
    """Raises NotAllowed unless this person may start this process."""
    allowed = startable(session, who)
    if allowed is not None and key not in allowed:
        raise NotAllowed("Anda tidak berwenang memulai berkas ini.")


def open_item(session: Session, instance: Instance, process: Definition, item: WorkItem) -> None:
    """Write a new work item, with the role of its lane and its pool: the people that the case names, else the role.

    The role is what was in force when the case began, so that it keeps its people when the law gives their work to
    others; for a lane that had none then, what is in force today. A model without lanes gives its work items to the
    role that may start it.
    """
    if not process.lanes:
        item.role = item.pool = min(start_roles(session, process.key), default=None)
        table.insert(session, [item])
        return
    item.role, item.pool = session.execute(OPEN, table.values(item) | _about(instance, process.key, item.lane)).one()


def place(session: Session, instance: Instance, key: str, lane: str | None) -> tuple[str | None, str | None]:
    """The role and the pool that a work item would get now in a lane of the process `key`; in one without lanes, of
    who may start it."""
    if lane is None:
        starter = min(start_roles(session, key), default=None)
        return starter, starter
    role, pool = session.execute(PLACE, _about(instance, key, lane)).one()
    return role, pool


def _about(instance: Instance, key: str, lane: str | None) -> dict[str, Any]:
    return {
        "of": key,
        "where": lane or "",
        "case": instance.id,
        "began": today(instance.started_at),
        "day": today(),
    }
