"""The kinds of operations: what each has to do now, and how one of its items is done."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import calendars, deadlines, handing, staffing
from engine.model import Instance, ItemStatus, Operation, WorkItem

DEADLINES, HANDOVER, ROUTES = "deadlines", "handover", "routes"


@dataclass(frozen=True)
class Kind:
    """`plan`: (id, label) of all there is to do now. `act`: one ordinary command; False if nothing was left to do."""

    plan: Callable[[Session, Operation], Iterator[tuple[str, str]]]
    act: Callable[[Session, Operation, str], bool]


def _moving(session: Session, operation: Operation) -> Iterator[tuple[str, str]]:
    for one in deadlines.moves(session, calendars.book(session)):
        yield one.timer, f"{one.number}: {one.name}"[:300]


def _unplaced(session: Session, operation: Operation) -> Iterator[tuple[str, str]]:
    """The open work items that no role got, because their lane had none."""
    query = sa.select(WorkItem.id, Instance.number, WorkItem.name).join(WorkItem.instance)
    query = query.where(WorkItem.status == ItemStatus.OPEN, WorkItem.pool.is_(None))
    for item, number, name in session.execute(query.order_by(WorkItem.opened_at, WorkItem.id)):
        yield item, f"{number}: {name}"[:300]


KINDS = {
    DEADLINES: Kind(_moving, lambda session, operation, timer: deadlines.recompute(session, timer, operation.by)),
    HANDOVER: Kind(lambda session, operation: handing.left(session, operation.body["from"]), handing.pass_on),
    ROUTES: Kind(_unplaced, lambda session, operation, item: staffing.route(session, item, operation.by)),
}
