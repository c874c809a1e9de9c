"""Who does something sensitive shows once more who they are, unless they did in the last quarter of an hour.

What was sent travels through the page that asks, so nothing has to be typed again.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from flask import render_template, request, session
from flask_login import current_user

from engine import accounts, clock
from engine.transaction import transaction
from webapp import codes
from webapp.auth import renew
from webapp.store import db

FRESH = timedelta(minutes=15)
PROVEN = "proven"  # in the cookie: when, in seconds
PROOF = "bukti"  # the field
OURS = ("csrf_token", "request", PROOF)


def proven(act: Callable[..., Any]) -> Callable[..., Any]:
    """An act of a page that is done only by who has shown lately who they are."""

    @wraps(act)
    def asked(*args: Any, **values: Any) -> Any:
        refused = None if _is_fresh() else _ask()
        return act(*args, **values) if refused is None else refused

    return asked


def _is_fresh() -> bool:
    shown = datetime.fromtimestamp(session.get(PROVEN, 0), UTC)
    return bool(clock.system() - max(shown, current_user.since) <= FRESH)


def _ask() -> Any:
    """The page that asks; None if what it asked for is right."""
    given = request.form.get(PROOF, "")
    account = accounts.find(db.session(), current_user.account)
    if not given:
        return _page(account), 403
    matched = accounts.matches(db.session(), account.username, given)
    with transaction(db.session()) as store:
        entry = accounts.prove(store, current_user.token, matched, given, codes.box())
    if entry.token is None:
        wrong = codes.refusal(entry.seconds, codes.WRONG if account.totp else codes.OLD)
        return _page(account, wrong), 429 if entry.seconds else 422
    renew(entry.token)
    session[PROVEN] = int(clock.system().timestamp())
    return None


def _page(account: Any, wrong: str = "") -> str:
    kept = [(name, text) for name, text in request.form.items(multi=True) if name not in OURS]
    return render_template("proving.html", account=account, kept=kept, wrong=wrong, minutes=FRESH.seconds // 60)
