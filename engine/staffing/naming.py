"""Naming people for the lanes of a case, and the work items that then reach them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import accounts, clock, drafts, history, instances, people
from engine.errors import NotAllowed, NotFound, NotReady
from engine.model import (
    Account,
    Decision,
    DutyException,
    Instance,
    ItemStatus,
    Kind,
    Person,
    Staffing,
    Status,
    WorkItem,
)  # fmt: skip
from engine.people import BUDGET_OWNER, OPERATOR, ZONE, Actor
from engine.staffing import checking
from engine.typed import Reader, Typed

APART = "{name} bekerja di jalur {other}, yang harus dipisahkan dari jalur ini. {basis}"
RIVAL = (
    "Jalur ini pada hari-hari itu juga untuk {name} dengan nomor {letter}, dan dua penyedia akan saling membaca."
    " Mulailah sesudah penetapan itu berakhir; bila keduanya dari satu penyedia, pakai nomor yang sama."
)
PLACE = ("role", "pool", "holder", "handed_by")  # what an event tells of a work item that it moves
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
    about = {"instance": instance.id, "person": typed.get("person", "")}
    if event := history.answered(session, request, Kind.STAFFING_SET, who.id, **about):
        return session.get_one(Staffing, event.body["staffing"])
    people.must_run(session, who, instance)
    read = Reader(typed)
    person = session.get(Person, read.text("person"))
    if person is None or not _may_be_named(session, instance, person):
        read.wrong("person", "Pilih orang dari daftar.")
    elif person.id in who.persons and not who.has(BUDGET_OWNER, OPERATOR):
        read.wrong("person", "Anda tidak dapat menetapkan diri sendiri, atau orang yang Anda gantikan. Minta PA.")
    return _name(session, instance, who, read, person, request)


def name_vendor(session: Session, instance_id: str, who: Actor, typed: Typed, request: str | None = None) -> Account:
    """A new person from outside, who has an account for this case alone, until some days after its last day; the
    operator gives them their one-time link. Raises as `name` does."""
    instance = _case(session, instance_id, who)
    if event := history.answered(session, request, Kind.STAFFING_SET, who.id, instance=instance.id, vendor=True):
        return session.scalars(sa.select(Account).where(Account.person_id == event.body["person"])).one()
    people.must_run(session, who, instance)
    read = Reader(typed)
    full, username = read.text("name", "Tuliskan namanya."), read.text("username")
    last = read.day("ends")
    read.check(later=("lane", "letter", "begins"))
    assert last is not None
    person = Person(name=full)
    session.add(person)
    session.flush()
    closes = datetime.combine(last + timedelta(days=AFTER), time.max, ZONE)
    account = accounts.open_for(session, person, username, who.id, closes)
    _name(session, instance, who, read, person, request, {"vendor": True})
    return account


def end(session: Session, staffing_id: str, who: Actor, request: str | None = None) -> Staffing:
    """A named person works in the lane no more, from today on. Raises NotAllowed, NotFound, NotReady, AlreadyDone."""
    row = session.get(Staffing, staffing_id)
    if row is None:
        raise NotFound()
    instance = _case(session, row.instance_id, who)
    if history.answered(session, request, Kind.STAFFING_ENDED, who.id, staffing=row.id):
        return row
    people.must_run(session, who, instance)
    session.refresh(row)
    if _over(row.ends):
        raise NotReady("Penetapan ini sudah berakhir.")
    _end(session, instance, row, who.id, request)
    return row


def replace(session: Session, staffing_id: str, old: str, new: str, letter: str, by: str) -> bool:
    """Name another person where one is named now, from today on; False if they are so no more. Raises NotAllowed where
    duties are kept apart."""
    row = session.get(Staffing, staffing_id)
    if row is None:
        return False
    instance = instances.locked(session, row.instance_id)
    session.refresh(row)
    if instance.status != Status.RUNNING or row.person_id != old or _over(row.ends):
        return False
    if kept := _kept_apart(session, instance, row.lane, session.get_one(Person, new)):
        raise NotAllowed(APART, **kept)
    place = {"instance_id": instance.id, "lane": row.lane, "role_key": row.role_key, "pool": row.pool, "letter": letter}
    begins = max(people.today(), row.begins)
    heir = Staffing(person_id=new, begins=begins, ends=row.ends, **place)
    if met := _rival(session, heir, old):
        raise NotAllowed(RIVAL, **met)
    _add(session, instance, by, heir)
    _end(session, instance, row, by, heir=new)
    return True


def route(session: Session, item_id: str, by: str) -> bool:
    """Bring an open work item to whom its lane belongs now; False if it is there already. Raises NotFound."""
    item = instances.locked_with(session, item_id)
    if item.status != ItemStatus.OPEN or not (moved := _moved(session, item.instance, [item], by)):
        return False
    place: dict[str, Any] = {"element": item.element, "round": item.round}
    history.append(session, item.instance, Kind.ITEM_ROUTED, by, {"routed": moved}, **place)
    return True


def _end(
    session: Session, instance: Instance, row: Staffing, by: str, request: str | None = None, heir: str | None = None
) -> None:
    row.ends = people.today() - timedelta(days=1)
    session.flush()
    body = {"staffing": row.id, "lane": row.lane, "person": row.person_id, "ends": row.ends.isoformat()}
    _tell(session, instance, Kind.STAFFING_ENDED, by, body, row.lane, request, heir)


def _tell(
    session: Session,
    instance: Instance,
    kind: Kind,
    by: str,
    body: dict[str, Any],
    lane: str,
    request: str | None,
    heir: str | None = None,
) -> None:
    """The event of a naming, and of every open work item of the lane that it moves."""
    items = sa.select(WorkItem).where(WorkItem.instance_id == instance.id, WorkItem.status == ItemStatus.OPEN)
    moved = _moved(session, instance, session.scalars(items.where(WorkItem.lane == lane)), by, heir)
    history.append(session, instance, kind, by, body | ({"routed": moved} if moved else {}), request=request)


def _case(session: Session, instance_id: str, who: Actor) -> Instance:
    instance = instances.locked(session, instance_id)
    must_staff(session, who, instance)
    return instance


def _name(
    session: Session,
    instance: Instance,
    who: Actor,
    read: Reader,
    person: Person | None,
    request: str | None,
    told: Mapping[str, Any] = MappingProxyType({}),
) -> Staffing:
    """The row and its event, if the person does not work in a lane that is kept apart from it."""
    known = {seat.lane: seat for seat in checking.seats(session, instance)}
    lane = read.choice("lane", known, "Pilih jalur dari daftar.")
    letter, (begins, ends) = read.letter(), read.days()
    if begins > people.today():  # from now on the lane is theirs alone
        read.wrong("begins", "Penetapan mulai paling lambat hari ini.")
    if person and lane in known and (kept := _kept_apart(session, instance, lane, person)):
        read.wrong("person", APART, **kept)
    read.check()
    assert person is not None
    place: dict[str, Any] = {"lane": lane, "role_key": known[lane].role, "pool": people.pool(instance.id, lane)}
    row = Staffing(instance_id=instance.id, person_id=person.id, letter=letter, begins=begins, ends=ends, **place)
    if met := _rival(session, row):
        read.wrong("letter", RIVAL, **met)
    read.check()
    return _add(session, instance, who.id, row, request, told)


def _add(
    session: Session,
    instance: Instance,
    by: str,
    row: Staffing,
    request: str | None = None,
    told: Mapping[str, Any] = MappingProxyType({}),
) -> Staffing:
    session.add(row)
    session.flush()
    body = {"staffing": row.id, "lane": row.lane, "person": row.person_id, "letter": row.letter}
    body |= {"begins": row.begins.isoformat()} | ({"ends": row.ends.isoformat()} if row.ends else {})
    _tell(session, instance, Kind.STAFFING_SET, by, body | dict(told), row.lane, request)
    return row


def _may_be_named(session: Session, instance: Instance, person: Person) -> bool:
    """An official of today; or somebody whom this case named before. A vendor of another case is no official."""
    before = sa.exists().where(Staffing.instance_id == instance.id, Staffing.person_id == person.id)
    return bool(session.scalar(sa.select(before))) or person.id in {one.id for one in checking.officials(session)}


def _kept_apart(session: Session, instance: Instance, lane: str, person: Person) -> dict[str, str] | None:
    """The lane that keeps a person out of this one, which they have worked in or are named for now; None: none does,
    or an exception was given."""
    process = checking.lanes(session, instance).get(lane, "")
    for clash in people.clashes(session, instance, lane, [person.id], process):
        if clash.strict:
            return {"name": person.name, "other": clash.lane, "basis": clash.basis}
    lifted = {one.lane for one in _given(session, instance, person)}
    names = sa.select(Staffing.lane).where(Staffing.instance_id == instance.id, Staffing.person_id == person.id)
    busy = set(session.scalars(names.where(people.lasts(Staffing))))
    for pair in checking.pairs(session, instance):
        other = pair.other if pair.one == lane else pair.one
        if pair.strict and lane in (pair.one, pair.other) and other in busy and not lifted & {lane, other}:
            return {"name": person.name, "other": other, "basis": pair.basis}
    return None


def _rival(session: Session, row: Staffing, but: str = "") -> dict[str, str] | None:
    """Whom a naming would let read each other, and by which letter they are named."""
    found = checking.rival(session, row, but)
    return {"name": session.get_one(Person, found.person_id).name, "letter": found.letter} if found else None


def _given(session: Session, instance: Instance, person: Person) -> list[DutyException]:
    given = sa.select(DutyException).where(
        DutyException.instance_id == instance.id, DutyException.person_id == person.id
    )
    return list(session.scalars(given.where(DutyException.status == Decision.GIVEN)))


def _over(last: date | None) -> bool:
    return last is not None and last < people.today()


def _moved(
    session: Session, instance: Instance, items: Iterable[WorkItem], by: str, heir: str | None = None
) -> dict[str, dict[str, str | None]]:
    """Give open work items the role and pool that they would get now. Who holds one and may not work on it any more
    gives it to the heir, or back. One that changes is not ready for approval any more, and no outsider gets a draft of
    others. What an event tells of those that change."""
    moved: dict[str, dict[str, str | None]] = {}
    for item in items:
        called, _, _ = item.element.rpartition("|")
        was = item.role, item.pool, item.holder
        item.role, item.pool = people.place(session, instance, called or instance.key, item.lane)
        if item.holder and not people.may_work(people.actor(session, item.holder), item):
            item.holder = heir if heir and people.may_work(people.actor(session, heir), item) else None
            item.held_since, item.handed_by = (clock.business(), by) if item.holder else (None, None)
        if private := _is_kept_from_outsiders(session, item):
            item.draft = None
        if was != (item.role, item.pool, item.holder) or (private and item.prepared_by):
            item.prepared_by = item.prepared_at = None
            kept = item.holder is not None and item.holder == was[2]
            item.told_at = item.told_at if kept else None  # who has it now is told of it
            moved[item.id] = {name: getattr(item, name) for name in PLACE}
    session.flush()
    return moved


def _is_kept_from_outsiders(session: Session, item: WorkItem) -> bool:
    """Whether a work item's draft is by nobody who works on it now, while somebody from outside does: perhaps another
    vendor's offer."""
    if item.draft is None:
        return False
    now = people.reached(session, item.pool) if item.pool else set()
    outsiders = (people.is_outside(people.actor(session, one)) for one in now)
    return drafts.author(item) not in now and any(outsiders)
