"""Comments: what people who work on a case tell each other at its steps. Each is an event, and can be erased."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import history, instances, people
from engine.errors import NotAllowed
from engine.model import HistoryEvent, Instance, ItemStatus, Kind, WorkItem
from engine.people import Actor, Sight
from engine.typed import Reader

LONGEST = 2_000  # characters
TEXT = "komentar"


@dataclass(frozen=True)
class Comment:
    """One comment, at a step; `text` is None once it was erased."""

    by: str  # a person's id
    at: datetime
    item: WorkItem
    text: str | None


def make(session: Session, item_id: str, who: Actor, text: str, request: str | None = None) -> HistoryEvent:
    """Comment on a step, open or over, while its case runs. Raises AlreadyDone, BadForm, NotAllowed, NotFound."""
    item = instances.locked_with(session, item_id)
    if not may_make(session, who, item.instance) or not people.sight(session, who, item.instance).step(item.id):
        raise NotAllowed("Komentar ditulis oleh orang yang bekerja pada berkas ini.")
    if event := history.answered(session, request, Kind.COMMENT_MADE, who.id, item=item.id):
        return event
    people.must_run(session, who, item.instance)
    read = Reader({TEXT: text})
    fields = {TEXT: read.text(TEXT, "Tuliskan komentarnya.", LONGEST)}
    read.check()
    return history.tell(session, item, Kind.COMMENT_MADE, who.id, people.told(who, item), fields, request)


def may_make(session: Session, who: Actor, instance: Instance) -> bool:
    """Whether somebody comments in a case: who has a part in it, and the PA, who answers for it. The house reads."""
    mine = sa.select(sa.exists().where(Instance.id == instance.id, people.involved(who)))
    return who.has(people.BUDGET_OWNER) or bool(session.scalar(mine))


def listed(session: Session, seen: Sight, instance: Instance) -> list[Comment]:
    """The comments of a case that somebody may read, at the steps that they read at all; the newest last."""
    rows = list(history.told(session, instance.id, Kind.COMMENT_MADE))
    wanted = sa.select(WorkItem).where(WorkItem.id.in_({event.body["item"] for event, _ in rows}))
    items = {one.id: one for one in session.scalars(wanted) if seen.step(one.id)} if rows else {}
    return [
        Comment(event.actor, event.at, items[event.body["item"]], str(fields[TEXT]) if TEXT in fields else None)
        for event, fields in rows
        if event.body["item"] in items
    ]


def steps(session: Session, seen: Sight, instance: Instance) -> list[WorkItem]:
    """The steps of a case at which somebody may comment: what is open first, then the newest."""
    query = sa.select(WorkItem).where(WorkItem.instance_id == instance.id)
    query = query.order_by(WorkItem.status != ItemStatus.OPEN, WorkItem.opened_at.desc(), WorkItem.id)
    return [one for one in session.scalars(query) if seen.step(one.id)] if may_make(session, seen.who, instance) else []
