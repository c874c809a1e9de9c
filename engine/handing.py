"""Handing work on: one work item to a colleague, with a written instruction; all that a person has, when they leave."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from engine import clock, history, instances, people, staffing
from engine.errors import BadValue
from engine.model import (
    HistoryEvent,
    Instance,
    ItemStatus,
    Kind,
    Operation,
    Person,
    Staffing,
    Status,
    WorkItem,
)  # fmt: skip
from engine.people import OPERATOR, Actor
from engine.typed import Reader

LONGEST = 2_000  # characters of an instruction
ITEM, SEAT = "tugas", "penetapan"  # the two things that a person leaves behind


def hand(
    session: Session, item_id: str, who: Actor, to: str, instruction: str = "", request: str | None = None
) -> WorkItem:
    """Give a work item to a colleague, with an instruction (disposisi). The holder does it, or whoever may work on one
    that nobody holds, or the operator. Raises AlreadyDone, Conflict, NotAllowed, NotFound, BadForm; BadValue for one
    who does not work there."""
    item = instances.locked_with(session, item_id)
    if not who.has(OPERATOR):
        people.must_work(who, item)
    if history.answered(session, request, Kind.ITEM_HANDED, who.id, item=item.id, to=to):
        return item
    people.must_be_open(session, who, item)
    if not who.has(OPERATOR):
        people.must_be_free(session, who, item)
    read = Reader({"instruction": instruction})
    text = read.text("instruction", most=LONGEST)
    read.check()
    person = next((one for one in receivers(session, who, item) if one.id == to), None)
    if person is None:
        raise BadValue("Orang itu tidak bekerja di jalur langkah ini.")
    _give(session, item, who.id, person, text, request, people.told(who, item))
    return item


def receivers(session: Session, who: Actor, item: WorkItem) -> list[Person]:
    """To whom somebody can hand a work item: its people, but for who holds it. An outsider learns no official's name
    there: theirs are those from outside."""
    found = [one for one in (people.named(session, item.pool) if item.pool else ()) if one.id != item.holder]
    if not people.is_outside(who):
        return found
    return [one for one in found if people.is_outside(people.actor(session, one.id))]


def instruction(session: Session, item: WorkItem) -> tuple[HistoryEvent, str] | None:
    """The last hand-over of a work item with its instruction, which may be empty or erased; None if there was none."""
    told = history.told(session, item.instance_id, Kind.ITEM_HANDED)
    mine = [(event, str(fields.get("disposisi", ""))) for event, fields in told if event.body["item"] == item.id]
    return mine[-1] if mine else None


def left(session: Session, person_id: str) -> Iterator[tuple[str, str]]:
    """What a person has in cases that run: (subject, label) of each lane that names them, and then of each work
    item they hold: who is named first may be given the work."""
    rows = sa.select(Staffing, Instance.number).join(Instance, Instance.id == Staffing.instance_id)
    rows = rows.where(Staffing.person_id == person_id, Instance.status == Status.RUNNING, people.lasts(Staffing))
    for row, number in session.execute(rows.order_by(Instance.number, Staffing.lane)):
        yield f"{SEAT}:{row.id}", f"{number}: {row.lane}"[:300]
    held = sa.select(WorkItem).where(WorkItem.holder == person_id, WorkItem.status == ItemStatus.OPEN)
    for item in session.scalars(held.options(joinedload(WorkItem.instance)).order_by(WorkItem.opened_at, WorkItem.id)):
        yield f"{ITEM}:{item.id}", f"{item.instance.number}: {item.name}"[:300]


def pass_on(session: Session, operation: Operation, subject: str) -> bool:
    """One thing that a person leaves behind goes to who comes after; False if it is theirs no more. A work item that
    the other may not work on goes back to its role. Raises NotAllowed where duties are kept apart."""
    kind, _, key = subject.partition(":")
    old, new = operation.body["from"], operation.body["to"]
    if kind == SEAT:
        return staffing.replace(session, key, old, new, operation.body["letter"], operation.by)
    item = instances.locked_with(session, key)
    if item.status != ItemStatus.OPEN or item.holder != old:
        return False
    person = next((one for one in people.named(session, item.pool or "") if one.id == new), None)
    if person is not None:
        _give(session, item, operation.by, person)
        return True
    item.holder = item.held_since = item.handed_by = None
    history.tell(session, item, Kind.ITEM_RELEASED, operation.by)
    return True


def must_differ(session: Session, old: str, new: str) -> None:
    """Raises BadValue unless these are two persons, of whom the new one holds an office."""
    if old == new or session.get(Person, old) is None or new not in {one.id for one in staffing.officials(session)}:
        raise BadValue("Pilih orang lain sebagai penerima.")


def _give(
    session: Session,
    item: WorkItem,
    by: str,
    to: Person,
    instruction: str = "",
    request: str | None = None,
    stead: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    people.must_be_apart(session, item, [to.id])
    item.holder, item.held_since, item.handed_by, item.told_at = to.id, clock.business(), by, None
    fields = {"disposisi": instruction} if instruction else {}
    history.tell(session, item, Kind.ITEM_HANDED, by, {"to": to.id, **stead}, fields, request)
