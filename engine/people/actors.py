"""Who acts: a person with what they may do today, by appointment, in somebody's stead, or named for one case."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, table
from engine.errors import NotAllowed
from engine.model import Aide, Appointment, Base, Instance, Person, Role, Staffing, Status, Substitution

ZONE = ZoneInfo("Asia/Pontianak")
AUDITOR, ANALYST, OPERATOR = "auditor", "analis", "operator"  # roles of the house, not of a lane
BUDGET_OWNER = "pa"  # answers for every case, and may cancel it
HOUSE = (AUDITOR, ANALYST, OPERATOR)
OUTSIDE = frozenset({"penyedia"})  # roles that make nobody an official


@dataclass(frozen=True)
class Stead:
    """In whose stead somebody acts, and by which letter; `person` is None for a vacant post (Plt.)."""

    person: str | None
    kind: str
    letter: str

    def told(self) -> dict[str, str | None]:
        """As an event tells it."""
        return {"person": self.person, "kind": self.kind, "letter": self.letter}


@dataclass(frozen=True)
class Actor:
    """A person with the roles of a day. `staffed` are the pools of running cases that name them; `steads` the pools
    that are theirs only in the stead of another; `aided` those that they prepare and never complete, and for whom."""

    id: str
    name: str
    roles: frozenset[str]
    offices: frozenset[str]
    staffed: frozenset[str] = frozenset()
    steads: dict[str, tuple[Stead, ...]] = field(default_factory=dict, hash=False)
    aided: dict[str, frozenset[str]] = field(default_factory=dict, hash=False)

    def has(self, *roles: str) -> bool:
        return bool(self.roles.intersection(roles))

    @property
    def pools(self) -> frozenset[str]:
        """Whose work items these are: of each role, and of each lane of a case that names this person."""
        return self.roles | self.staffed

    @property
    def persons(self) -> frozenset[str]:
        """Themselves, and everybody in whose stead they act."""
        return frozenset({self.id, *(one.person for found in self.steads.values() for one in found if one.person)})

    def stead(self, pool_: str | None) -> Stead | None:
        """In whose stead they work in a pool, as an event tells it; of several letters always the same."""
        return next(iter(self.steads.get(pool_ or "", ())), None)


def valid(kind: type[Base], columns: Any = None) -> sa.ColumnElement[bool]:
    """That a row is valid on the `day` that the statement is executed with."""
    day, found = sa.bindparam("day", type_=sa.Date), columns if columns is not None else table.of(kind).c
    return sa.and_(found.begins <= day, sa.or_(found.ends.is_(None), found.ends >= day))


def lasts(kind: type[Base]) -> sa.ColumnElement[bool]:
    """That a row has not ended before today."""
    ends = table.of(kind).c.ends
    return sa.or_(ends.is_(None), ends >= today())


def pool(instance_id: str, lane: str) -> str:
    """The pool of a lane of one case that names its people; a role's pool is its key."""
    return f"={instance_id}/{lane}"


def today(at: datetime | None = None) -> date:
    """The day in Pontianak."""
    return (at or clock.business()).astimezone(ZONE).date()


def _asked(sub: Any, role: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Whether a substitution covers a role: the one that it names, or each."""
    return sa.or_(sub.role_key.is_(None), sub.role_key == role)


def _grants() -> sa.CompoundSelect[str, str, str, str, str, str]:
    """All that a person may do on a day, in one statement: what it is ('role', 'pool' or, to prepare only, 'aid'),
    which, in which office (of a pool: by which role); in whose stead, as what, and by which letter. Both acting in
    somebody's stead and preparing for them give what they hold themselves: no chains."""
    me: sa.BindParameter[str] = sa.bindparam("person")
    nothing, nobody = sa.literal(""), sa.null()
    own, sub, name = table.of(Appointment).c, table.of(Substitution).c, table.of(Staffing).c
    runs = sa.exists().where(Instance.id == name.instance_id, Instance.status == Status.RUNNING)
    stead = (sub.for_id, sub.kind, sub.letter)
    mine = sa.and_(sub.person_id == me, valid(Substitution), _official(me))  # only officials act for others
    role, named = sa.literal("role"), sa.literal("pool")
    return sa.union_all(
        sa.select(role, own.role_key, own.opd, nobody, nothing, nothing).where(own.person_id == me, valid(Appointment)),
        sa.select(named, name.pool, name.role_key, nobody, nothing, nothing).where(
            name.person_id == me, valid(Staffing), runs
        ),
        sa.select(role, own.role_key, own.opd, *stead).where(
            mine, own.person_id == sub.for_id, _asked(sub, own.role_key), valid(Appointment)
        ),
        sa.select(role, sub.role_key, sub.opd, *stead).where(mine, sub.for_id.is_(None)),
        sa.select(named, name.pool, name.role_key, *stead).where(
            mine, name.person_id == sub.for_id, _asked(sub, name.role_key), valid(Staffing), runs
        ),
        *_aided(me, runs),
    )


def _aided(me: sa.BindParameter[str], runs: sa.ColumnElement[bool]) -> list[sa.Select[str, str, str, str, str, str]]:
    """The pools that a person prepares, in the columns of `_grants`: offices and namings of officials whose aide they
    are."""
    own, name, aide = table.of(Appointment).c, table.of(Staffing).c, table.of(Aide).c
    mine, aid, nothing = sa.and_(aide.person_id == me, valid(Aide)), sa.literal("aid"), sa.literal("")
    office, official = own.role_key.not_in(OUTSIDE), _official(aide.for_id)
    role = sa.select(aid, own.role_key, nothing, aide.for_id, nothing, nothing)
    named = sa.select(aid, name.pool, nothing, aide.for_id, nothing, nothing)
    return [
        role.where(mine, own.person_id == aide.for_id, office, _asked(aide, own.role_key), valid(Appointment)),
        named.where(mine, official, name.person_id == aide.for_id, _asked(aide, name.role_key), valid(Staffing), runs),
    ]


def _official(person: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """That somebody holds an office on the day: no role of OUTSIDE is one."""
    office = table.of(Appointment).alias().c
    return sa.exists().where(office.person_id == person, office.role_key.not_in(OUTSIDE), valid(Appointment, office))


GRANTS = _grants()


def actor(session: Session, person_id: str) -> Actor:
    """A person as they may act now. Raises NotAllowed for an unknown one."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotAllowed()
    rows = session.execute(GRANTS, {"person": person_id, "day": today()}).all()
    found = [row for row in rows if row[0] != "aid"]
    own = {which for _, which, _, _, kind, _ in found if not kind}
    acted = {(which, of, kind, letter) for _, which, _, of, kind, letter in found if kind and which not in own}
    steads: dict[str, tuple[Stead, ...]] = {}
    for which, *how in sorted(acted, key=lambda one: tuple(part or "" for part in one)):
        steads[which] = (*steads.get(which, ()), Stead(*how))
    roles = frozenset(which for what, which, *_ in found if what == "role")
    pools = frozenset(which for what, which, *_ in found if what == "pool")
    offices = frozenset(office for what, _, office, *_ in found if what == "role" and office)
    aided: dict[str, frozenset[str]] = {}
    for what, which, _, of, *_ in rows:
        if what == "aid":
            aided[which] = aided.get(which, frozenset()) | {of}
    return Actor(person.id, person.name, roles, offices, pools, steads, aided)


def exercised(session: Session, person_id: str) -> frozenset[str]:
    """The roles whose work a person does today: theirs, those they act in, and of each lane that names them or somebody
    in whose stead they act."""
    found = session.execute(GRANTS, {"person": person_id, "day": today()})
    roles = (which if what == "role" else by for what, which, by, *_ in found)
    return frozenset(role for role in roles if role)


def names(session: Session, ids: set[str]) -> dict[str, str]:
    """The names of people, by id."""
    return dict(session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids))).all())


def role_names(session: Session) -> dict[str, str]:
    """The names of the roles, by key."""
    return dict(session.execute(sa.select(Role.key, Role.name).order_by(Role.name)).all())


def colleagues(session: Session, role: str) -> list[Person]:
    """The people who hold a role today."""
    query = sa.select(Person).join(Appointment).where(Appointment.role_key == role, valid(Appointment))
    return list(session.scalars(query.order_by(Person.name).distinct(), {"day": today()}))


def only_named(session: Session, instance_id: str) -> dict[str, str]:
    """The one person that a case names for a role today, by the role; not where it names several."""
    query = sa.select(Staffing.role_key, sa.func.min(Staffing.person_id)).where(Staffing.instance_id == instance_id)
    query = query.where(valid(Staffing), Staffing.role_key.is_not(None)).group_by(Staffing.role_key)
    alone = sa.func.count(Staffing.person_id.distinct()) == 1
    return {role: person for role, person in session.execute(query.having(alone), {"day": today()}) if role}


def reached(session: Session, pool_: str) -> set[str]:
    """The ids of all in whose inbox a pool is today: its people, and who acts in their stead."""
    found = {one.id for one in named(session, pool_)}
    stead = sa.or_(Substitution.for_id.in_(found), Substitution.for_id.is_(None))
    others = sa.select(Substitution.person_id).where(stead, valid(Substitution)).distinct()
    acting = session.scalars(others, {"day": today()})
    return found | {one for one in acting if pool_ in actor(session, one).pools}


def named(session: Session, pool_: str) -> list[Person]:
    """Whose inbox a pool is today: who was named for the case, or who holds the role."""
    if not pool_.startswith("="):
        return colleagues(session, pool_)
    query = sa.select(Person).join(Staffing, Staffing.person_id == Person.id).where(Staffing.pool == pool_)
    return list(session.scalars(query.where(valid(Staffing)).order_by(Person.name).distinct(), {"day": today()}))
