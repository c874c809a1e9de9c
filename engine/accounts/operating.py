"""What the operator does with accounts. Each deed is an event in the chain of no case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from engine import history, people
from engine.accounts import codes
from engine.accounts.finding import held, tell
from engine.accounts.signing import key_roles, sign_out_everywhere
from engine.errors import BadValue, Conflict, Refused
from engine.model import Account, KeyRole, Kind, Person, Role, SignIn
from engine.people import OPERATOR, Actor

MOST = 100  # rows of a page
LONGEST = 400  # characters of a subject


@dataclass(frozen=True)
class Line:
    """One account as the operator's page shows it."""

    account: Account
    roles: frozenset[str]
    seen_at: datetime | None  # while a sign-in of it is kept


def listed(session: Session, who: Actor, text: str = "") -> list[Line]:
    """The accounts whose person's or user name holds a text, by name; no more than MOST + 1. Raises NotAllowed."""
    people.must_have(who, OPERATOR)
    found = Person.name.icontains(text, autoescape=True) | Account.username.icontains(text, autoescape=True)
    query = sa.select(Account).join(Person).where(found).order_by(Person.name, Account.username).limit(MOST + 1)
    accounts = list(session.scalars(query.options(joinedload(Account.person))))
    last = sa.select(SignIn.account_id, sa.func.max(SignIn.seen_at)).where(SignIn.awaits == "")
    last = last.where(SignIn.account_id.in_([one.id for one in accounts])).group_by(SignIn.account_id)
    seen = dict(session.execute(last).all())
    return [Line(one, people.actor(session, one.person_id).roles, seen.get(one.id)) for one in accounts]


def close(session: Session, account_id: str, who: Actor, request: str | None = None) -> None:
    """Nobody signs in with this account any more, and who is signed in is no longer. Raises NotAllowed, NotFound, and
    Refused for the operator's own."""
    account = held(session, account_id)
    if account.person_id == who.id:
        raise Refused("Anda tidak dapat menutup akun Anda sendiri. Minta operator lain.")
    if _begins(session, account, who, Kind.ACCOUNT_CLOSED, request):
        account.active = False
        sign_out_everywhere(session, account_id)


def reopen(session: Session, account_id: str, who: Actor, request: str | None = None) -> None:
    """An account that was closed, or whose end has come, is as before, without an end. Raises NotAllowed, NotFound."""
    account = held(session, account_id)
    if _begins(session, account, who, Kind.ACCOUNT_OPENED, request):
        account.active, account.expires_at = True, None


def end_sign_ins(session: Session, account_id: str, who: Actor, request: str | None = None) -> None:
    """Whoever is signed in with this account has to sign in again. Raises NotAllowed, NotFound."""
    account = held(session, account_id)
    if _begins(session, account, who, Kind.ACCOUNT_SIGNED_OUT, request):
        sign_out_everywhere(session, account_id)


def forget_codes(session: Session, account_id: str, who: Actor, request: str | None = None) -> None:
    """The second code and the recovery codes of an account are no more: its phone is lost. A key role sets up a new
    one when it signs in. Raises NotAllowed, NotFound."""
    account = held(session, account_id)
    if _begins(session, account, who, Kind.CODES_FORGOTTEN, request):
        codes.forget(session, account)
        sign_out_everywhere(session, account_id)


def tie(session: Session, account_id: str, subject: str, who: Actor, request: str | None = None) -> None:
    """Tie an account to somebody at the city's sign-in, or (with an empty subject) to nobody. Raises NotAllowed,
    NotFound, BadValue, and Conflict if another account is tied to them."""
    account = held(session, account_id)
    if len(subject) > LONGEST or not subject.isprintable():
        raise BadValue("Pengenal di SSO terlalu panjang atau tidak dapat dibaca.")
    taken = sa.select(Account.id).where(Account.subject == subject, Account.id != account_id)
    if subject and session.scalar(taken):
        raise Conflict("Orang di SSO itu sudah terikat pada akun lain.")
    if _begins(session, account, who, Kind.ACCOUNT_LINKED, request, subject=subject):
        account.subject = subject or None
        sign_out_everywhere(session, account_id)


def set_key_roles(session: Session, wanted: Iterable[str], who: Actor, request: str | None = None) -> None:
    """Say which roles nobody exercises without a second code, from the next sign-in on. Raises NotAllowed, BadValue."""
    people.must_have(who, OPERATOR)
    if history.answered(session, request, Kind.KEY_ROLES_SET, who.id):
        return
    new, old = frozenset(wanted), key_roles(session)
    if new - old - set(session.scalars(sa.select(Role.key))):
        raise BadValue("Pilih peran dari daftar.")
    session.execute(sa.delete(KeyRole).where(KeyRole.role_key.in_(old - new)))
    session.add_all(KeyRole(role_key=key) for key in new - old)
    tell(session, Kind.KEY_ROLES_SET, who.id, None, request, roles=sorted(new))


def _begins(session: Session, account: Account, who: Actor, kind: Kind, request: str | None, **body: object) -> bool:
    """Whether this is a new deed, which is told now; not the repetition of one. Raises NotAllowed."""
    people.must_have(who, OPERATOR)
    if history.answered(session, request, kind, who.id, account=account.id):
        return False
    tell(session, kind, who.id, account, request, **body)
    return True
