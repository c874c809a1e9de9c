"""Commands and queries about operations: begin, pause, resume, cancel; how far each is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock
from engine.errors import NotFound, Refused
from engine.model import Operation, OperationItem, OperationStatus, Part
from engine.operations.kinds import KINDS
from engine.transaction import lock

RUNNING, PAUSED, CANCELLED = OperationStatus.RUNNING, OperationStatus.PAUSED, OperationStatus.CANCELLED
FROM = {PAUSED: (RUNNING,), RUNNING: (PAUSED,), CANCELLED: (RUNNING, PAUSED)}  # new status -> where it may come from


@dataclass(frozen=True)
class Progress:
    """How many items of an operation stand where."""

    waiting: int = 0
    done: int = 0
    needless: int = 0
    failed: int = 0

    @property
    def all(self) -> int:
        return self.waiting + self.done + self.needless + self.failed

    @property
    def percent(self) -> int:
        return 100 * (self.all - self.waiting) // self.all if self.all else 100


def begin(session: Session, kind: str, body: Mapping[str, Any], by: str) -> Operation | None:
    """Ask for an operation; None if there is nothing to do."""
    operation = Operation(kind=kind, body=dict(body), at=clock.business(), by=by, status=RUNNING)
    session.add(operation)
    session.flush()
    if extend(session, operation):
        return operation
    session.delete(operation)
    return None


def extend(session: Session, operation: Operation) -> int:
    """Add what there is to do and is no item yet. How many items were added."""
    known = set(session.scalars(sa.select(OperationItem.subject).where(OperationItem.operation_id == operation.id)))
    new = [one for one in KINDS[operation.kind].plan(session, operation) if one[0] not in known]
    rows = [
        {"operation_id": operation.id, "subject": subject, "label": label, "number": number}
        for number, (subject, label) in enumerate(new, len(known) + 1)
    ]
    if rows:
        session.execute(sa.insert(OperationItem), rows)
    return len(rows)


def turn(session: Session, operation_id: str, status: OperationStatus, by: str) -> Operation:
    """Pause, resume or cancel an operation. What is done stays done. Raises NotFound, Refused."""
    query = lock(sa.select(Operation).where(Operation.id == operation_id), session)
    operation = session.scalars(query).one_or_none()
    if operation is None:
        raise NotFound()
    if operation.status == status:  # sent again
        return operation
    if operation.status not in FROM[status]:
        raise Refused("Operasi ini tidak sedang dalam keadaan yang dapat diubah begitu.")
    operation.status, operation.changed_at, operation.changed_by = status, clock.business(), by
    if status == CANCELLED:
        operation.ended_at = operation.changed_at
    return operation


def find(session: Session, operation_id: str) -> Operation:
    """An operation. Raises NotFound."""
    operation = session.get(Operation, operation_id)
    if operation is None:
        raise NotFound()
    return operation


def listed(session: Session, most: int = 50) -> list[Operation]:
    """The operations, the newest first."""
    return list(session.scalars(sa.select(Operation).order_by(Operation.at.desc(), Operation.id).limit(most)))


def progress(session: Session, operations: list[str]) -> dict[str, Progress]:
    """How far some operations are."""
    query = sa.select(OperationItem.operation_id, OperationItem.status, sa.func.count())
    grouped = query.where(OperationItem.operation_id.in_(operations)).group_by(
        OperationItem.operation_id, OperationItem.status
    )
    counts: dict[str, dict[str, int]] = {one: {} for one in operations}
    for operation, status, number in session.execute(grouped):
        counts[operation][status] = number
    return {one: Progress(**found) for one, found in counts.items()}


def items(session: Session, operation_id: str, status: Part, most: int = 100) -> list[OperationItem]:
    """Some items of an operation that stand at one place, in their order."""
    query = sa.select(OperationItem).where(OperationItem.operation_id == operation_id, OperationItem.status == status)
    return list(session.scalars(query.order_by(OperationItem.number).limit(most)))
