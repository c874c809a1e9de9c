"""Signing in: passwords under argon2id, back-off instead of lock-out, and a table of signed-in browsers."""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy.orm import Session, joinedload

from engine import clock
from engine.model import Account, Person, SignIn

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's parameters for argon2id
IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)
FREE_FAILURES = 4
LONGEST_WAIT = 300  # seconds
SEEN_EVERY = timedelta(minutes=1)
_NOBODY = HASHER.hash(secrets.token_urlsafe(16))  # so that an unknown name takes as long as a wrong password


def create(session: Session, person: Person, username: str, password: str) -> Account:
    """An account for a person."""
    account = Account(person_id=person.id, username=username, password=HASHER.hash(password), active=True, failures=0)
    session.add(account)
    return account


def wait(account: Account | None, now: datetime) -> int:
    """The seconds until this account may try again."""
    if account is None or account.failed_at is None or account.failures <= FREE_FAILURES:
        return 0
    pause = min(LONGEST_WAIT, 2 ** min(account.failures - FREE_FAILURES, 10))
    return max(0, int((account.failed_at + timedelta(seconds=pause) - now).total_seconds()))


def matches(session: Session, username: str, password: str) -> bool:
    """Whether name and password belong together; one that must wait is not tried. Slow: not for a transaction."""
    account = _named(session, username)
    if wait(account, clock.system()):
        return False
    try:
        return HASHER.verify(account.password if account else _NOBODY, password[:1000]) and account is not None
    except VerifyMismatchError:
        return False


def sign_in(session: Session, username: str, matched: bool) -> tuple[str | None, int]:
    """(token for the browser, 0), or (None, seconds to wait). Says nothing of whether the name exists."""
    now, account = clock.system(), _named(session, username)
    if account is None or (seconds := wait(account, now)):
        return None, seconds if account else 0
    if not matched or not account.active:
        account.failures, account.failed_at = account.failures + 1, now
        return None, wait(account, now)
    account.failures, account.failed_at = 0, None
    token = secrets.token_urlsafe(32)
    session.add(SignIn(token=_hash(token), account_id=account.id, at=now, seen_at=now))
    return token, 0


def signed_in(session: Session, token: str) -> SignIn | None:
    """The sign-in behind a browser's token, unless it is too old, idle for too long, or its account was closed."""
    query = sa.select(SignIn).where(SignIn.token == _hash(token))
    row = session.scalars(query.options(joinedload(SignIn.account).joinedload(Account.person))).one_or_none()
    now = clock.system()
    if row is None or not row.account.active or now - row.at > ABSOLUTE or now - row.seen_at > IDLE:
        return None
    return row


def seen(session: Session, token: str) -> None:
    """Remember that a browser was active (called in a transaction, at most once in SEEN_EVERY)."""
    fresh = sa.update(SignIn).where(SignIn.token == _hash(token))
    session.execute(fresh.values(seen_at=clock.system()))


def sign_out(session: Session, token: str) -> None:
    """End one sign-in."""
    session.execute(sa.delete(SignIn).where(SignIn.token == _hash(token)))


def sign_out_everywhere(session: Session, account_id: str) -> None:
    """End every sign-in of an account."""
    session.execute(sa.delete(SignIn).where(SignIn.account_id == account_id))


def _named(session: Session, username: str) -> Account | None:
    if "\0" in username:  # PostgreSQL cannot even ask for it
        return None
    return session.scalars(sa.select(Account).where(Account.username == username.strip().lower())).one_or_none()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
