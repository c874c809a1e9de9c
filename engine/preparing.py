"""Prepare, then approve: an aide marks a step as ready, and who works on it completes it or sends it back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import drafts, history, instances, notices, people, tasks
from engine.errors import NotReady
from engine.model import ItemStatus, Kind, WorkItem
from engine.people import Actor
from engine.typed import Reader

LONGEST = 2_000  # characters of a note
NOTE = "catatan_konsep"


@dataclass(frozen=True)
class Returned:
    """What came back to an aide: from whom, when, and why; the reason may be erased."""

    by: str
    at: datetime
    note: str


def mark(
    session: Session,
    item_id: str,
    who: Actor,
    typed: Mapping[str, Any],
    request: str | None = None,
    known: Collection[str] | None = None,
) -> WorkItem:
    """Keep the draft of an aide and mark the step as ready; whoever completes it checks it. Raises AlreadyDone,
    Conflict, NotAllowed, NotFound, StaleDraft."""
    item = instances.locked_with(session, item_id)
    if history.answered(session, request, Kind.ITEM_PREPARED, who.id, item=item.id):
        return item
    people.must_aid(who, item)
    tasks.save_draft(session, item_id, who, typed, None, known)
    if item.prepared_by != who.id:
        item.prepared_by = who.id
        item.prepared_at = history.tell(session, item, Kind.ITEM_PREPARED, who.id, request=request).at
        notices.prepared(session, item, who.id)
    return item


def changed(session: Session, item_id: str, who: Actor, shown: str | None) -> bool:
    """Whether what an aide prepared is not any more what somebody was shown, but by themselves: nobody approves what
    they did not see. `shown` is when it was marked as ready then; None: it was not shown as ready. Raises NotFound."""
    if shown is None:
        return False
    item = tasks.find(session, item_id)
    now = item.prepared_at.isoformat() if item.prepared_at else ""
    return shown != now and item.status == ItemStatus.OPEN and drafts.author(item) != who.id


def send_back(session: Session, item_id: str, who: Actor, note: str, request: str | None = None) -> WorkItem:
    """Send a step that is ready back to its aide. Raises AlreadyDone, BadForm, Conflict, NotAllowed, NotFound; NotReady
    if it is not ready, or not any more."""
    item = instances.locked_with(session, item_id)
    people.must_work(who, item)
    if history.answered(session, request, Kind.ITEM_UNPREPARED, who.id, item=item.id):
        return item
    people.must_be_open(session, who, item)
    people.must_do(session, who, item)
    if item.prepared_by is None:
        raise NotReady("Langkah ini tidak sedang menunggu persetujuan: konsepnya berubah sesudah ditandai siap.")
    read = Reader({NOTE: note})
    text = read.text(NOTE, "Tuliskan apa yang perlu diperbaiki penyiap.", LONGEST)
    read.check()
    aide, item.prepared_by, item.prepared_at = item.prepared_by, None, None
    told = {"to": aide, **people.told(who, item)}
    history.tell(session, item, Kind.ITEM_UNPREPARED, who.id, told, {NOTE: text}, request)
    notices.unprepared(session, item, aide)
    return item


def returned(session: Session, item: WorkItem) -> Returned | None:
    """Who sent a step back to its aide, if that is what happened to it last."""
    told = history.told(session, item.instance_id, Kind.ITEM_PREPARED, Kind.ITEM_UNPREPARED)
    mine = [(event, fields) for event, fields in told if event.body["item"] == item.id]
    if not mine or "to" not in mine[-1][0].body:
        return None
    event, fields = mine[-1]
    return Returned(event.actor, event.at, str(fields.get(NOTE, "")))
