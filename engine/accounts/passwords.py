"""What a password must be, and the slow comparison with the hash that is kept. No rule of composition, no end date."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy.orm import Session

from engine.accounts import tries
from engine.accounts.finding import named
from engine.accounts.guessing import is_guessed
from engine.errors import BadForm, FieldError
from engine.model import Account, Person

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's parameters for argon2id
SHORTEST, LONGEST = 12, 1000  # characters
OURS = ("sopan", "pontianak", "diskominfo")  # words that who knows the city tries first
GUESSED = (
    "Kata sandi ini mudah ditebak. Pakai paling sedikit empat kata yang tidak berhubungan, "
    "tanpa nama, tanggal, atau deretan tombol."
)
_NOBODY = HASHER.hash(secrets.token_urlsafe(16))  # so that an unknown name takes as long as a wrong password


def create(session: Session, person: Person, username: str, password: str) -> Account:
    """An account with a password that is as it is: for the demo, and for tests."""
    account = Account(person_id=person.id, username=username, password=HASHER.hash(password))
    session.add(account)
    return account


def hashed(username: str, password: str, name: str = "") -> str:
    """The hash of a new password of somebody of this name. Slow: not for a transaction. Raises BadForm for one that is
    easily guessed."""
    plain = password.casefold()
    if not SHORTEST <= len(password) <= LONGEST:
        limits = (("least", str(SHORTEST)), ("most", str(LONGEST)))
        raise BadForm([FieldError("password", "Kata sandi terdiri atas {least} sampai {most} huruf.", limits)])
    if username.casefold() in plain:
        raise BadForm([FieldError("password", "Kata sandi tidak boleh memuat nama pengguna.")])
    if any(word in plain for word in OURS):
        ours = (("words", ", ".join(OURS)),)
        raise BadForm([FieldError("password", "Kata sandi tidak boleh memuat: {words}.", ours)])
    if is_guessed(password, (username, name)):
        raise BadForm([FieldError("password", GUESSED)])
    return HASHER.hash(password)


def matches(session: Session, username: str, password: str) -> bool:
    """Whether name and password belong together; one that must wait is not tried. Slow: not for a transaction."""
    if tries.wait(session, username):
        return False
    account = named(session, username)
    kept = account.password if account else ""
    try:
        return HASHER.verify(kept or _NOBODY, password[:LONGEST]) and bool(kept) and len(password) <= LONGEST
    except VerifyMismatchError:
        return False
