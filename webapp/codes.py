"""The second code at the door: asked for, or set up by somebody whose role needs one."""

from typing import Any

import segno
from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from engine import accounts
from engine.accounts import CODE, SETUP, Box, Offer
from engine.errors import BadForm
from engine.model import Account
from engine.transaction import transaction
from webapp.auth import HALF, NEXT, VOUCHED, arrive
from webapp.store import db
from webapp.words import count, marked, say, translated

bp = Blueprint("codes", __name__, url_prefix="/masuk")
LONGEST = 100  # characters of a typed code
OLD = marked("Kata sandi sekarang tidak cocok.")
WRONG = marked("Kode tidak cocok, atau sudah dipakai. Tunggu kode berikutnya di ponsel Anda, lalu coba lagi.")


@bp.get("/kode")
def ask() -> Any:
    """The page that asks for the second code."""
    return render_template("code.html") if _half(CODE) else _again()


@bp.post("/kode")
def enter() -> Any:
    """Finish the sign-in with a second code or a recovery code."""
    wanted = session.get(NEXT, "/")
    with transaction(db.session()) as store:
        entry = accounts.enter_with_code(store, session.get(HALF, ""), typed(), box())
    if entry.token is None and not entry.awaits:
        return _again()
    if entry.token is None:
        return render_template("code.html", wrong=refusal(entry.seconds)), 429 if entry.seconds else 422
    arrive(entry, wanted, session.get(VOUCHED, False))
    return redirect(wanted)


@bp.get("/pasang")
def offer() -> Any:
    """The page on which a role that needs a second code sets it up."""
    account = _half(SETUP)
    return offer_page(accounts.offer(account, box())) if account else _again()


@bp.post("/pasang")
def set_up() -> Any:
    """Set it up and finish the sign-in."""
    sealed, wanted = request.form.get("sealed", ""), session.get(NEXT, "/")
    try:
        with transaction(db.session()) as store:
            token = session.get(HALF, "")
            entry, recovery = accounts.enter_by_setting_up(store, token, sealed, typed(), box())
    except BadForm as error:
        account = _half(SETUP)
        again = accounts.offered(account, sealed, box()) if account else None
        return (offer_page(again, translated(error.errors[0])), 422) if again else _again()
    if entry.token is None:
        return _again()
    arrive(entry, wanted, session.get(VOUCHED, False))
    return render_template("recovery.html", codes=recovery, onward=wanted)


def offer_page(found: Offer, wrong: str = "", password: bool | None = None) -> str:
    """A new second code, to be read by a phone: at the door, or on somebody's page (`password`: asked for)."""
    picture = segno.make(found.address, error="m").svg_inline(omitsize=True, light="#fff", svgclass="qr", lineclass="")
    return render_template(
        "code_offer.html", offer=found, picture=Markup(picture), wrong=wrong, password=password, door=password is None
    )


def typed() -> str:
    """The code that was typed."""
    return request.form.get("code", "")[:LONGEST]


def box() -> Box:
    """What seals the secrets of second codes."""
    return accounts.Box(str(current_app.secret_key), tuple(current_app.config["SECRET_KEY_FALLBACKS"]))


def refusal(seconds: int, wrong: str = WRONG) -> str:
    """Why a code or a password was not accepted."""
    one = "Sudah beberapa kali gagal. Tunggu {n} detik, lalu coba lagi."
    return count(one, one, seconds) if seconds else say(wrong)


def _half(awaits: str) -> Account | None:
    """Whose sign-in awaits this at this browser."""
    row = accounts.halfway(db.session(), session.get(HALF, ""))
    return row.account if row is not None and row.awaits == awaits else None


def _again() -> Response:
    """Back to the door: the sign-in is over, or was never begun."""
    return redirect(url_for("auth.sign_in", next=session.get(NEXT)))
