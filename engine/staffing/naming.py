"""Naming people for the lanes of a case, and the work items that then reach them."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import accounts, history, instances, people
from engine.errors import NotAllowed, NotFound
from engine.model import Account, Instance, ItemStatus, Kind, Person, Staffing, Status, WorkItem
from engine.people import BUDGET_OWNER, OPERATOR, ZONE, Actor
from engine.staffing import checking
from engine.typed import Reader, Typed

AFTER = 90  # days that a vendor's account stays open after its last day, for claims and signatures


def may_staff(session: Session, who: Actor, instance: Instance) -> bool:
    """Whether somebody may name people for a case: who may start one like it, the PA, the operator."""
    return who.has(BUDGET_OWNER, OPERATOR, *people.start_roles(session, instance.key))


def must_staff(session: Session, who: Actor, instance: Instance) -> None:
    """Raises NotAllowed unless may_staff, and for who may not see the case."""
    people.must_see(session, who, instance)
    if not may_staff(session, who, instance):
        raise NotAllowed("Anda tidak berwenang menetapkan orang pada berkas ini.")


def name(session: Session, instance_id: str, who: Actor, typed: Typed, request: str | None = None) -> Staffing:
    """Name a person for a lane: from then on its work items reach those who are named, and nobody else.

    Raises NotAllowed, NotFound, AlreadyDone for a case that is over, BadForm.
    """
    instance = _case(session, instance_id, who)
    if event := history.answered(session, request, Kind.STAFFING_SET, who.id, instance=instance.id):
        return session.get_one(Staffing, event.body["staffing"])
    people.must_run(session, instance)
    read = Reader(typed)
    person = session.get(Person, read.text("person"))
    if person is None:
        read.wrong("person", "Pilih orang dari daftar.")
    return _name(session, instance, who, read, person, request)


def name_vendor(session: Session, instance_id: str, who: Actor, typed: Typed, request: str | None = None) -> Account:
    """A new person from outside, who has an account for this case alone, until some days after its last day; the
    operator gives them their one-time link. Raises as `name` does."""
    instance = _case(session, instance_id, who)
    if event := history.answered(session, request, Kind.STAFFING_SET, who.id, instance=instance.id):
        row = session.get_one(Staffing, event.body["staffing"])
        return session.scalars(sa.select(Account).where(Account.person_id == row.person_id)).one()
    people.must_run(session, instance)
    read = Reader(typed)
    full = read.text("name", "Tuliskan namanya.")
    last = read.day("ends")
    read.check()
    assert last is not None
    person = Person(name=full)
    session.add(person)
    session.flush()
    closes = datetime.combine(last + timedelta(days=AFTER), time.max, ZONE)
    account = accounts.open_for(session, person, typed.get("username", ""), who.id, closes)
    _name(session, instance, who, read, person, request)
    return account


def end(session: Session, staffing_id: str, who: Actor, request: str | None = None) -> Staffing:
    """A named person works in the lane no more, from today on. Raises NotAllowed, NotFound, AlreadyDone."""
    row = session.get(Staffing, staffing_id)
    if row is None:
        raise NotFound()
    instance = _case(session, row.instance_id, who)
    if history.answered(session, request, Kind.STAFFING_ENDED, who.id, staffing=row.id):
        return row
    people.must_run(session, instance)
    session.refresh(row)
    row.ends = people.today() - timedelta(days=1)
    session.flush()
    body = {"staffing": row.id, "lane": row.lane, "person": row.person_id, "ends": row.ends.isoformat()}
    tell(session, instance, Kind.STAFFING_ENDED, who.id, body, row.lane, request)
    return row


def replace(session: Session, staffing_id: str, old: str, new: str, letter: str, by: str) -> bool:
    """Name another person where one is named now, from today on; False if they are so no more. Raises NotAllowed where
    duties are kept apart."""
    row = session.get(Staffing, staffing_id)
    if row is None or row.person_id != old or _over(row.ends):
        return False
    instance = instances.locked(session, row.instance_id)
    if instance.status != Status.RUNNING:
        return False
    people.must_be_apart(session, instance, row.lane, [new])
    ends, row.ends = row.ends, people.today() - timedelta(days=1)
    body = {"staffing": row.id, "lane": row.lane, "person": old, "ends": row.ends.isoformat()}
    tell(session, instance, Kind.STAFFING_ENDED, by, body, row.lane, None)
    place = {"lane": row.lane, "role_key": row.role_key, "pool": row.pool, "letter": letter}
    _add(session, instance, by, Staffing(person_id=new, begins=people.today(), ends=ends, **place), None)
    return True


def route(session: Session, item_id: str, by: str) -> bool:
    """Bring an open work item to whom its lane belongs now; False if it is there already. Raises NotFound."""
    item = instances.locked_with(session, item_id)
    if item.status != ItemStatus.OPEN or not (moved := _moved(session, item.instance, [item])):
        return False
    history.append(session, item.instance, Kind.ITEM_ROUTED, by, {"routed": moved}, element=item.element)
    return True


def tell(
    session: Session, instance: Instance, kind: Kind, by: str, body: dict[str, Any], lane: str, request: str | None
) -> None:
    """The event of a naming, and of every open work item of the lane that it moves."""
    items = sa.select(WorkItem).where(WorkItem.instance_id == instance.id, WorkItem.status == ItemStatus.OPEN)
    moved = _moved(session, instance, session.scalars(items.where(WorkItem.lane == lane)))
    history.append(session, instance, kind, by, body | ({"routed": moved} if moved else {}), request=request)


def _case(session: Session, instance_id: str, who: Actor) -> Instance:
    instance = instances.locked(session, instance_id)
    must_staff(session, who, instance)
    return instance


def _name(
    session: Session, instance: Instance, who: Actor, read: Reader, person: Person | None, request: str | None
) -> Staffing:
    """The row and its event, if the person does not work in a lane that is kept apart from it."""
    known = {seat.lane: seat for seat in checking.seats(session, instance)}
    lane = read.choice("lane", known, "Pilih jalur dari daftar.")
    letter, (begins, ends) = read.letter(), read.days()
    if person is not None and lane in known:
        _must_be_apart(session, instance, list(known.values()), lane, person, read)
    read.check()
    assert person is not None
    place: dict[str, Any] = {"lane": lane, "role_key": known[lane].role, "pool": people.pool(instance.id, lane)}
    row = Staffing(person_id=person.id, letter=letter, begins=begins, ends=ends, **place)
    return _add(session, instance, who.id, row, request)


def _add(session: Session, instance: Instance, by: str, row: Staffing, request: str | None) -> Staffing:
    row.instance_id = instance.id
    session.add(row)
    session.flush()
    body = {"staffing": row.id, "lane": row.lane, "person": row.person_id, "letter": row.letter}
    body |= {"begins": row.begins.isoformat()} | ({"ends": row.ends.isoformat()} if row.ends else {})
    tell(session, instance, Kind.STAFFING_SET, by, body, row.lane, request)
    return row


def _must_be_apart(
    session: Session, instance: Instance, known: Iterable[checking.Seat], lane: str, person: Person, read: Reader
) -> None:
    """Nobody is named for a lane who has worked in one that is kept apart from it, or is named for one now."""
    busy = {s.lane for s in known if any(n.person_id == person.id and not _over(n.ends) for n in s.named)}
    text = "{name} bekerja di jalur {other}, yang harus dipisahkan dari jalur ini. {basis}"
    for clash in people.clashes(session, instance, lane, [person.id]):
        if clash.strict:
            read.wrong("person", text, name=person.name, other=clash.lane, basis=clash.basis)
            return
    for pair in people.pairs(session, instance.key):
        other = pair.other if pair.one == lane else pair.one
        if pair.strict and lane in (pair.one, pair.other) and other in busy:
            read.wrong("person", text, name=person.name, other=other, basis=pair.basis)
            return


def _over(last: date | None) -> bool:
    return last is not None and last < people.today()


def _moved(session: Session, instance: Instance, items: Iterable[WorkItem]) -> dict[str, dict[str, str | None]]:
    """Give open work items the role and pool that they would get now. Who holds one and is not among its people any
    more gives it back. What an event tells of those that change."""
    moved: dict[str, dict[str, str | None]] = {}
    for item in items:
        called, _, _ = item.element.rpartition("|")
        role, pool = people.place(session, instance, called or instance.key, item.lane)
        if (role, pool) == (item.role, item.pool):
            continue
        item.role, item.pool = role, pool
        if item.holder and item.holder not in {one.id for one in (people.named(session, pool) if pool else ())}:
            item.holder = item.held_since = item.handed_by = None
        moved[item.id] = {"role": role, "pool": pool, "holder": item.holder}
    session.flush()
    return moved
