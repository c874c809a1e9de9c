"""The operator's pages of accounts: one-time links, closing and opening, ending sign-ins, and second codes."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import accounts, people
from engine.errors import NotFound
from engine.model import Account
from engine.people import OPERATOR
from engine.transaction import transaction
from webapp import browsers, oidc
from webapp.auth import actor
from webapp.proving import proven
from webapp.security import key
from webapp.store import db
from webapp.words import marked, say

bp = Blueprint("accounts", __name__, url_prefix="/akun")
DEEDS = {  # the last part of the address -> what is done, and what is said then
    "tutup": (accounts.close, marked("Akun ditutup. Yang sedang masuk dengannya sudah dikeluarkan.")),
    "buka": (accounts.reopen, marked("Akun dibuka, tanpa batas waktu.")),
    "keluarkan": (accounts.end_sign_ins, marked("Semua peramban akun ini sudah dikeluarkan.")),
    "lupakan-kode": (accounts.forget_codes, marked("Kode kedua dihapus. Semua peramban akun ini sudah dikeluarkan.")),
}


@bp.before_request
def _for_operators() -> None:
    people.must_have(actor(), OPERATOR)


@bp.get("")
def index() -> str:
    """The accounts, perhaps those whose names hold a text."""
    store, text = db.session(), request.args.get("q", "").replace("\0", "")[:100]
    found = accounts.listed(store, actor(), text)
    return render_template(
        "accounts_list.html",
        lines=found[: accounts.MOST],
        more=len(found) > accounts.MOST,
        text=text,
        roles=people.role_names(store),
        key_roles=accounts.key_roles(store),
        is_open=accounts.is_open,
    )


@bp.get("/<account_id>")
def account(account_id: str) -> str:
    """One account, with what may be done with it."""
    return _page(accounts.find(db.session(), account_id))


@bp.post("/<account_id>/tautan")
@proven
def invite(account_id: str) -> Any:
    """Make a one-time link, which this answer alone shows."""
    with transaction(db.session()) as store:
        found = accounts.find(store, account_id)
        token = accounts.invite(store, found, actor(), key())
    return _page(found, link=url_for("links.opened", token=token, _external=True))


@bp.post("/<account_id>/sso")
@proven
def tie(account_id: str) -> Any:
    """Tie the account to somebody at the city's sign-in, or to nobody."""
    with transaction(db.session()) as store:
        accounts.tie(store, account_id, oidc.subject(request.form.get("subject", "").strip()), actor(), key())
    flash(say("Ikatan dengan SSO disimpan. Semua peramban akun ini sudah dikeluarkan."))
    return redirect(url_for("accounts.account", account_id=account_id))


@bp.post("/<account_id>/<deed>")
@proven
def change(account_id: str, deed: str) -> Response:
    """Close or open the account, end its sign-ins, forget its second code."""
    if deed not in DEEDS:
        raise NotFound()
    done, sentence = DEEDS[deed]
    with transaction(db.session()) as store:
        done(store, account_id, actor(), key())
    flash(say(sentence))
    return redirect(url_for("accounts.account", account_id=account_id))


@bp.post("/peran-kunci")
@proven
def set_key_roles() -> Any:
    """Say which roles need a second code."""
    with transaction(db.session()) as store:
        accounts.set_key_roles(store, request.form.getlist("role"), actor(), key())
    flash(say("Tersimpan. Berlaku mulai masuk berikutnya."))
    return redirect(url_for("accounts.index"))


def _page(found: Account, link: str = "") -> str:
    store = db.session()
    return render_template(
        "account.html",
        account=found,
        link=link,
        hours=int(accounts.VALID.total_seconds()) // 3600,
        roles=people.role_names(store),
        held=people.actor(store, found.person_id).roles,
        browsers=accounts.browsers(store, found.id),
        browser_words=browsers.words,
        is_open=accounts.is_open(found),
        own=found.person_id == actor().id,
        sso=oidc.is_on(current_app),
        subject=oidc.shown(found.subject),
    )
