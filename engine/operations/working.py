"""Doing operations: items are claimed like timers, each an ordinary command in a transaction of its own."""

import logging
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine import clock
from engine.errors import Conflict, EngineError, unnamed
from engine.model import Operation, OperationItem, OperationStatus, Part
from engine.operations.asking import extend
from engine.operations.kinds import KINDS
from engine.transaction import Sessions, lock, transaction

BATCH = 50
log = logging.getLogger("sopan.operations")
_RUNS = Operation.status == OperationStatus.RUNNING
_WAITS = OperationItem.status == Part.WAITING
Claim = tuple[str, str]  # the operation's id and the item's subject


def work(sessions: Sessions, ending: Callable[[], bool] = lambda: False, most: int = BATCH) -> int:
    """Do some items of the operations that run, until told to end, and end those that have none left. How much was
    done."""
    with sessions() as session:
        query = sa.select(OperationItem.operation_id, OperationItem.subject).join(
            Operation, Operation.id == OperationItem.operation_id
        )
        order = (Operation.at, OperationItem.operation_id, OperationItem.number)
        waiting = [(one, two) for one, two in session.execute(query.where(_RUNS, _WAITS).order_by(*order).limit(most))]
        left = sa.exists().where(OperationItem.operation_id == Operation.id, _WAITS)
        over = list(session.scalars(sa.select(Operation.id).where(_RUNS, ~left)))
    done = sum(_do_alone(sessions, claim) for claim in waiting if not ending())
    return done + sum(_end_alone(sessions, operation) for operation in over)


def _do_alone(sessions: Sessions, claim: Claim) -> bool:
    with sessions() as session:
        try:
            with transaction(session):
                return _do(session, claim)
        except Conflict:
            return False  # somebody else changed the same case first; the item waits on
        except OperationalError:
            raise  # the database is away: no item is to blame
        except Exception as error:  # one item that cannot be done must not stop the others
            log.warning("item %s: %s", claim, unnamed(error), exc_info=not isinstance(error, EngineError))
            with transaction(session):
                if _claim(session, claim, Part.FAILED):
                    session.get_one(OperationItem, claim).reason = _reason(error)
            return True


def _do(session: Session, claim: Claim) -> bool:
    if not _claim(session, claim, Part.DONE):
        return False
    operation = session.get_one(Operation, claim[0])
    if not KINDS[operation.kind].act(session, operation, claim[1]):
        session.get_one(OperationItem, claim).status = Part.NEEDLESS
    return True


def _claim(session: Session, claim: Claim, status: Part) -> bool:
    """Whether this transaction is the one that does an item: nobody else did, and the operation runs still."""
    runs = sa.exists().where(Operation.id == claim[0], _RUNS)
    item = sa.and_(OperationItem.operation_id == claim[0], OperationItem.subject == claim[1])
    claimed = sa.update(OperationItem).where(item, _WAITS, runs).values(status=status, done_at=clock.business())
    query = claimed.returning(OperationItem.subject).execution_options(synchronize_session=False)
    return session.scalars(query).one_or_none() is not None


def _end_alone(sessions: Sessions, operation_id: str) -> bool:
    with sessions() as session, transaction(session):
        return _end(session, operation_id)


def _end(session: Session, operation_id: str) -> bool:
    """End an operation, unless more has come up since it was planned: what was under way then is done too. False if
    another worker was first."""
    query = lock(sa.select(Operation).where(Operation.id == operation_id, _RUNS), session)
    operation = session.scalars(query).one_or_none()
    if operation is None:
        return False
    if not extend(session, operation):
        operation.status, operation.ended_at = OperationStatus.DONE, clock.business()
    return True


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, EngineError) else f"Kesalahan program: {type(error).__name__}: {error}"
