"""The deadline of a step: why it is that day, the letters that changed it, and the forms to change it."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import people, sla, tasks
from engine.model import DeadlineChange, ItemStatus, WorkItem
from engine.transaction import transaction
from webapp import typed
from webapp.auth import actor
from webapp.security import key
from webapp.store import db
from webapp.words import marked, say

bp = Blueprint("deadlines", __name__)
GROUNDS = {"masa_sanggah": marked("Masa sanggah"), "kantor_lain": marked("Ditahan kantor lain")}


@bp.get("/tugas/<item_id>/tenggat")
def show(item_id: str) -> str:
    """A step's deadline, the old beside the new, for whoever may see its case."""
    return _page(item_id, **typed.sent(""))


@bp.get("/tenggat")
def waiting() -> str:
    """The proposals that I may decide."""
    session, who = db.session(), actor()
    found = sla.waiting(session, who)
    return render_template("deadlines.html", changes=found, names=people.names(session, _people(found)))


@bp.post("/tugas/<item_id>/tenggat/perpanjangan")
def ask(item_id: str) -> Any:
    """Propose an extension."""
    return _done(item_id, item_id, sla.ask, "ask", say("Usul perpanjangan dicatat. Orang kedua memutuskannya."))


@bp.post("/tugas/<item_id>/tenggat/jeda")
def pause(item_id: str) -> Any:
    """Pause the deadline."""
    return _done(item_id, item_id, sla.pause, "pause", say("Tenggat dijeda."))


@bp.post("/tenggat/<change_id>/putusan")
def decide(change_id: str) -> Response:
    """Approve or deny a proposal."""
    who, agreed = actor(), request.form.get("putusan") == "setuju"
    with transaction(db.session()) as session:
        item_id = sla.decide(session, change_id, who, agreed, key()).work_item_id
    flash(say("Tenggat diperpanjang.") if agreed else say("Perpanjangan ditolak; tenggat tetap."))
    return redirect(url_for("deadlines.show", item_id=item_id))


@bp.post("/tenggat/<change_id>/lanjut")
def resume(change_id: str) -> Any:
    """End a pause."""
    item_id = sla.found(db.session(), change_id).work_item_id
    return _done(change_id, item_id, sla.resume, "resume", say("Jeda diakhiri; tenggat dihitung lagi."))


def _done(subject: str, item_id: str, command: Any, form: str, said: str) -> Any:
    """Do a command about a step or one of its changes, then show the step's deadline."""
    who, to = actor(), url_for("deadlines.show", item_id=item_id)
    return typed.done(
        lambda s, given: command(s, subject, who, given, key()), lambda **sent: _page(item_id, **sent), said, to, form
    )


def _page(item_id: str, **sent: Any) -> str:
    session, who = db.session(), actor()
    item = tasks.find(session, item_id)
    people.must_see(session, who, item.instance)
    g.case = item.instance_id
    found = sla.of_instance(session, item.instance_id)
    opened = item.status == ItemStatus.OPEN and bool(item.calendar)
    return render_template(
        "deadline.html",
        item=item,
        changes=found,
        names=people.names(session, _people(found)),
        may_work=people.may_work(who, item),
        may_ask=opened and sla.may(session, who, item.instance.key, sla.PROPOSE),
        may_decide=sla.may(session, who, item.instance.key, sla.APPROVE),
        me=who.id,
        grounds=GROUNDS,
        today=people.today().isoformat(),
        **sent,
    )


def _people(found: list[DeadlineChange]) -> set[str]:
    return {one.asked_by for one in found} | {one.decided_by for one in found if one.decided_by}


def changed(item: WorkItem) -> list[DeadlineChange]:
    """The letters that moved this step's deadline: for the pages that show it."""
    return sla.of_step(db.session(), item)
