"""One work item: its form, claiming and giving back, drafts, completing, and the receipt for it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from engine import (
    clock,
    documents,
    drafts,
    forms,
    history,
    instances,
    library,
    onpaper,
    people,
    spiff,
    values,
    variables,
)  # fmt: skip
from engine.definition import Node
from engine.errors import BadForm, FieldError, NotFound
from engine.forms import Form
from engine.instances import Cause
from engine.model import Document, HistoryEvent, Instance, ItemStatus, Kind, WorkItem
from engine.people import Actor, Clash
from engine.values import Value

NOTE = "catatan_pelaksana"  # the optional note of a step without a form
BY_ID = (
    sa.select(WorkItem).where(WorkItem.id == sa.bindparam("id")).options(joinedload(WorkItem.instance, innerjoin=True))
)


@dataclass(frozen=True)
class Receipt:
    """What a person gets for a completed step: proof that it is in the case's chain."""

    instance: str
    number: str
    seq: int
    hash: str
    finished: bool
    opened: tuple[str, ...]  # names of the steps that opened
    happened: str | None = None  # when it was done on paper, if it was entered afterwards
    due: str | None = None  # its due date then


def find(session: Session, item_id: str) -> WorkItem:
    """A work item with its instance. Raises NotFound."""
    item = session.scalars(BY_ID, {"id": item_id}).one_or_none()
    if item is None:
        raise NotFound()
    return item


def receipt(session: Session, who: Actor, item_id: str) -> Receipt:
    """The proof of a completed step, for whoever may see its case and the step. Raises NotFound, NotAllowed."""
    item = find(session, item_id)
    people.must_see(session, who, item.instance)
    people.must_read(people.sight(session, who, item.instance).step(item.id))
    query = sa.select(HistoryEvent).where(
        HistoryEvent.instance_id == item.instance_id,
        HistoryEvent.kind == Kind.ITEM_COMPLETED,
        HistoryEvent.element == item.element,
    )
    found = session.scalars(query.order_by(HistoryEvent.seq.desc())) if item.status == ItemStatus.COMPLETED else ()
    event = next((one for one in found if one.body["item"] == item.id), None)
    if event is None:
        raise NotFound("Tugas ini belum selesai.")
    return _receipt(event, item.instance)


def node_and_form(session: Session, item: WorkItem) -> tuple[Node, Form | None]:
    """The element of the model behind a work item, and its form, inside the set the case belongs to."""
    node, (_, found) = library.node(session, item.instance, item.element), library.of(session, item.instance)
    return node, found.forms[node.form] if node.form else None


def seen(item: WorkItem) -> Mapping[str, Value]:
    """The variables that a work item sees."""
    found = variables.decode(item.instance.variables, item.instance.scopes)
    return found.seen(item.scope if item.status == ItemStatus.OPEN else variables.ROOT)


def claim(session: Session, item_id: str, who: Actor, request: str | None = None) -> WorkItem:
    """Take a work item. Raises AlreadyDone, Conflict if somebody else holds it, NotAllowed."""
    if history.answered(session, request, Kind.ITEM_CLAIMED, who.id, item=item_id):
        return find(session, item_id)
    item = _open(session, item_id, who)
    if item.holder == who.id:
        return item
    people.must_do(session, who, item)
    item.holder, item.held_since, item.handed_by = who.id, clock.business(), None
    _tell(session, item, Kind.ITEM_CLAIMED, who, request)
    return item


def release(session: Session, item_id: str, who: Actor, request: str | None = None) -> WorkItem:
    """Give a work item back to its role. Raises AlreadyDone, Conflict if somebody else holds it, NotAllowed."""
    if history.answered(session, request, Kind.ITEM_RELEASED, who.id, item=item_id):
        return find(session, item_id)
    item = _open(session, item_id, who)
    people.must_be_free(session, who, item)
    if item.holder is not None:
        item.holder = item.held_since = item.handed_by = None
        _tell(session, item, Kind.ITEM_RELEASED, who, request)
    return item


def save_draft(
    session: Session,
    item_id: str,
    who: Actor,
    typed: Mapping[str, Any],
    request: str | None = None,
    known: Collection[str] | None = None,
) -> WorkItem:
    """Keep what was typed, unchecked, for whoever opens the step next; `known` are the savings its writer has seen.
    Raises AlreadyDone, Conflict, NotAllowed, StaleDraft."""
    item = _open(session, item_id, who, people.must_prepare)
    people.must_fill(session, who, item)
    _, form = node_and_form(session, item)
    keys, before = {*(field.key for field in form.fields)} if form else {NOTE}, drafts.typed(item) or {}
    keys |= set(onpaper.NAMES)
    fields = {key: values.checked(value) for key, value in typed.items() if key in keys}
    drafts.keep(session, item, who, fields, request, known)
    if item.prepared_by and _filled(fields) != _filled(before):
        item.prepared_by = item.prepared_at = None
        _tell(session, item, Kind.ITEM_UNPREPARED, who, None)
    return item


def complete(
    session: Session,
    item_id: str,
    who: Actor,
    submitted: Mapping[str, Any],
    request: str | None = None,
    typed: bool = False,
    paper: onpaper.Sent = onpaper.NONE,
    known: Collection[str] | None = None,
) -> Receipt:
    """Complete a work item with its form: HTML text, or `typed` values from the shell; `paper` says when it was done,
    and `known` are the savings that whoever completes has seen of what an aide prepared.

    Raises AlreadyDone, Conflict if somebody else holds it, NotAllowed, BadForm, Refused, StaleDraft. A repeated
    `request` key gets the answer of the first.
    """
    item = instances.locked_with(session, item_id)
    over = item.status != ItemStatus.OPEN  # who is named for a case works in it no more once it is over
    if over and (event := history.answered(session, request, Kind.ITEM_COMPLETED, who.id, item=item_id)):
        return _receipt(event, item.instance)
    people.must_work(who, item)
    people.must_be_open(session, who, item)
    clashes = people.must_do(session, who, item)
    if item.prepared_by and known is not None:
        drafts.must_be_seen(session, who, item, known)
    node, form = node_and_form(session, item)
    there = documents.of_item(session, item) if node.requirements else []
    done, wrong = onpaper.read(paper, item.paper_since or item.opened_at)
    fields = _checked(item, form, submitted, typed, [*documents.missing(node, there), *wrong])
    at = instances.situation(session, item.instance, clock.business())
    step = spiff.complete(at, item.instance.state, item.token, fields)
    told = _told(item, who, there, clashes) | onpaper.told(done, item.due_at)
    told |= {"lacks": lacks} if (lacks := forms.lacking(form, fields)) else {}
    why = Cause(Kind.ITEM_COMPLETED, who.id, item, fields, told, onpaper.aside(done), request=request)
    event = instances.apply(session, item.instance, step, at, why)
    return _receipt(event, item.instance)


def _told(item: WorkItem, who: Actor, there: list[Document], clashes: list[Clash]) -> dict[str, Any]:
    """What the event of a completion tells beside the form."""
    told = {"item": item.id, "documents": [document.sha256 for document in there], **people.told(who, item)}
    told |= {"prepared": item.prepared_by} if item.prepared_by else {}
    return told | ({"also": sorted({clash.lane for clash in clashes})} if clashes else {})


def _checked(
    item: WorkItem, form: Form | None, submitted: Mapping[str, Any], typed: bool, missing: list[FieldError]
) -> dict[str, Value]:
    """The form's values, if the form is right and no document is missing. Raises BadForm with every problem at once."""
    try:
        fields = _read(form, submitted, seen(item), typed)
    except BadForm as error:
        raise BadForm([*error.errors, *missing]) from error
    if missing:
        raise BadForm(missing)
    return fields


def _read(form: Form | None, submitted: Mapping[str, Any], known: Mapping[str, Value], typed: bool) -> dict[str, Value]:
    if form is not None:
        return (forms.check_data if typed else forms.check)(form, submitted, known)
    if typed:
        return instances.free(submitted)
    if unknown := set(submitted) - {NOTE}:
        raise BadForm([FieldError(name, "Isian {name} tidak dikenal.", (("name", name),)) for name in sorted(unknown)])
    texts = submitted.get(NOTE, "")
    note = (texts if isinstance(texts, str) else "\n".join(texts)).strip()
    return {NOTE: note} if note else {}


def _filled(draft: Mapping[str, Any]) -> dict[str, Any]:
    """What a draft says: a field that was left empty is as one that was not there."""
    return {key: value for key, value in draft.items() if value not in ("", [], [""])}


def _open(
    session: Session, item_id: str, who: Actor, must: Callable[[Actor, WorkItem], None] = people.must_work
) -> WorkItem:
    item = instances.locked_with(session, item_id)
    must(who, item)
    people.must_be_open(session, who, item)
    return item


def _tell(session: Session, item: WorkItem, kind: Kind, who: Actor, request: str | None) -> None:
    history.tell(session, item, kind, who.id, people.told(who, item), request=request)


def _paper(event: HistoryEvent) -> tuple[str | None, str | None]:
    return event.body.get("happened"), event.body.get("due")


def _receipt(event: HistoryEvent, instance: Instance) -> Receipt:
    """The answer to a completion follows from its event alone, so a repeated key gets the same one."""
    opened = tuple(item["name"] for item in event.body["opened"])
    return Receipt(
        event.instance_id, instance.number, event.seq, event.hash, "ended" in event.body, opened, *_paper(event)
    )
