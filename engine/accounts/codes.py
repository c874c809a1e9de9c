"""The second code: six digits that a phone shows for half a minute (TOTP, RFC 6238), and recovery codes beside it."""

import base64
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import Any, cast

import pyotp
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from sqlalchemy.orm import Session

from engine import clock
from engine.accounts.finding import digest, held
from engine.accounts.sealing import Box
from engine.errors import BadForm, Conflict, FieldError, Refused
from engine.model import Account, RecoveryCode

ISSUER = "Sopan"
DRIFT = 1  # steps of half a minute that a phone's clock may be ahead or behind
OFFERED = timedelta(hours=1)  # how long an offered secret may be accepted
LATE = "Kode QR ini sudah terlalu lama. Buka halamannya lagi."
LOST = (
    "Kode kedua tidak terbuka lagi: kuncinya diganti, atau isinya diubah. Pakai kode pemulihan, atau hubungi operator."
)
RECOVERY = 8  # codes
GROUPS, LETTERS = 6, 4  # of a recovery code: 120 bits, so a plain hash of it is enough


@dataclass(frozen=True)
class Offer:
    """A new secret: to be read by a phone, to be typed, and sealed for the form that accepts it."""

    address: str
    secret: str
    sealed: str


@dataclass(frozen=True)
class Standing:
    """How many secrets of second codes are sealed: all, those that wait to be sealed anew, those that open no more."""

    sealed: int
    old: int
    lost: int


def offer(account: Account, box: Box) -> Offer:
    """A new secret for an account. Nothing is stored before it is accepted."""
    secret = pyotp.random_base32()
    return _offered(account, secret, box.seal(f"{_seconds()} {secret}", _waiting(account)))


def offered(account: Account, sealed: str, box: Box) -> Offer:
    """The offer that was sealed before. Raises Conflict if it is not for this account, or too old."""
    try:
        since, _, secret = box.open(sealed, _waiting(account)).partition(" ")
    except InvalidTag as error:
        raise Conflict(LATE) from error
    if _seconds() - int(since) > OFFERED.total_seconds():
        raise Conflict(LATE)
    return _offered(account, secret, sealed)


def set_up(session: Session, account_id: str, sealed: str, code: str, box: Box) -> list[str]:
    """From now on the account needs a second code, by the offered secret; its recovery codes. Sent again it gives
    other ones, and the first are void. Raises BadForm for a wrong code, Conflict if there is another secret already."""
    account = held(session, account_id)
    secret = offered(account, sealed, box).secret
    if account.totp:
        if _opened(account, account.totp, box) != secret:
            raise Conflict("Kode kedua sudah terpasang pada akun ini.")
        return renew(session, account_id)
    step = _step(secret, code, 0)
    if step is None:
        raise BadForm([FieldError("code", "Kode tidak cocok. Tunggu kode berikutnya di ponsel Anda, lalu coba lagi.")])
    account.totp, account.totp_step = box.seal(secret, _place(account)), step
    return renew(session, account_id)


def accept(session: Session, account_id: str, code: str, box: Box) -> bool:
    """Whether this is the account's second code now, or one of its recovery codes; either is accepted once. What was
    sealed in an older way is sealed anew. Raises Refused if the secret opens no more."""
    account = held(session, account_id)
    if not account.totp:
        return False
    if not re.fullmatch(r"\d{6}", plain := _plain(code), re.ASCII):
        mine = sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id, RecoveryCode.code == digest(plain))
        return cast("sa.CursorResult[Any]", session.execute(mine)).rowcount == 1
    secret = _opened(account, account.totp, box)
    step = _step(secret, plain, account.totp_step)
    if step is None:
        return False
    account.totp_step = step
    if box.is_old(account.totp):
        account.totp = box.seal(secret, _place(account))
    return True


def renew(session: Session, account_id: str) -> list[str]:
    """New recovery codes instead of the old ones, shown this once."""
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    found = [_recovery() for _ in range(RECOVERY)]
    session.add_all(RecoveryCode(account_id=account_id, code=digest(_plain(one))) for one in found)
    return found


def recovery_left(session: Session, account_id: str) -> int:
    """How many recovery codes an account has."""
    count = sa.select(sa.func.count()).select_from(RecoveryCode)
    return session.scalar(count.where(RecoveryCode.account_id == account_id)) or 0


def standing(session: Session, box: Box) -> Standing:
    """How the secrets of second codes are sealed. Opens each."""
    found = session.scalars(sa.select(Account).where(Account.totp.is_not(None)))
    opened = [(account.totp or "", _opens(account, box)) for account in found]
    old = sum(box.is_old(sealed) for sealed, opens in opened if opens)
    return Standing(len(opened), old, sum(not opens for _, opens in opened))


def forget(session: Session, account: Account) -> None:
    """The account needs no second code any more."""
    account.totp, account.totp_step = None, 0
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def _step(secret: str, code: str, last: int) -> int | None:
    """The step, later than the last one, whose code this is."""
    totp = pyotp.TOTP(secret)
    now = _seconds() // totp.interval
    typed, steps = _plain(code).encode(), range(max(last + 1, now - DRIFT), now + DRIFT + 1)
    return next((step for step in steps if compare_digest(totp.generate_otp(step).encode(), typed)), None)


def _offered(account: Account, secret: str, sealed: str) -> Offer:
    return Offer(pyotp.TOTP(secret).provisioning_uri(name=account.username, issuer_name=ISSUER), secret, sealed)


def _opened(account: Account, sealed: str, box: Box) -> str:
    try:
        return box.open_old(sealed) if "." not in sealed else box.open(sealed, _place(account))
    except InvalidTag as error:
        raise Refused(LOST) from error


def _opens(account: Account, box: Box) -> bool:
    try:
        return bool(_opened(account, account.totp or "", box))
    except Refused:
        return False


def _place(account: Account) -> str:
    return f"second code of {account.id}"


def _waiting(account: Account) -> str:
    return f"offer to {account.id}"


def _recovery() -> str:
    letters = base64.b32encode(secrets.token_bytes(GROUPS * LETTERS * 5 // 8)).decode().lower()
    return "-".join(letters[at : at + LETTERS] for at in range(0, GROUPS * LETTERS, LETTERS))


def _plain(code: str) -> str:
    return re.sub(r"[\s-]", "", code).lower()


def _seconds() -> int:
    return int(clock.system().timestamp())
