"""What people tell each other at a step: comments, and what an official sends back to the aide who prepared it."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, redirect, request, url_for

from engine import cases, comments, people, preparing, tasks
from engine.errors import BadForm, NotFound
from engine.model import Instance, Status, WorkItem
from engine.people import Actor, Sight
from engine.transaction import transaction
from webapp import dossier, steps, words
from webapp.auth import actor
from webapp.security import key
from webapp.store import db
from webapp.words import say

bp = Blueprint("talking", __name__)
LAST = 10  # comments on the page of a step


@dataclass(frozen=True)
class Talk:
    """The comments of a case as a page shows them, and the steps at which its reader may write one."""

    lines: list[comments.Comment]
    all: int
    names: dict[str, str]
    steps: list[WorkItem]


@bp.app_context_processor
def _standing() -> dict[str, Any]:
    return {"talk_of": _talk, "returned_of": _returned, "refused": g.get("refused", {}), "longest": comments.LONGEST}


@bp.post("/tugas/<item_id>/komentar")
def at_step(item_id: str) -> Any:
    """Comment on a step, on its page."""
    return _said(tasks.find(db.session(), item_id), actor(), "")


@bp.post("/berkas/<case_id>/komentar")
def in_case(case_id: str) -> Any:
    """Comment on a step that is chosen, on the page of its case."""
    found, who = cases.find(db.session(), actor(), case_id), actor()
    item = tasks.find(db.session(), request.form.get("tugas", ""))
    if item.instance_id != found.id:
        raise NotFound()
    return _said(item, who, found.id)


@bp.post("/tugas/<item_id>/kembalikan-konsep")
def send_back(item_id: str) -> Any:
    """Send what an aide prepared back, with a note."""
    who, note = actor(), request.form.get(preparing.NOTE, "")
    try:
        with transaction(db.session()) as session:
            preparing.send_back(session, item_id, who, note, key())
    except BadForm as error:
        g.refused = {one.field: words.translated(one) for one in error.errors}
        return steps.page(item_id, who), 422
    flash(say("Dikembalikan ke penyiapnya, dengan catatan Anda."))
    return redirect(url_for("inbox.index"))


def _said(item: WorkItem, who: Actor, case: str) -> Any:
    """Comment, and show the page it was written on: of the case, or of the step for who may open that."""
    item_id, instance = item.id, item.instance_id
    here = not case and people.may_prepare(who, item)
    try:
        with transaction(db.session()) as session:
            comments.make(session, item_id, who, request.form.get(comments.TEXT, ""), key())
    except BadForm as error:
        g.refused = {one.field: words.translated(one) for one in error.errors}
        return steps.page(item_id, who) if here else dossier.page(cases.find(db.session(), who, instance), who), 422
    flash(say("Komentar ditulis."))
    to = url_for("inbox.task", item_id=item_id) if here else url_for("cases.case", case_id=instance)
    return redirect(f"{to}#komentar")


def _talk(instance: Instance, seen: Sight, item: WorkItem | None = None) -> Talk:
    """The last comments, for the page of a step; all, for that of the case."""
    session = db.session()
    found = comments.listed(session, seen, instance)
    shown = found[-LAST:] if item else found
    running = instance.status == Status.RUNNING
    open_at = ([item] if item else comments.steps(session, seen, instance)) if running else []
    names = people.known_names(session, seen, {one.by for one in shown})
    return Talk(shown, len(found), names, open_at)


def _returned(item: WorkItem, seen: Sight) -> tuple[str, preparing.Returned] | None:
    """Who sent a step back to its aide, by name, if that is what happened to it last."""
    found = preparing.returned(db.session(), item)
    return (people.known_names(db.session(), seen, {found.by}).get(found.by, "-"), found) if found else None
