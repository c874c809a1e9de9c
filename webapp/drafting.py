"""What an open form asks by itself, as JSON: to keep what was typed as a draft, and which fields are shown now."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from engine import cases, clock, forms, people, tasks
from engine.forms import Form
from engine.model import WorkItem
from engine.transaction import transaction
from engine.values import Value
from webapp import onpaper, security, steps, words
from webapp.auth import actor
from webapp.steps import Typed
from webapp.store import db
from webapp.words import say

bp = Blueprint("drafting", __name__)


@bp.app_context_processor
def _conditions() -> dict[str, Any]:
    return {"asked": forms.asked}


@bp.post("/tugas/<item_id>/draf")
def keep(item_id: str) -> Response:
    """Keep the fields as the draft of a step; say when, and what the form looks like with them."""
    who, typed = actor(), steps.sent()
    with transaction(db.session()) as session:
        item = tasks.save_draft(session, item_id, who, typed | onpaper.kept(), security.key(), steps.savings())
        shape = _shape_of(item, typed)
    return jsonify(said=say("Draf tersimpan pukul {at}.", at=words.hour(clock.business())), **shape)


@bp.post("/berkas/baru/<key>/bentuk")
def ask(key: str) -> Response:
    """What the form that starts a case looks like with these fields. Nothing is kept."""
    people.must_start(db.session(), actor(), key)
    _, form = cases.start_form(db.session(), key)
    return jsonify(**_shape(form, {}, steps.sent()))


def _shape_of(item: WorkItem, typed: Typed) -> dict[str, Any]:
    _, form = tasks.node_and_form(db.session(), item)
    return _shape(form, tasks.seen(item), typed)


def _shape(form: Form | None, known: Mapping[str, Value], typed: Typed) -> dict[str, Any]:
    """What is hidden, and how the computed fields read."""
    rows = forms.shown(form, known, typed) if form else []
    texts = {row.name: row.text or say("belum ada") for row in rows if row.computed}
    return {"hidden": [row.name for row in rows if not row.visible], "texts": texts}
