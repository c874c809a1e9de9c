"""Signing in: accounts, passwords, one-time links, second codes, and a table of signed-in browsers."""

from engine.accounts.codes import Offer, offer, offered, recovery_left, standing
from engine.accounts.finding import NAME, NAME_WRONG, find, is_open, named, open_for, vouched_for
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
)
from engine.accounts.own import change_password, drop_codes, renew_codes, set_up_codes
from engine.accounts.passwords import create, hashed, matches
from engine.accounts.sealing import Box
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
    prove,
    seen,
    sign_in,
    sign_out,
    sign_out_browser,
    sign_out_everywhere,
    signed_in,
)
from engine.accounts.tries import FREE_FAILURES

__all__ = [
    "ABSOLUTE", "CODE", "FREE_FAILURES", "IDLE", "MOST", "NAME", "NAME_WRONG", "SEEN_EVERY", "SETUP", "VALID",
    "Box", "Entry", "Line", "Offer", "begin", "browsers", "change_password", "close", "create", "drop_codes",
    "end_sign_ins", "enter_by_setting_up", "enter_with_code", "find", "forget_codes", "halfway", "hashed",
    "invite", "invited", "is_open", "key_roles", "listed", "matches", "named", "needs_code", "offer", "offered",
    "open_for", "prove", "recovery_left", "redeem", "renew_codes", "reopen", "seen", "set_key_roles",
    "set_up_codes", "sign_in", "sign_out", "sign_out_browser", "sign_out_everywhere", "signed_in", "standing",
    "tie", "vouched_for",
]  # fmt: skip
