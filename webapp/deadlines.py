"""The deadline of a step: why it is that day, the letters that changed it, and the forms to change it."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import clock, people, sla, tasks
from engine.errors import BadForm, FieldError
from engine.model import DeadlineChange, ItemStatus, WorkItem
from engine.people import Actor
from engine.transaction import transaction
from webapp import words
from webapp.auth import actor
from webapp.security import key
from webapp.store import db
from webapp.words import marked, say

bp = Blueprint("deadlines", __name__)
FIELDS = ("letter", "letter_date", "reason", "added", "until", "ground", "begins", "ends")
GROUNDS = {"masa_sanggah": marked("Masa sanggah"), "kantor_lain": marked("Ditahan kantor lain")}


@bp.get("/tugas/<item_id>/tenggat")
def show(item_id: str) -> str:
    """A step's deadline, the old beside the new, for whoever may see its case."""
    return _page(item_id, actor())


@bp.get("/tenggat")
def waiting() -> str:
    """The proposals that I may decide."""
    session, who = db.session(), actor()
    found = sla.waiting(session, who)
    return render_template("deadlines.html", changes=found, names=people.names(session, _people(found)))


@bp.post("/tugas/<item_id>/tenggat/perpanjangan")
def ask(item_id: str) -> Any:
    """Propose an extension."""
    return _change(item_id, sla.ask, "ask", say("Usul perpanjangan dicatat. Orang kedua memutuskannya."))


@bp.post("/tugas/<item_id>/tenggat/jeda")
def pause(item_id: str) -> Any:
    """Pause the deadline."""
    return _change(item_id, sla.pause, "pause", say("Tenggat dijeda."))


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
    who, typed = actor(), _typed()
    try:
        with transaction(db.session()) as session:
            item_id = sla.resume(session, change_id, who, typed, key()).work_item_id
    except BadForm as error:
        item_id = db.session().get_one(DeadlineChange, change_id).work_item_id
        return _page(item_id, who, typed, "resume", error.errors), 422
    flash(say("Jeda diakhiri; tenggat dihitung lagi."))
    return redirect(url_for("deadlines.show", item_id=item_id))


def _change(item_id: str, command: Any, form: str, done: str) -> Any:
    who, typed = actor(), _typed()
    try:
        with transaction(db.session()) as session:
            command(session, item_id, who, typed, key())
    except BadForm as error:
        return _page(item_id, who, typed, form, error.errors), 422
    flash(done)
    return redirect(url_for("deadlines.show", item_id=item_id))


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in FIELDS}


def _page(
    item_id: str,
    who: Actor,
    typed: dict[str, str] | None = None,
    form: str = "",
    errors: list[FieldError] | None = None,
) -> str:
    session = db.session()
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
        may_work=people.may_prepare(who, item),
        may_ask=opened and sla.may(session, who, item.instance.key, sla.PROPOSE),
        may_decide=sla.may(session, who, item.instance.key, sla.APPROVE),
        me=who.id,
        typed=typed or {},
        form=form,
        errors=errors or [],
        wrong={error.field: words.translated(error) for error in errors or ()},
        grounds=GROUNDS,
        today=people.today(clock.business()).isoformat(),
    )


def _people(found: list[DeadlineChange]) -> set[str]:
    return {one.asked_by for one in found} | {one.decided_by for one in found if one.decided_by}


def changed(item: WorkItem) -> list[DeadlineChange]:
    """The letters that moved this step's deadline: for the pages that show it."""
    return sla.of_step(db.session(), item)
