"""One-time links: whoever opens one sets the password of an account. Only the hash of a link is kept."""

import secrets
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import clock, history, people
from engine.accounts import tries
from engine.accounts.finding import digest, held, is_open, tell
from engine.accounts.signing import sign_out_everywhere
from engine.errors import NotFound, Refused
from engine.model import Account, Invitation, Kind
from engine.people import OPERATOR, Actor
from engine.transaction import lock

VALID = timedelta(hours=24)


def invite(session: Session, account: Account, who: Actor, request: str | None = None) -> str:
    """The token of a new one-time link for an account, shown this once; an older link is void. A repeated `request`
    key gets a fresh token for the same link. Raises NotAllowed, and Refused if nobody may sign in with the account."""
    people.must_have(who, OPERATOR)
    repeated = history.answered(session, request, Kind.ACCOUNT_INVITED, who.id, account=account.id)
    if not is_open(held(session, account.id)):
        raise Refused("Akun ini ditutup. Buka dahulu, lalu buat tautannya.")
    token, until = secrets.token_urlsafe(32), clock.system() + VALID
    row = session.get(Invitation, account.id) or Invitation(account_id=account.id)
    row.token, row.expires_at, row.used = digest(token), until, ""
    session.add(row)
    if not repeated:
        tell(session, Kind.ACCOUNT_INVITED, who.id, account, request, until=until.isoformat())
    return token


def invited(session: Session, token: str, request: str = "") -> Account:
    """The account of a link that may still be used, or was by this very `request`. Raises NotFound, with the same
    words whatever the reason."""
    return _valid(session, token, request).account


def redeem(session: Session, token: str, password: str, request: str) -> None:
    """Set the password whose hash is given, by a link that is void from then on; every sign-in of the account ends.
    A repeated `request` key changes nothing. Raises NotFound."""
    row = _valid(session, token, request)
    if row.used:
        return
    row.account.password, row.used = password, request
    tries.forget(session, row.account.username)
    sign_out_everywhere(session, row.account_id)


def _valid(session: Session, token: str, request: str) -> Invitation:
    query = lock(sa.select(Invitation).where(Invitation.token == digest(token)), session)
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None or row.used not in ("", request) or row.expires_at <= clock.system() or not is_open(row.account):
        raise NotFound("Tautan ini tidak berlaku lagi. Minta tautan baru kepada operator dinas.")
    return row
