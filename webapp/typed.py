"""The house's own small forms: what was sent, what was wrong with it, and the page that shows both."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request

from engine.errors import BadForm, FieldError
from engine.transaction import transaction
from webapp import words
from webapp.store import db

LONGEST = 4_000  # characters of a field that are looked at
OURS = ("csrf_token", "request", "aksi", "bukti")


def fields() -> dict[str, str]:
    """What was sent, by name, without what belongs to every form."""
    return {name: text[:LONGEST] for name, text in request.form.items() if name not in OURS}


def sent(
    form: str = "f", typed: dict[str, str] | None = None, errors: list[FieldError] | None = None
) -> dict[str, Any]:
    """What `_fields.html` asks of a page: which form was sent, what it said, and what is wrong."""
    wrong = {error.field: words.translated(error) for error in errors or ()}
    return {"form": form, "typed": typed or {}, "errors": errors or [], "wrong": wrong}


def done(
    act: Callable[[Any, dict[str, str]], Any], again: Callable[..., str], said: str, to: str, form: str = "f"
) -> Any:
    """Do a command with what was sent, in a transaction, and go `to` a page that says so; or show the page `again`
    with what is wrong."""
    typed = fields()
    try:
        with transaction(db.session()) as session:
            act(session, typed)
    except BadForm as error:
        return again(**sent(form, typed, error.errors)), 422
    flash(said)
    return redirect(to)
