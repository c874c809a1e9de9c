"""The one module that says who may see and do what, as an SQL filter and as a check."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, history, table
from engine.errors import AlreadyDone, Conflict, NotAllowed
from engine.model import Appointment, Instance, ItemStatus, LaneRole, Person, Role, StartRight, Status, WorkItem

ZONE = ZoneInfo("Asia/Pontianak")
AUDITOR, ANALYST, OPERATOR = "auditor", "analis", "operator"  # roles of the house, not of a lane
BUDGET_OWNER = "pa"  # answers for every case, and may cancel it


def _valid(kind: type[LaneRole] | type[StartRight] | type[Appointment]) -> sa.ColumnElement[bool]:
    """That a row is valid on the `day` that the statement is executed with."""
    day, columns = sa.bindparam("day", type_=sa.Date), table.of(kind).c
    return sa.and_(columns.begins <= day, sa.or_(columns.ends.is_(None), columns.ends >= day))


_lane, _start = table.of(LaneRole).c, table.of(StartRight).c
LANES = sa.select(_lane.lane, _lane.role_key).order_by(_lane.id)
LANES = LANES.where(_lane.key == sa.bindparam("key"), _valid(LaneRole))
STARTERS = sa.select(_start.role_key).where(_start.key == sa.bindparam("key"), _valid(StartRight))


@dataclass(frozen=True)
class Actor:
    """A person with the roles that appointments give on a day."""

    id: str
    name: str
    roles: frozenset[str]
    offices: frozenset[str]

    def has(self, *roles: str) -> bool:
        return bool(self.roles.intersection(roles))


def today(at: datetime | None = None) -> date:
    """The day in Pontianak."""
    return (at or clock.business()).astimezone(ZONE).date()


def actor(session: Session, person_id: str) -> Actor:
    """A person as they may act now. Raises NotAllowed for an unknown one."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotAllowed()
    day = today()
    valid = [a for a in person.appointments if a.begins <= day and (a.ends is None or a.ends >= day)]
    return Actor(person.id, person.name, frozenset(a.role_key for a in valid), frozenset(a.opd for a in valid))


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
    query = sa.select(StartRight.key).where(StartRight.role_key.in_(who.roles), _valid(StartRight))
    return frozenset(session.scalars(query, {"day": today()}))


def must_start(session: Session, who: Actor, key: str) -> None:
    """Raises NotAllowed unless this person may start this process."""
    allowed = startable(session, who)
    if allowed is not None and key not in allowed:
        raise NotAllowed("Anda tidak berwenang memulai berkas ini.")


def may_work(who: Actor, item: WorkItem) -> bool:
    """Whether a work item stands in one of this person's roles; without a role only the operator sees it."""
    return item.role in who.roles


def must_work(who: Actor, item: WorkItem) -> None:
    """Raises NotAllowed unless may_work."""
    if not may_work(who, item):
        raise NotAllowed("Tugas ini bukan untuk peran Anda.")


def must_be_free(session: Session, who: Actor, item: WorkItem) -> None:
    """Raises Conflict, which says who holds the work item since when, if that is somebody else."""
    if item.holder not in (None, who.id):
        holder = deed(session, item.holder, item.held_since or item.opened_at)
        raise Conflict("Tugas ini sedang dipegang oleh {who} sejak pukul {at}.", **holder)


def must_be_open(session: Session, item: WorkItem) -> None:
    """Raises AlreadyDone, which says who closed the work item and when, unless it is open."""
    if item.status == ItemStatus.COMPLETED:
        raise AlreadyDone(**deed(session, item.closed_by or "", item.closed_at or item.opened_at))
    if item.status != ItemStatus.OPEN:
        event = history.closing(session, item.instance_id, item.id)
        raise AlreadyDone("Tugas ini ditutup oleh {who} pukul {at}.", **deed(session, event.actor, event.at))


def must_run(session: Session, instance: Instance) -> None:
    """Raises AlreadyDone, which says who ended the case and when, unless it is running."""
    if instance.status == Status.CANCELLED:
        event = history.ending(session, instance.id)
        raise AlreadyDone("Berkas ini dibatalkan oleh {who} pukul {at}.", **deed(session, event.actor, event.at))
    if instance.status != Status.RUNNING:
        event = history.ending(session, instance.id)
        raise AlreadyDone("Berkas ini diselesaikan oleh {who} pukul {at}.", **deed(session, event.actor, event.at))


def deed(session: Session, person: str, at: datetime) -> dict[str, str]:
    """Who did something, and when: what fills the sentence of a refusal."""
    return {"who": names(session, {person}).get(person, "sistem"), "at": _moment(at)}


def visible(who: Actor) -> sa.ColumnElement[bool]:
    """The instances that a person may see: all, for the house and the PA; else what their roles work in or began."""
    if who.has(AUDITOR, OPERATOR, ANALYST, BUDGET_OWNER):
        return sa.true()
    theirs = sa.exists().where(WorkItem.instance_id == Instance.id, WorkItem.role.in_(who.roles))
    return sa.or_(Instance.started_by == who.id, theirs.correlate(Instance))


def must_see(session: Session, who: Actor, instance: Instance) -> None:
    """Raises NotAllowed unless this person may see this instance."""
    if session.scalar(sa.select(sa.exists().where(Instance.id == instance.id, visible(who)))):
        return
    raise NotAllowed("Anda tidak berwenang melihat berkas ini.")


def must_have(who: Actor, *roles: str) -> None:
    """Raises NotAllowed unless the person has one of these roles."""
    if not who.has(*roles):
        raise NotAllowed()


def names(session: Session, ids: set[str]) -> dict[str, str]:
    """The names of people, by id."""
    return dict(session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids))).all())


def role_names(session: Session) -> dict[str, str]:
    """The names of the roles, by key."""
    return dict(session.execute(sa.select(Role.key, Role.name)).all())


def may_read_personal(who: Actor) -> bool:
    """Whether somebody sees personal data in the cases they see: auditors and those who work in them."""
    return who.has(AUDITOR) or not who.has(ANALYST, OPERATOR)


def colleagues(session: Session, role: str) -> list[Person]:
    """The people who hold a role today."""
    query = sa.select(Person).join(Appointment).where(Appointment.role_key == role, _valid(Appointment))
    return list(session.scalars(query.order_by(Person.name).distinct(), {"day": today()}))


def _moment(at: datetime) -> str:
    """A time of today, or with its day."""
    local = at.astimezone(ZONE)
    return f"{local:%H:%M}" if local.date() == today() else f"{local:%H:%M, %d-%m-%Y}"
