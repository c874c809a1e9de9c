"""Who may see and do what, as an SQL filter and as a check."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import history
from engine.errors import AlreadyDone, Conflict, NotAllowed
from engine.model import Instance, ItemStatus, Staffing, Status, WorkItem
from engine.people.actors import (
    BUDGET_OWNER,
    HOUSE,
    ZONE,
    Actor,
    actor,
    lasts,
    names,
    today,
)
from engine.people.reading import known_names, sight

NOBODY = "sistem"  # what the program did


def may_work(who: Actor, item: WorkItem) -> bool:
    """Whether a work item is in one of this person's pools: of a role, or of a case that names them. In no pool, only
    the operator sees it."""
    return item.pool in who.pools


def must_work(who: Actor, item: WorkItem) -> None:
    """Raises NotAllowed unless may_work."""
    if not may_work(who, item):
        raise NotAllowed("Tugas ini bukan untuk peran Anda.")


def standing(who: Actor, item: WorkItem) -> set[str]:
    """The people who count as working on an item when somebody does: themselves, and in whose stead they do it."""
    return {who.id, *(one.person for one in who.steads.get(item.pool or "", ()) if one.person)}


def told(who: Actor, item: WorkItem) -> dict[str, Any]:
    """In whose stead a person works on an item, as an event tells it; nothing if it is theirs."""
    stead = who.stead(item.pool)
    return {"stead": stead.told()} if stead else {}


def must_be_free(session: Session, who: Actor, item: WorkItem) -> None:
    """Raises Conflict, which says who holds the work item since when, if that is somebody else who may still work on
    it: who lost the right holds nothing."""
    if item.holder not in (None, who.id) and may_work(actor(session, item.holder), item):
        holder = deed(session, who, item.instance, item.holder, item.held_since or item.opened_at)
        raise Conflict("Tugas ini sedang dipegang oleh {who} sejak pukul {at}.", **holder)


def must_be_open(session: Session, who: Actor, item: WorkItem) -> None:
    """Raises AlreadyDone, which says who closed the work item and when, unless it is open."""
    if item.status == ItemStatus.COMPLETED:
        raise AlreadyDone(**deed(session, who, item.instance, item.closed_by or "", item.closed_at or item.opened_at))
    if item.status != ItemStatus.OPEN:
        event = history.closing(session, item.instance_id, item.id)
        closed = deed(session, who, item.instance, event.actor, event.at)
        raise AlreadyDone("Tugas ini ditutup oleh {who} pukul {at}.", **closed)


def must_run(session: Session, who: Actor, instance: Instance) -> None:
    """Raises AlreadyDone, which says who ended the case and when, unless it is running."""
    if instance.status == Status.RUNNING:
        return
    event = history.ending(session, instance.id)
    ended = deed(session, who, instance, event.actor, event.at)
    if instance.status == Status.CANCELLED:
        raise AlreadyDone("Berkas ini dibatalkan oleh {who} pukul {at}.", **ended)
    raise AlreadyDone("Berkas ini diselesaikan oleh {who} pukul {at}.", **ended)


def deed(session: Session, who: Actor, instance: Instance, person: str, at: datetime) -> dict[str, str]:
    """Who did something in a case, as `who` may know them, and when: what fills the sentence of a refusal."""
    known = known_names(session, sight(session, who, instance), {person} - {""})
    return {"who": known.get(person, NOBODY), "at": _moment(at)}


def house_deed(session: Session, person: str, at: datetime) -> dict[str, str]:
    """Who did something to what the house keeps (models, calendars, incidents), and when: only the house is told."""
    return {"who": names(session, {person}).get(person, NOBODY), "at": _moment(at)}


def visible(who: Actor) -> sa.ColumnElement[bool]:
    """The instances that a person may see: all, for the house and the PA; else those that they have a part in."""
    return sa.true() if who.has(*HOUSE, BUDGET_OWNER) else involved(who)


def involved(who: Actor) -> sa.ColumnElement[bool]:
    """The instances that a person has a part in, whatever else they may see: what they began, what their roles or those
    of whom they are aides work in, and what names them now."""
    pools = WorkItem.pool.in_(who.roles.union(who.aided))
    theirs = sa.exists().where(WorkItem.instance_id == Instance.id, pools).correlate(Instance)
    acting = Staffing.pool.in_([one for one in who.steads if one.startswith("=")])
    mine = sa.or_(Staffing.person_id == who.id, acting)
    named = sa.exists().where(Staffing.instance_id == Instance.id, lasts(Staffing), mine)
    return sa.or_(Instance.started_by == who.id, theirs, named.correlate(Instance))


def must_see(session: Session, who: Actor, instance: Instance) -> None:
    """Raises NotAllowed unless this person may see this instance."""
    if session.scalar(sa.select(sa.exists().where(Instance.id == instance.id, visible(who)))):
        return
    raise NotAllowed("Anda tidak berwenang melihat berkas ini.")


def must_have(who: Actor, *roles: str) -> None:
    """Raises NotAllowed unless the person has one of these roles."""
    if not who.has(*roles):
        raise NotAllowed()


def _moment(at: datetime) -> str:
    """A time of today, or with its day."""
    local = at.astimezone(ZONE)
    return f"{local:%H.%M}" if local.date() == today() else f"{local:%H.%M, %d-%m-%Y}"
