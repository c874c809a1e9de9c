"""Whether a case can be finished with the people that it has, although some lanes are kept apart."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import library, people
from engine.model import Appointment, Decision, DutyException, DutyPair, Instance, Person, Staffing, WorkItem

ENOUGH = 12  # candidates of a lane that are tried: no lane is kept apart from as many others
Pairs = Set[tuple[str, str]]


@dataclass(frozen=True)
class Seat:
    """A lane of a case that has work: its role, who may work there, who was named for it, who has worked there."""

    lane: str
    role: str | None
    people: tuple[Person, ...]
    named: tuple[Staffing, ...]
    worked: frozenset[str]  # ids


@dataclass(frozen=True)
class Gap:
    """A lane that nobody can work in, and the lanes that keep its people away; none: it has no people."""

    lane: str
    others: tuple[str, ...]


def seats(session: Session, instance: Instance) -> list[Seat]:
    """The lanes of a case that have work, in the order of its model and of what that calls."""
    rows = session.scalars(sa.select(Staffing).where(Staffing.instance_id == instance.id).order_by(Staffing.begins))
    named, worked = list(rows), _worked(session, instance)
    found = []
    for lane, key in lanes(session, instance).items():
        role, pool = people.place(session, instance, key, lane)
        who = tuple(people.named(session, pool)) if pool else ()
        mine = tuple(one for one in named if one.lane == lane)
        found.append(Seat(lane, role, who, mine, frozenset(worked.get(lane, ()))))
    return found


def lanes(session: Session, instance: Instance) -> dict[str, str]:
    """The lanes that have work, each with the first process that has it: the case's own, then those that it calls by
    name. A lane's name means the same people throughout a case."""
    process, found = library.of(session, instance)
    calls, home = [process], dict[str, str]()
    for one in calls:
        called = (found.processes.get(node.called or "") for node in one.nodes.values())
        calls += [other for other in called if other is not None and other not in calls]
        busy = {node.lane for node in one.nodes.values() if node.is_work_item}
        home |= {lane: one.key for lane in one.lanes if lane in busy and lane not in home}
    return home


def pairs(session: Session, instance: Instance) -> list[DutyPair]:
    """The pairs of lanes that are kept apart today in a case's process and in those that it calls."""
    keys = {instance.key, *lanes(session, instance).values()}
    return [pair for key in sorted(keys) for pair in people.pairs(session, key)]


def officials(session: Session) -> list[Person]:
    """Whom a lane can be given to: everybody who holds an office today."""
    query = sa.select(Person).join(Appointment, Appointment.person_id == Person.id).where(people.valid(Appointment))
    return list(session.scalars(query.order_by(Person.name, Person.id).distinct(), {"day": people.today()}))


def rival(session: Session, row: Staffing, but: str = "") -> Staffing | None:
    """A naming in the days of another that would let two firms read each other: of somebody else from outside, for the
    same lane of the case, whom no letter (the contract) ties to its person. One person may be left out."""
    if not people.is_outside(people.actor(session, row.person_id)):
        return None
    last, last_of_row = sa.func.coalesce(Staffing.ends, date.max), row.ends or date.max
    query = sa.select(Staffing).where(Staffing.instance_id == row.instance_id, Staffing.lane == row.lane)
    query = query.where(Staffing.begins <= last_of_row, last >= row.begins, last >= Staffing.begins)
    rows = list(session.scalars(query.order_by(Staffing.begins, Staffing.id)))
    mine = {row.letter, *(one.letter for one in rows if one.person_id == row.person_id)}
    tied = {row.person_id, but, *(one.person_id for one in rows if one.letter in mine)}
    others = (one for one in rows if one.person_id not in tied)
    return next((one for one in others if people.is_outside(people.actor(session, one.person_id))), None)


def gaps(session: Session, instance: Instance, found: list[Seat]) -> list[Gap]:
    """The lanes that stay empty; none: with these people the case can be finished."""
    busy = {seat.lane for seat in found}
    strict = {(pair.one, pair.other) for pair in pairs(session, instance) if pair.strict}
    apart = {pair for pair in strict | {(b, a) for a, b in strict} if busy.issuperset(pair)}
    given = sa.select(DutyException.person_id, DutyException.lane).where(
        DutyException.instance_id == instance.id, DutyException.status == Decision.GIVEN
    )
    lifted = {(person, lane) for person, lane in session.execute(given)}
    candidates = {seat.lane: [person.id for person in seat.people] for seat in found}
    return unfilled(candidates, {seat.lane: seat.worked for seat in found}, apart, lifted)


def unfilled(
    candidates: Mapping[str, list[str]], worked: Mapping[str, Set[str]], apart: Pairs, lifted: Pairs
) -> list[Gap]:
    """The lanes that stay empty when one after the other gets one of its candidates, nobody in two lanes that are kept
    `apart` (each pair both ways); `lifted` are the (person, lane) that no pair binds."""
    others = {lane: {other for one, other in apart if one == lane} for lane in candidates}
    free = {
        lane: [p for p in found if all(p not in worked[o] or {(p, lane), (p, o)} & lifted for o in others[lane])]
        for lane, found in candidates.items()
    }
    filled: list[str] = []
    empty = []
    for lane in candidates:
        if _fills([*filled, lane], {one: free[one][:ENOUGH] for one in free}, apart, lifted):
            filled.append(lane)
        else:
            empty.append(Gap(lane, tuple(sorted(others[lane])) if candidates[lane] else ()))
    return empty


def _fills(lanes: list[str], free: Mapping[str, list[str]], apart: Pairs, lifted: Pairs) -> bool:
    """Whether each of these lanes can get one of those who are free for it; the hardest lane first."""
    if not lanes:
        return True
    if _are_too_few(lanes, free, apart, lifted):
        return False
    lane = min(lanes, key=lambda one: len(free[one]))
    rest = [one for one in lanes if one != lane]
    for person in free[lane]:
        barred = {one for one in rest if (lane, one) in apart and not {(person, lane), (person, one)} & lifted}
        left = {one: [p for p in free[one] if p != person or one not in barred] for one in rest}
        if _fills(rest, left, apart, lifted):
            return True
    return False


def _are_too_few(lanes: list[str], free: Mapping[str, list[str]], apart: Pairs, lifted: Pairs) -> bool:
    """Whether some lanes that are all kept apart from each other have fewer people than they are: nobody need be
    tried. Whom an exception lets work in two of them counts twice."""
    each: list[str] = []
    for lane in sorted(lanes, key=lambda one: len(free[one])):
        if all((lane, other) in apart for other in each):
            each.append(lane)
        found = {p for one in each for p in free[one]}
        if len(found) + sum((p, one) in lifted for p in found for one in each) < len(each):
            return True
    return False


def _worked(session: Session, instance: Instance) -> dict[str, set[str]]:
    """Who has completed work in each lane of a case, themselves or through somebody in their stead."""
    query = sa.select(WorkItem.lane, WorkItem.closed_by, WorkItem.closed_for)
    query = query.where(WorkItem.instance_id == instance.id, WorkItem.closed_by.is_not(None))
    found: dict[str, set[str]] = {}
    for lane, by, stead in session.execute(query):
        found.setdefault(lane or "", set()).update(one for one in (by, stead) if one)
    return found
