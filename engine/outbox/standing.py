"""How the outbox stands, and what the operator does about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, people
from engine.errors import NotFound
from engine.model import Channel, Delivery, Notice, WorkItem
from engine.outbox.delivering import WAITING
from engine.outbox.telling import NEWS, UNTOLD
from engine.people import OPERATOR, Actor

OLD = timedelta(minutes=30)  # for longer nothing that should have left waits, unless something is wrong
RESTORED = "Dipulihkan dari cadangan: mungkin sudah terkirim sebelumnya."


@dataclass(frozen=True)
class Standing:
    """What waits, counted."""

    untold: int  # nobody has looked yet whom to tell
    waiting: int  # letters that are not sent, those for later too
    since: datetime | None  # since when the oldest should have left
    failed: int

    @property
    def age(self) -> float:
        """For how many seconds the oldest that should have left has not."""
        return max((clock.system() - self.since).total_seconds(), 0.0) if self.since else 0.0


def standing(session: Session) -> Standing:
    """The outbox now."""
    now = clock.system()
    count = sa.func.count()
    untold, since = session.execute(sa.select(count, sa.func.min(Notice.at)).where(UNTOLD)).one()
    news, opened = session.execute(sa.select(count, sa.func.min(WorkItem.opened_at)).where(NEWS)).one()
    waiting = session.scalar(sa.select(count).select_from(Delivery).where(WAITING)) or 0
    late = session.scalar(sa.select(sa.func.min(Delivery.wanted_at)).where(WAITING, Delivery.wanted_at <= now))
    failed = session.scalar(sa.select(count).select_from(Delivery).where(Delivery.failed_at.is_not(None))) or 0
    ages = (since, late, opened and opened - clock.shift())
    return Standing(untold + news, waiting, min((at for at in ages if at), default=None), failed)


def failed(session: Session, most: int) -> list[Delivery]:
    """The letters that were given up, the newest first."""
    query = sa.select(Delivery).where(Delivery.failed_at.is_not(None))
    return list(session.scalars(query.order_by(Delivery.failed_at.desc(), Delivery.id).limit(most)))


def waiting(session: Session, most: int) -> list[Delivery]:
    """The letters that wait, the next first."""
    return list(session.scalars(sa.select(Delivery).where(WAITING).order_by(Delivery.due_at, Delivery.id).limit(most)))


def retry(session: Session, who: Actor, chosen: set[str]) -> int:
    """Let letters that were given up be tried anew; what somebody else retried first is left. How many. Raises
    NotAllowed, NotFound."""
    people.must_have(who, OPERATOR)
    found = list(session.scalars(sa.select(Delivery).where(Delivery.id.in_(chosen))))
    if len(found) != len(chosen):
        raise NotFound()
    given_up = [one for one in found if one.failed_at is not None]
    for one in given_up:
        if one.channel in frozenset(Channel):
            one.failed_at, one.tries, one.due_at = None, 0, clock.system()
        else:  # it was never told
            session.get_one(Notice, one.notices[0]).told_at = None
            session.delete(one)
    return len(given_up)


def hold(session: Session) -> None:
    """After a restore: nothing leaves by itself that may have left already. Letters wait for the operator; whom to tell
    of what happened just before the backup is not asked any more, the inbox shows it."""
    now = clock.system()
    quiet = {"synchronize_session": False}
    session.execute(sa.update(WorkItem).where(NEWS).values(told_at=now).execution_options(**quiet))
    session.execute(sa.update(Notice).where(UNTOLD).values(told_at=now).execution_options(**quiet))
    held = sa.update(Delivery).where(WAITING).values(failed_at=now, reason=RESTORED)
    session.execute(held.execution_options(**quiet))
