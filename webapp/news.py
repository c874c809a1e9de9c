"""What an open inbox asks by itself: whether tasks have come since. Nobody is signed in for longer because of it."""

from datetime import datetime
from typing import Any

from flask import Blueprint, jsonify, request

from engine import tasks
from engine.errors import BadTime
from webapp import words
from webapp.auth import actor
from webapp.store import db

bp = Blueprint("news", __name__)


@bp.get("/tugas/baru")
def arrived() -> Any:
    """How many tasks have come into my inbox since a moment, in words; nothing if there are none."""
    number = tasks.arrived(db.session(), actor(), _moment(request.args.get("sejak", "")))
    if not number:
        return "", 204
    said = words.count("{n} tugas baru di kotak Anda.", "{n} tugas baru di kotak Anda.", number, n=words.many(number))
    return jsonify(n=words.many(number), said=said)


def _moment(text: str) -> datetime:
    """Raises BadTime."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadTime() from None
    if found.tzinfo is None:
        raise BadTime()
    return found
