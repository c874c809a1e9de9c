"""The kinds of operations: what each has to do now, and how one of its items is done."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine import calendars, deadlines
from engine.model import Operation

DEADLINES = "deadlines"


@dataclass(frozen=True)
class Kind:
    """`plan`: (id, label) of all there is to do now. `act`: one ordinary command; False if nothing was left to do."""

    plan: Callable[[Session, Operation], Iterator[tuple[str, str]]]
    act: Callable[[Session, Operation, str], bool]


def _moving(session: Session, operation: Operation) -> Iterator[tuple[str, str]]:
    for one in deadlines.moves(session, calendars.book(session)):
        yield one.timer, f"{one.number}: {one.name}"[:300]


KINDS = {DEADLINES: Kind(_moving, lambda session, operation, timer: deadlines.recompute(session, timer, operation.by))}
