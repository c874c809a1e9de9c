"""Everybody's own account: password, second code, and the browsers that are signed in."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from engine import accounts
from engine.errors import BadForm
from engine.model import Account
from engine.transaction import transaction
from webapp import browsers, codes
from webapp.auth import farewell
from webapp.links import DIFFERENT
from webapp.proving import proven
from webapp.store import db
from webapp.words import say, translated

bp = Blueprint("mine", __name__, url_prefix="/akun/saya")


@bp.get("")
def index() -> str:
    """The page."""
    return _page()


@bp.post("/sandi")
def change_password() -> Any:
    """Another password; other browsers are signed out."""
    account, password = _account(), request.form.get("password", "")
    matched = _matched(account)
    try:
        if password != request.form.get("again", ""):
            raise BadForm([DIFFERENT])
        hashed = accounts.hashed(account.username, password, account.person.name)
    except BadForm as error:
        return _page({one.field: translated(one) for one in error.errors}), 422
    with transaction(db.session()) as store:
        seconds = accounts.change_password(store, account.id, matched, hashed, current_user.token)
    if seconds is not None:
        return _page({"old": codes.refusal(seconds, codes.OLD)}), 429 if seconds else 422
    flash(say("Kata sandi diganti. Peramban lain perlu masuk lagi."))
    return redirect(url_for("mine.index"))


@bp.get("/kode")
def offer() -> Any:
    """A new second code."""
    account = _account()
    if account.totp:
        return redirect(url_for("mine.index"))
    return codes.offer_page(accounts.offer(account, codes.box()), password=bool(account.password))


@bp.post("/kode")
def set_up() -> Any:
    """Set it up, with the password."""
    account, sealed = _account(), request.form.get("sealed", "")
    matched = bool(account.password) and _matched(account)
    wrong, seconds = "", 0
    try:
        with transaction(db.session()) as store:
            found = accounts.set_up_codes(store, account.id, matched, sealed, codes.typed(), codes.box())
    except BadForm as error:
        wrong = translated(error.errors[0])
    else:
        if isinstance(found, list):
            return _recovery(found)
        wrong, seconds = codes.refusal(found, codes.OLD), found
    again = accounts.offered(account, sealed, codes.box())
    return codes.offer_page(again, wrong, bool(account.password)), 429 if seconds else 422


@bp.post("/kode/pemulihan")
def renew() -> Any:
    """New recovery codes."""
    with transaction(db.session()) as store:
        found = accounts.renew_codes(store, current_user.account, codes.typed(), codes.box())
    if isinstance(found, list):
        return _recovery(found)
    return _page({"code": codes.refusal(found)}), 429 if found else 422


@bp.post("/kode/lepas")
def drop() -> Any:
    """No second code any more."""
    with transaction(db.session()) as store:
        seconds = accounts.drop_codes(store, current_user.account, codes.typed(), codes.box())
    if seconds is not None:
        return _page({"code": codes.refusal(seconds)}), 429 if seconds else 422
    flash(say("Kode kedua dilepas."))
    return redirect(url_for("mine.index"))


@bp.post("/peramban/<browser>")
@proven
def end(browser: str) -> Response:
    """End one sign-in; perhaps this one."""
    with transaction(db.session()) as store:
        accounts.sign_out_browser(store, current_user.account, browser)
    flash(say("Peramban itu sudah keluar."))
    return redirect(url_for("mine.index"))


@bp.post("/keluar")
@proven
def leave_everywhere() -> Response:
    """End every sign-in, this one too."""
    with transaction(db.session()) as store:
        accounts.sign_out_everywhere(store, current_user.account)
    gone = farewell()
    flash(say("Anda sudah keluar dari semua perangkat."))
    return gone


def _page(wrong: dict[str, str] | None = None) -> str:
    store, account = db.session(), _account()
    mine = accounts.signed_in(store, current_user.token)
    return render_template(
        "account_mine.html",
        account=account,
        browsers=accounts.browsers(store, account.id),
        mine=mine.token if mine else "",
        browser_words=browsers.words,
        left=accounts.recovery_left(store, account.id),
        needed=accounts.needs_code(store, account.person_id),
        wrong=wrong or {},
    )


def _account() -> Account:
    return accounts.find(db.session(), current_user.account)


def _matched(account: Account) -> bool:
    return accounts.matches(db.session(), account.username, request.form.get("old", ""))


def _recovery(found: list[str]) -> str:
    return render_template("recovery.html", codes=found, onward=url_for("mine.index"))
