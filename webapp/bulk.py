"""Several tasks at once: take them, or hand them to a colleague. Each is a command of its own, and each says what
became of it."""

import hashlib
from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine import handing, people, tasks
from engine.errors import BadValue, EngineError
from engine.transaction import transaction
from webapp import words
from webapp.auth import actor, onward
from webapp.security import key
from webapp.store import db
from webapp.words import count, say

bp = Blueprint("bulk", __name__)
MOST = 200  # the rows of a page
Command = Callable[[Session, str, str], object]  # a work item's id, and the key of its own


@bp.post("/tugas/sekaligus")
def several() -> Response:
    """What was chosen, one after the other; what cannot be done stops no other. Raises BadValue if nothing was."""
    chosen = list(dict.fromkeys(request.form.getlist("pilih")))[:MOST]
    if not chosen:
        raise BadValue("Pilih paling sedikit satu tugas.")
    who, to, text = actor(), request.form.get("kepada", ""), request.form.get("disposisi", "")
    if request.form.get("aksi") == "serahkan":
        done = _each(chosen, lambda session, item, key_: handing.hand(session, item, who, to, text, key_))
        flash(count("{n} tugas diserahkan.", "{n} tugas diserahkan.", done))
    else:
        done = _each(chosen, lambda session, item, key_: tasks.claim(session, item, who, key_))
        flash(count("{n} tugas sekarang Anda pegang.", "{n} tugas sekarang Anda pegang.", done))
    return redirect(onward() if request.form.get("next") else url_for("inbox.index"))


def _each(chosen: list[str], command: Command) -> int:
    """How many were done. Of the others a line each says why not."""
    done = 0
    for item in chosen:
        own = f"{key()}.{hashlib.sha256(item.encode()).hexdigest()[:12]}"
        try:
            with transaction(db.session()) as session:
                command(session, item, own)
            done += 1
        except EngineError as error:
            flash(say("{step}: {why}", step=_name(item), why=words.translated(error)))
    return done


def _name(item_id: str) -> str:
    """What to call a work item that could not be done: one that is not theirs by nothing."""
    try:
        item = tasks.find(db.session(), item_id)
    except EngineError:
        return "-"
    return f"{item.instance.number}, {item.name}" if people.may_work(actor(), item) else "-"
