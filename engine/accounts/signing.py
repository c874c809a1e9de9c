"""Signing in, with a second code where one is due, and the table of signed-in browsers."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from engine import clock, people
from engine.accounts import codes, tries
from engine.accounts.finding import digest, is_open, named
from engine.accounts.sealing import Box
from engine.model import Account, KeyRole, SignIn

IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)
HALFWAY = timedelta(minutes=15)  # between the password and the second code
SEEN_EVERY = timedelta(minutes=1)
CODE, SETUP = "code", "setup"  # what a sign-in awaits


@dataclass(frozen=True)
class Entry:
    """What came of a try: a token for the browser, and what the sign-in still awaits; or the seconds to wait."""

    token: str | None = None
    awaits: str = ""
    seconds: int = 0


def sign_in(session: Session, username: str, matched: bool, browser: str = "") -> Entry:
    """Sign in by user name, if the password matched. Says nothing of whether the name exists."""
    if seconds := tries.waits(session, username):
        return Entry(seconds=seconds)
    account = named(session, username)
    if account is None or not matched or not is_open(account):
        return Entry(seconds=tries.failed(session, username))
    return begin(session, account, browser)


def begin(session: Session, account: Account, browser: str = "", proven: bool = False) -> Entry:
    """Sign in somebody who has shown who they are; `proven` if by two factors already."""
    awaits = "" if proven else _awaited(session, account)
    if awaits:
        return Entry(_add(session, account, browser, awaits), awaits)
    return _enter(session, account, browser)


def enter_with_code(session: Session, token: str, code: str, box: Box) -> Entry:
    """Finish a sign-in that awaits a second code; wrong ones count like wrong passwords."""
    row = halfway(session, token)
    if row is None or row.awaits != CODE:
        return Entry()
    if seconds := tries.waits(session, row.account.username):
        return Entry(awaits=CODE, seconds=seconds)
    if not codes.accept(session, row.account_id, code, box):
        return Entry(awaits=CODE, seconds=tries.failed(session, row.account.username))
    session.delete(row)
    return _enter(session, row.account, row.browser)


def enter_by_setting_up(session: Session, token: str, sealed: str, code: str, box: Box) -> tuple[Entry, list[str]]:
    """Finish a sign-in that awaits a second code's setting up; with the recovery codes. Raises BadForm, Conflict."""
    row = halfway(session, token)
    if row is None or row.awaits != SETUP:
        return Entry(), []
    found = codes.set_up(session, row.account_id, sealed, code, box)
    session.delete(row)
    return _enter(session, row.account, row.browser), found


def prove(session: Session, token: str, matched: bool, code: str, box: Box) -> Entry:
    """Show once more who one is: by the second code where there is one, else by the password. The browser gets another
    token in the place of this one; or there are seconds to wait."""
    row = signed_in(session, token)
    if row is None:
        return Entry()
    if seconds := tries.waits(session, row.account.username):
        return Entry(seconds=seconds)
    if not (codes.accept(session, row.account_id, code, box) if row.account.totp else matched):
        return Entry(seconds=tries.failed(session, row.account.username))
    tries.forget(session, row.account.username)
    new = secrets.token_urlsafe(32)
    session.execute(sa.update(SignIn).where(SignIn.token == row.token).values(token=digest(new)))
    return Entry(new)


def needs_code(session: Session, person_id: str) -> bool:
    """Whether a person does the work of a role today that nobody exercises without a second code: by appointment, by
    an acting letter, or named for a lane of a case."""
    return not people.exercised(session, person_id).isdisjoint(key_roles(session))


def key_roles(session: Session) -> frozenset[str]:
    """The roles that nobody exercises without a second code."""
    return frozenset(session.scalars(sa.select(KeyRole.role_key)))


def signed_in(session: Session, token: str) -> SignIn | None:
    """The sign-in behind a browser's token, unless it is too old, idle for too long, awaits a second code, or its
    account was closed."""
    row = _behind(session, token)
    now = clock.system()
    if row is None or row.awaits or now - row.at > ABSOLUTE or now - row.seen_at > IDLE:
        return None
    return row


def halfway(session: Session, token: str) -> SignIn | None:
    """The sign-in that awaits something, unless it is too old or its account was closed."""
    row = _behind(session, token)
    return row if row is not None and row.awaits and clock.system() - row.at <= HALFWAY else None


def seen(session: Session, token: str) -> None:
    """Remember that a browser was active (called in a transaction, at most once in SEEN_EVERY)."""
    fresh = sa.update(SignIn).where(SignIn.token == digest(token))
    session.execute(fresh.values(seen_at=clock.system()))


def browsers(session: Session, account_id: str) -> list[SignIn]:
    """The signed-in browsers of an account, the last seen first."""
    now = clock.system()
    query = sa.select(SignIn).where(SignIn.account_id == account_id, SignIn.awaits == "")
    query = query.where(SignIn.at >= now - ABSOLUTE, SignIn.seen_at >= now - IDLE)
    return list(session.scalars(query.order_by(SignIn.seen_at.desc())))


def sign_out(session: Session, token: str) -> None:
    """End one sign-in."""
    session.execute(sa.delete(SignIn).where(SignIn.token == digest(token)))


def sign_out_browser(session: Session, account_id: str, browser: str) -> None:
    """End one of the sign-ins of an account, by what stands in the table of `browsers`."""
    session.execute(sa.delete(SignIn).where(SignIn.account_id == account_id, SignIn.token == browser))


def sign_out_everywhere(session: Session, account_id: str, but: str | None = None) -> None:
    """End every sign-in of an account; perhaps but the one behind a token."""
    gone = sa.delete(SignIn).where(SignIn.account_id == account_id)
    session.execute(gone.where(SignIn.token != digest(but)) if but else gone)


def _awaited(session: Session, account: Account) -> str:
    if account.totp:
        return CODE
    return SETUP if needs_code(session, account.person_id) else ""


def _enter(session: Session, account: Account, browser: str) -> Entry:
    tries.forget(session, account.username)
    session.execute(sa.delete(SignIn).where(SignIn.at < clock.system() - ABSOLUTE))
    return Entry(_add(session, account, browser, ""))


def _add(session: Session, account: Account, browser: str, awaits: str) -> str:
    token, now = secrets.token_urlsafe(32), clock.system()
    session.add(
        SignIn(token=digest(token), account_id=account.id, at=now, seen_at=now, browser=browser[:80], awaits=awaits)
    )
    return token


def _behind(session: Session, token: str) -> SignIn | None:
    query = sa.select(SignIn).where(SignIn.token == digest(token))
    row = session.scalars(query.options(joinedload(SignIn.account).joinedload(Account.person))).one_or_none()
    return row if row is not None and is_open(row.account) else None
