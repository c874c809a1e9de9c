"""Second codes in tests: a phone, and the setting of key roles."""

import time

import pyotp
import sqlalchemy as sa

from engine import accounts
from engine.accounts import codes
from engine.database import Database
from engine.model import KeyRole
from engine.transaction import transaction


def calm() -> None:
    """Not in the last seconds of a step: what a test computes now holds while it runs."""
    left = 30 - time.time() % 30
    if left < 4:
        time.sleep(left + 0.1)


def code(secret: str, steps: int = 0) -> str:
    """What a phone shows that is some steps ahead."""
    calm()
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * steps)


def give_codes(database: Database, username: str) -> str:
    """Set up a second code; the secret. The code of this step is spent."""
    calm()
    box = accounts.Box(database.secret())
    with database.session() as session, transaction(session):
        account = accounts.named(session, username)
        found = accounts.offer(account, box)
        codes.set_up(session, account.id, found.sealed, code(found.secret), box)
    return found.secret


def tell_key_roles(database: Database, *roles: str) -> None:
    """Which roles need a second code."""
    with database.session() as session, transaction(session):
        session.execute(sa.delete(KeyRole))
        session.add_all(KeyRole(role_key=role) for role in roles)
