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
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

from engine import clock
from engine.accounts.finding import digest, held
from engine.errors import BadForm, Conflict, FieldError, Refused
from engine.model import Account, RecoveryCode

ISSUER = "Sopan"
DRIFT = 1  # steps of half a minute that a phone's clock may be ahead or behind
OFFERED = timedelta(hours=1)  # how long an offered secret may be accepted
RECOVERY = 8  # codes
GROUPS, LETTERS = 6, 4  # of a recovery code: 120 bits, so a plain hash of it is enough


@dataclass(frozen=True)
class Offer:
    """A new secret: to be read by a phone, to be typed, and sealed for the form that accepts it."""

    address: str
    secret: str
    sealed: str


def sealer(secret: str) -> Fernet:
    """What seals the secrets of second codes: its key follows from the secret of the data folder."""
    derived = HKDF(SHA256(), 32, salt=None, info=b"sopan second code").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def offer(account: Account, box: Fernet) -> Offer:
    """A new secret for an account. Nothing is stored before it is accepted."""
    secret = pyotp.random_base32()
    return _offered(account, secret, box.encrypt_at_time(f"{account.id} {secret}".encode(), _seconds()).decode())


def offered(account: Account, sealed: str, box: Fernet) -> Offer:
    """The offer that was sealed before. Raises Conflict if it is not for this account, or too old."""
    try:
        text = box.decrypt_at_time(sealed.encode(), int(OFFERED.total_seconds()), _seconds()).decode()
    except InvalidToken as error:
        raise Conflict("Kode QR ini sudah terlalu lama. Buka halamannya lagi.") from error
    owner, _, secret = text.partition(" ")
    if owner != account.id:
        raise Conflict("Kode QR ini sudah terlalu lama. Buka halamannya lagi.")
    return _offered(account, secret, sealed)


def set_up(session: Session, account_id: str, sealed: str, code: str, box: Fernet) -> list[str]:
    """From now on the account needs a second code, by the offered secret; its recovery codes. Sent again it gives
    other ones, and the first are void. Raises BadForm for a wrong code, Conflict if there is another secret already."""
    account = held(session, account_id)
    secret = offered(account, sealed, box).secret
    if account.totp:
        if _opened(account.totp, box) != secret:
            raise Conflict("Kode kedua sudah terpasang pada akun ini.")
        return renew(session, account_id)
    step = _step(secret, code, 0)
    if step is None:
        raise BadForm([FieldError("code", "Kode tidak cocok. Tunggu kode berikutnya di ponsel Anda, lalu coba lagi.")])
    account.totp, account.totp_step = box.encrypt(secret.encode()).decode(), step
    return renew(session, account_id)


def accept(session: Session, account_id: str, code: str, box: Fernet) -> bool:
    """Whether this is the account's second code now, or one of its recovery codes; either is accepted once. Raises
    Refused if the key that sealed the secret is gone."""
    account = held(session, account_id)
    if not account.totp:
        return False
    if not re.fullmatch(r"\d{6}", plain := _plain(code), re.ASCII):
        mine = sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id, RecoveryCode.code == digest(plain))
        return cast("sa.CursorResult[Any]", session.execute(mine)).rowcount == 1
    step = _step(_opened(account.totp, box), plain, account.totp_step)
    if step is None:
        return False
    account.totp_step = step
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


def _opened(sealed: str, box: Fernet) -> str:
    try:
        return box.decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Refused("Kunci kode kedua sudah diganti. Pakai kode pemulihan, atau hubungi operator dinas.") from error


def _recovery() -> str:
    letters = base64.b32encode(secrets.token_bytes(GROUPS * LETTERS * 5 // 8)).decode().lower()
    return "-".join(letters[at : at + LETTERS] for at in range(0, GROUPS * LETTERS, LETTERS))


def _plain(code: str) -> str:
    return re.sub(r"[\s-]", "", code).lower()


def _seconds() -> int:
    return int(clock.system().timestamp())
