"""Accounts: one for a person, by its user name, or by who somebody is at the city's own sign-in."""

import hashlib
import re
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, history
from engine.errors import BadForm, FieldError, NotFound
from engine.model import Account, Kind, Person
from engine.transaction import lock

NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,99}")
NAME_WRONG = "Nama pengguna: 2 sampai 100 huruf kecil, angka, atau tanda . _ @ + -"


def open_for(
    session: Session,
    person: Person,
    username: str,
    who: str = history.SYSTEM,
    expires_at: datetime | None = None,
    request: str | None = None,
) -> Account:
    """An account for a person, without a password: that is set under a one-time link. Raises BadForm for a user name
    that is taken or that nobody could type."""
    if event := history.answered(session, request, Kind.ACCOUNT_OPENED, who):
        return find(session, event.body["account"])
    plain = username.strip().lower()
    if not NAME.fullmatch(plain):
        raise BadForm([FieldError("username", NAME_WRONG)])
    if named(session, plain) is not None:
        raise BadForm([FieldError("username", "Nama pengguna ini sudah dipakai.")])
    account = Account(person_id=person.id, username=plain, password="", expires_at=expires_at)
    session.add(account)
    session.flush()
    tell(session, Kind.ACCOUNT_OPENED, who, account, request)
    return account


def find(session: Session, account_id: str) -> Account:
    """The account with this id. Raises NotFound."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound()
    return account


def named(session: Session, username: str) -> Account | None:
    """The account with this user name."""
    if "\0" in username:  # PostgreSQL cannot even ask for it
        return None
    return session.scalars(sa.select(Account).where(Account.username == username.strip().lower())).one_or_none()


def vouched_for(session: Session, subject: str, names: tuple[str, ...]) -> Account | None:
    """The open account of somebody whom the city's sign-in knows as `subject`: the one that is tied to them; or else
    the one that has one of these names and is tied to nobody, which is tied to them from now on."""
    account = session.scalars(sa.select(Account).where(Account.subject == subject)).one_or_none()
    if account is None:
        free = (one for name in names if (one := named(session, name)) and one.subject is None)
        account = next(free, None)
        if account is not None and is_open(account):
            account.subject = subject
            tell(session, Kind.ACCOUNT_LINKED, history.SYSTEM, account, subject=subject)
    return account if account is not None and is_open(account) else None


def is_open(account: Account) -> bool:
    """Whether somebody may be signed in with an account: it is not closed, and its end has not come."""
    return account.active and (account.expires_at is None or account.expires_at > clock.system())


def held(session: Session, account_id: str) -> Account:
    """The account as it is now; nobody else changes it until this transaction is over. Raises NotFound."""
    query = lock(sa.select(Account).where(Account.id == account_id), session)
    account = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if account is None:
        raise NotFound()
    return account


def tell(
    session: Session, kind: Kind, who: str, account: Account | None, request: str | None = None, **body: object
) -> None:
    """An event about an account, in the chain of no case."""
    system = history.system(session)
    about = {"account": account.id} if account else {}
    history.append(session, system, kind, who, {**about, **body}, request=request)


def digest(text: str) -> str:
    """What is kept of a secret that nobody can guess, or of a name that is nobody's business."""
    return hashlib.sha256(text.encode()).hexdigest()
