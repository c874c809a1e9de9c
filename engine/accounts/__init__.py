"""Signing in: accounts, passwords, one-time links, second codes, and a table of signed-in browsers."""

from sqlalchemy.orm import Session

from engine.accounts.codes import Offer, left, offer, offered, sealer
from engine.accounts.finding import find, is_open, named, open_for, vouched_for
from engine.accounts.inviting import VALID, invite, invited, redeem
from engine.accounts.operating import (
    MOST,
    Line,
    close,
    end_sign_ins,
    forget_codes,
    listed,
    reopen,
    set_key_roles,
    tie,
)  # fmt: skip
from engine.accounts.own import change_password, drop_codes, renew_codes, set_up_codes
from engine.accounts.passwords import HASHER, SHORTEST, hashed, matches
from engine.accounts.signing import (
    ABSOLUTE,
    CODE,
    IDLE,
    SEEN_EVERY,
    SETUP,
    Entry,
    begin,
    browsers,
    enter_by_setting_up,
    enter_with_code,
    halfway,
    key_roles,
    needs_code,
    seen,
    sign_in,
    sign_out,
    sign_out_browser,
    sign_out_everywhere,
    signed_in,
)  # fmt: skip
from engine.accounts.tries import FREE_FAILURES
from engine.model import Account, Person

__all__ = [
    "ABSOLUTE", "CODE", "FREE_FAILURES", "HASHER", "IDLE", "MOST", "SEEN_EVERY", "SETUP", "SHORTEST", "VALID", "Entry",
    "Line", "Offer", "begin", "browsers", "change_password", "close", "create", "drop_codes", "end_sign_ins",
    "enter_by_setting_up", "enter_with_code", "find", "forget_codes", "halfway", "hashed", "invite", "invited",
    "is_open", "key_roles", "left", "listed", "matches", "named", "needs_code", "offer", "offered", "open_for",
    "redeem", "renew_codes", "reopen", "seen", "set_key_roles", "set_up_codes", "sealer", "sign_in", "sign_out",
    "sign_out_browser", "sign_out_everywhere", "signed_in", "tie", "vouched_for",
]  # fmt: skip


def create(session: Session, person: Person, username: str, password: str) -> Account:
    """An account for a person of the demo or of a script, whose password is as it is."""
    account = Account(person_id=person.id, username=username, password=HASHER.hash(password))
    session.add(account)
    return account
