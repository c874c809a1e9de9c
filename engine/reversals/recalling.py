"""Tarik kembali: the sender takes a completion back, as long as nothing has happened since and nobody has seen what it
opened. State, variables, timers, subscriptions and work items are then as they were before it."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, drafts, forms, history, instances, people, tasks, values
from engine.errors import Conflict, NotAllowed, NotReady
from engine.model import Instance, ItemStatus, Kind, Opening, Reading, Status, WorkItem
from engine.people import Actor
from engine.reversals.reasons import filled
from engine.values import Value

Undo = dict[str, Any]


def recall(session: Session, item_id: str, who: Actor, reason: str, request: str | None = None) -> WorkItem:
    """Take the completion of a work item back: it is open again, held by this person, with what was submitted as its
    draft. Raises BadValue, Conflict with what stands against it, NotAllowed, NotReady."""
    item = instances.locked_with(session, item_id)
    if history.answered(session, request, Kind.ITEM_RECALLED, who.id, item=item_id):
        return item
    found, text, instance = must_recall(session, who, item), filled(reason), item.instance
    query = sa.select(WorkItem).where(WorkItem.id.in_([*found["opened"], *found["ended"]])).order_by(WorkItem.id)
    undone = instances.undo(session, instance, list(session.scalars(query)), found)
    if item.holder != who.id:
        item.holder, item.held_since, item.handed_by = who.id, clock.business(), None
    item.prepared_by = item.prepared_at = None  # the draft is the sender's own
    drafts.keep(session, item, who, _typed(session, item, found["seq"]), request)
    told = {"undone": found["seq"], **people.told(who, item), "timers": undone.timers}
    told |= {"closed": undone.closed, "reopened": undone.reopened}
    history.tell(session, item, Kind.ITEM_RECALLED, who.id, told, {history.REASON: text}, request, undone.changes)
    return item


def must_recall(session: Session, who: Actor, item: WorkItem) -> Undo:
    """The way back before the completion of a work item. Raises NotAllowed but for its sender, NotReady,
    Conflict with what stands against it."""
    people.must_work(who, item)
    if item.status != ItemStatus.COMPLETED:
        raise NotReady("Langkah ini tidak selesai, maka tidak ada yang dapat ditarik kembali.")
    if not _is_sender(who, item, item):
        raise NotAllowed("Hanya pengirimnya yang dapat menarik kembali suatu langkah.")
    found = item.instance.undo
    if item.instance.status != Status.RUNNING:
        raise Conflict("Berkas ini sudah berakhir; langkahnya tidak dapat ditarik kembali.")
    if found is None or found["item"] != item.id:
        raise Conflict("Tidak dapat ditarik kembali: sudah terjadi hal lain, atau berkas lain sudah diberi tahu.")
    if found["calendars"] != item.instance.calendars:
        raise Conflict("Langkah ini tidak dapat ditarik kembali lagi: kalender kerja berubah sesudahnya.")
    if _noticed(session, found["opened"]):
        raise Conflict("Langkah ini tidak dapat ditarik kembali lagi: langkah berikutnya sudah dibuka orang lain.")
    if _shown(session, who, [item.id]):
        raise Conflict("Langkah ini tidak dapat ditarik kembali lagi: isi berkasnya sudah dibaca orang lain.")
    return found


def recallable(session: Session, who: Actor, items: Iterable[WorkItem]) -> frozenset[str]:
    """Those of some work items whose completion this person may take back now."""
    mine = {item.id: item for item in items if people.may_work(who, item) and _is_sender(who, item, item)}
    cases = Instance.id.in_({item.instance_id for item in mine.values()}), Instance.status == Status.RUNNING
    undos = session.scalars(sa.select(Instance.undo).where(*cases, Instance.undo.is_not(None))) if mine else ()
    found = {undo["item"]: undo for undo in undos if undo["item"] in mine}
    seen = _noticed(session, [one for undo in found.values() for one in undo["opened"]])
    same = {key for key, undo in found.items() if undo["calendars"] == mine[key].instance.calendars}
    quiet = [key for key in same if not seen & set(found[key]["opened"])]
    return frozenset(quiet) - _shown(session, who, quiet)


def in_case(session: Session, who: Actor, instance: Instance) -> WorkItem | None:
    """The work item of a case whose completion this person may take back now."""
    item = session.get(WorkItem, instance.undo["item"]) if instance.undo else None
    return item if item is not None and recallable(session, who, [item]) else None


def unread(who: Actor, item: WorkItem) -> bool:
    """Whether it must be noted that this person opens a work item: its sender could still take it back."""
    fresh = item.status == ItemStatus.OPEN and item.read_at is None and people.may_prepare(who, item)
    return fresh and item.id in (item.instance.undo or {}).get("opened", ())


def mark_read(session: Session, item_id: str, who: Actor) -> None:
    """Note that somebody other than its sender opened a work item: from now on it stays. Raises NotFound."""
    item = instances.locked_with(session, item_id)
    if unread(who, item):
        sent = session.get_one(WorkItem, (item.instance.undo or {})["item"])
        if not _is_sender(who, item, sent):
            item.read_at = clock.business()


def _is_sender(who: Actor, item: WorkItem, sent: WorkItem) -> bool:
    """Whether somebody who works on an item has sent one, or acts in the stead of who did."""
    return bool(people.standing(who, item) & {sent.closed_by, sent.closed_for} - {None})


def _noticed(session: Session, items: list[str]) -> set[str]:
    """Those of some open work items that somebody opened, or typed into. Whatever else is done to them is an event."""
    columns = sa.select(WorkItem.id, WorkItem.read_at, WorkItem.draft).where(WorkItem.id.in_(items))
    return {one for one, read, draft in session.execute(columns) if read or draft is not None} if items else set()


def _shown(session: Session, who: Actor, items: list[str]) -> set[str]:
    """Those of some completed work items in whose cases somebody but the sender was since shown personal data or given
    a document."""
    sender = who.id, WorkItem.closed_by, sa.func.coalesce(WorkItem.closed_for, "")
    later = Reading.instance_id == WorkItem.instance_id, Reading.at >= WorkItem.closed_at
    others = sa.exists().where(*later, Reading.person_id.not_in(sender))
    query = sa.select(WorkItem.id).where(WorkItem.id.in_(items), others)
    return set(session.scalars(query)) if items else set()


def _typed(session: Session, item: WorkItem, seq: int) -> dict[str, Any]:
    """What was submitted, as a draft; nothing of what was erased since."""
    opening = session.get(Opening, (item.instance_id, seq))
    told = opening.fields if opening else {}
    given: dict[str, Value] = {name: values.decode(one[1]) for name, one in told.items() if isinstance(one, list)}
    _, form = tasks.node_and_form(session, item)
    return forms.typed(form, given) if form else {key: given[key] for key in (tasks.NOTE,) if key in given}
