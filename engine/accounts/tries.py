"""Back-off instead of lock-out: after some failures in a row each further try with a name has to wait longer.

By the name that was typed, whether an account has it or not: so waiting tells nobody which names there are.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock
from engine.accounts.finding import digest
from engine.model import FailedTry
from engine.transaction import add_missing, lock

FREE_FAILURES = 4
LONGEST_WAIT = 300  # seconds
FORGOTTEN = timedelta(days=1)


def wait(session: Session, username: str) -> int:
    """The seconds until this name may be tried again."""
    row = session.get(FailedTry, _key(username))
    return _left(row, clock.system()) if row else 0


def waits(session: Session, username: str) -> int:
    """The same for the command that tries: tries of one name happen one after another."""
    row = _row(session, username)
    return _left(row, clock.system()) if row else 0


def failed(session: Session, username: str) -> int:
    """One failure more; the seconds until the next try."""
    now = clock.system()
    old = session.scalars(lock(sa.select(FailedTry.name).where(FailedTry.at < now - FORGOTTEN), session, wait=False))
    session.execute(sa.delete(FailedTry).where(FailedTry.name.in_(old.all())))
    add_missing(session, FailedTry, name=_key(username), count=0, at=now)
    row = _row(session, username)
    if row is None:  # somebody signed in meanwhile
        return 0
    row.count, row.at = row.count + 1, now
    return _left(row, now)


def forget(session: Session, username: str) -> None:
    """Somebody is in: no failure in a row any more."""
    session.execute(sa.delete(FailedTry).where(FailedTry.name == _key(username)))


def _row(session: Session, username: str) -> FailedTry | None:
    query = lock(sa.select(FailedTry).where(FailedTry.name == _key(username)), session)
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _left(row: FailedTry, now: datetime) -> int:
    if row.count <= FREE_FAILURES:
        return 0
    pause = min(LONGEST_WAIT, 2 ** min(row.count - FREE_FAILURES, 10))
    return max(0, int((row.at + timedelta(seconds=pause) - now).total_seconds()))


def _key(username: str) -> str:
    return digest(username.strip().lower())
