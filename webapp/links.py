"""One-time links: somebody sets the password of their account. Opening one uses nothing up: previews open links too."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine import accounts
from engine.errors import BadForm, FieldError
from engine.transaction import transaction
from webapp.security import key
from webapp.store import db
from webapp.words import say, translated

bp = Blueprint("links", __name__, url_prefix="/tautan")
DIFFERENT = FieldError("again", "Kedua kata sandi tidak sama.")


@bp.get("/<token>")
def opened(token: str) -> str:
    """The page on which a new password is typed."""
    return render_template("link.html", account=accounts.invited(db.session(), token), wrong={})


@bp.post("/<token>")
def redeem(token: str) -> Any:
    """Set it. The link is void from then on."""
    password = request.form.get("password", "")
    account = accounts.invited(db.session(), token, key())
    try:
        if password != request.form.get("again", ""):
            raise BadForm([DIFFERENT])
        hashed = accounts.hashed(account.username, password, account.person.name)
    except BadForm as error:
        wrong = {one.field: translated(one) for one in error.errors}
        return render_template("link.html", account=account, wrong=wrong), 422
    with transaction(db.session()) as store:
        accounts.redeem(store, token, hashed, key())
    flash(say("Kata sandi tersimpan. Masuklah dengan kata sandi itu."))
    return redirect(url_for("auth.sign_in"))
