"""Prepare, then approve: an aide marks a step as ready, and who works on it completes it or sends it back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import history, instances, people, tasks, values
from engine.errors import BadForm, FieldError, NotReady
from engine.model import HistoryEvent, Kind, Opening, WorkItem
from engine.people import Actor

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
        item.prepared_at = _tell(session, item, Kind.ITEM_PREPARED, who, {}, {}, request).at
    return item


def send_back(session: Session, item_id: str, who: Actor, note: str, request: str | None = None) -> WorkItem:
    """Send a step that is ready back to its aide. Raises AlreadyDone, BadForm, Conflict, NotAllowed, NotFound; NotReady
    if it is not ready, or not any more."""
    item = instances.locked_with(session, item_id)
    people.must_work(who, item)
    if history.answered(session, request, Kind.ITEM_UNPREPARED, who.id, item=item.id):
        return item
    people.must_be_open(session, item)
    people.must_do(session, who, item)
    if item.prepared_by is None:
        raise NotReady("Langkah ini tidak sedang menunggu persetujuan: konsepnya berubah sesudah ditandai siap.")
    text = _checked(note)
    told = {"to": item.prepared_by, **people.told(who, item)}
    item.prepared_by = item.prepared_at = None
    _tell(session, item, Kind.ITEM_UNPREPARED, who, told, {NOTE: text}, request)
    return item


def returned(session: Session, item: WorkItem) -> Returned | None:
    """Who sent a step back to its aide, if that is what happened to it last."""
    kinds = HistoryEvent.kind.in_((Kind.ITEM_PREPARED, Kind.ITEM_UNPREPARED))
    query = sa.select(HistoryEvent).where(HistoryEvent.instance_id == item.instance_id, kinds)
    query = query.where(HistoryEvent.element == item.element).order_by(HistoryEvent.seq.desc())
    event = next((one for one in session.scalars(query) if one.body["item"] == item.id), None)
    if event is None or "to" not in event.body:
        return None
    opened = session.get(Opening, (item.instance_id, event.seq))
    told = opened.fields.get(NOTE) if opened else None
    return Returned(event.actor, event.at, values.decode(told[1]) if isinstance(told, list) else "")


def _checked(note: str) -> str:
    text = note.replace("\r\n", "\n").strip()  # as browsers count what may be typed
    if not text:
        raise BadForm([FieldError(NOTE, "Tuliskan apa yang perlu diperbaiki penyiap.")])
    if len(text) > LONGEST:
        raise BadForm([FieldError(NOTE, "Isian ini paling panjang {most} huruf.", (("most", str(LONGEST)),))])
    return text


def _tell(
    session: Session,
    item: WorkItem,
    kind: Kind,
    who: Actor,
    body: Mapping[str, Any],
    fields: Mapping[str, str],
    request: str | None,
) -> HistoryEvent:
    columns: dict[str, Any] = {"element": item.element, "round": item.round, "request": request}
    return history.append(session, item.instance, kind, who.id, {"item": item.id, **body}, fields, **columns)
