"""Separation of duties: pairs of lanes that one person does not both work in, asked of a case's own history.

It is about persons, not accounts or roles, and a denial wins over every grant: who works in somebody's stead counts as
both. Only an exception that a second person gave for this case, this person and one of the two lanes lifts it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.errors import NotAllowed
from engine.model import Decision, DutyException, DutyPair, Instance, Person, WorkItem
from engine.people.actors import Actor, today, valid
from engine.people.rights import must_be_free, standing


@dataclass(frozen=True)
class Clash:
    """A person who worked in a lane of a case, and now would in another that is kept apart from it."""

    person: str  # id
    name: str
    lane: str  # where they worked
    strict: bool
    basis: str


def _clashes() -> sa.Select[str, str, str, bool, str]:
    lane: sa.BindParameter[str] = sa.bindparam("lane")
    other = sa.case((DutyPair.one == lane, DutyPair.other), else_=DutyPair.one)
    done = sa.and_(WorkItem.instance_id == sa.bindparam("instance"), WorkItem.lane == other)
    by = sa.or_(WorkItem.closed_by == Person.id, WorkItem.closed_for == Person.id)
    lifted = sa.exists().where(
        DutyException.instance_id == sa.bindparam("instance"), DutyException.person_id == Person.id,
        DutyException.lane.in_((lane, other)), DutyException.status == Decision.GIVEN,
    )  # fmt: skip
    keys: sa.BindParameter[list[str]] = sa.bindparam("keys", expanding=True)
    pair = sa.and_(DutyPair.key.in_(keys), sa.or_(DutyPair.one == lane, DutyPair.other == lane))
    query = sa.select(Person.id, Person.name, other, DutyPair.strict, DutyPair.basis).select_from(DutyPair)
    query = query.join(WorkItem, done).join(Person, by)
    return query.where(
        pair, valid(DutyPair), Person.id.in_(sa.bindparam("persons", expanding=True)), ~lifted
    ).distinct()


CLASHES = _clashes()


def pairs(session: Session, key: str) -> list[DutyPair]:
    """The pairs of a process that are in force today."""
    query = sa.select(DutyPair).where(DutyPair.key == key, valid(DutyPair)).order_by(DutyPair.one, DutyPair.other)
    return list(session.scalars(query, {"day": today()}))


def clashes(
    session: Session, instance: Instance, lane: str | None, persons: Iterable[str], process: str = ""
) -> list[Clash]:
    """Which of these people have worked in a lane of the case that is kept apart from this one; the strict first. The
    pairs of the case's process hold in it and in all that it calls, the pairs of a called `process` beside them: a
    lane's name means the same people throughout a case."""
    keys = sorted({instance.key, process or instance.key})
    about = {"instance": instance.id, "keys": keys, "lane": lane or "", "persons": sorted(persons)}
    found = [Clash(*row) for row in session.execute(CLASHES, about | {"day": today()})]
    return sorted(found, key=lambda one: (not one.strict, one.name, one.lane))


def must_do(session: Session, who: Actor, item: WorkItem) -> list[Clash]:
    """That somebody who may work on an item may do so now: nobody else holds it, and no other lane bars them. The
    clashes that are only to be told. Raises Conflict, NotAllowed."""
    must_be_free(session, who, item)
    return must_be_apart(session, item, standing(who, item))


def clashes_at(session: Session, item: WorkItem, persons: Iterable[str]) -> list[Clash]:
    """The clashes of these people if they worked on an item."""
    called, _, _ = item.element.rpartition("|")
    return clashes(session, item.instance, item.lane, persons, called)


def must_be_apart(session: Session, item: WorkItem, persons: Iterable[str]) -> list[Clash]:
    """The clashes that are only to be told. Raises NotAllowed for one that is forbidden, naming lane and basis."""
    found = clashes_at(session, item, persons)
    for one in found:
        if one.strict:
            text = "{name} sudah bekerja di jalur {lane} berkas ini; jalur ini harus dikerjakan orang lain. {basis}"
            raise NotAllowed(text, name=one.name, lane=one.lane, basis=one.basis)
    return found
