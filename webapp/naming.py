"""Penetapan: who works in each lane of a case, whether they can finish it, and exceptions for them."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import cases, people, staffing
from engine.model import Status
from engine.transaction import transaction
from webapp import typed
from webapp.auth import actor
from webapp.proving import proven
from webapp.security import key
from webapp.store import db
from webapp.words import say

bp = Blueprint("naming", __name__)


@bp.get("/berkas/<case_id>/penetapan")
def show(case_id: str) -> str:
    """Who works in each lane."""
    return _page(case_id, **typed.sent(""))


@bp.post("/berkas/<case_id>/penetapan")
def name(case_id: str) -> Any:
    """Name a person for a lane."""
    who, said = actor(), say("Penetapan dicatat. Tugas jalur itu kini hanya sampai kepada yang ditetapkan.")
    return _done(case_id, lambda s, t: staffing.name(s, case_id, who, t, key()), said, "orang")


@bp.post("/berkas/<case_id>/penetapan/penyedia")
def name_vendor(case_id: str) -> Any:
    """A person from outside, with an account for this case alone."""
    who = actor()
    said = say("Penyedia ditetapkan dan akunnya dibuat. Operator memberinya tautan sekali pakai.")
    return _done(case_id, lambda s, t: staffing.name_vendor(s, case_id, who, t, key()), said, "penyedia")


@bp.post("/berkas/<case_id>/penetapan/pengecualian")
def ask(case_id: str) -> Any:
    """Ask for an exception."""
    who, said = actor(), say("Pengecualian diusulkan; PA yang memutuskan.")
    return _done(case_id, lambda s, t: staffing.ask(s, case_id, who, t, key()), said, "kecuali")


@bp.post("/penetapan/<staffing_id>/akhiri")
def end(staffing_id: str) -> Response:
    """Named no more."""
    who = actor()
    with transaction(db.session()) as session:
        case = staffing.end(session, staffing_id, who, key()).instance_id
    flash(say("Penetapan diakhiri."))
    return redirect(url_for("naming.show", case_id=case))


@bp.post("/pengecualian/<exception_id>")
@proven
def decide(exception_id: str) -> Response:
    """Give or refuse an exception."""
    who, agreed = actor(), request.form.get("putusan") == "setuju"
    with transaction(db.session()) as session:
        case = staffing.decide(session, exception_id, who, agreed, key()).instance_id
    flash(say("Pengecualian diberikan dan tercatat.") if agreed else say("Pengecualian ditolak."))
    return redirect(url_for("naming.show", case_id=case))


def _done(case_id: str, act: Callable[..., Any], said: str, form: str) -> Any:
    to = url_for("naming.show", case_id=case_id)
    return typed.done(act, lambda **sent: _page(case_id, **sent), said, to, form)


def _page(case_id: str, **sent: Any) -> str:
    session, who = db.session(), actor()
    instance = cases.find(session, who, case_id)
    g.case = instance.id
    seats = staffing.seats(session, instance)
    exceptions = staffing.listed(session, instance)
    ids = {row.person_id for seat in seats for row in seat.named} | {row.person_id for row in exceptions}
    ids |= {row.asked_by for row in exceptions} | {row.decided_by for row in exceptions if row.decided_by}
    running = instance.status == Status.RUNNING
    may = staffing.may_staff(session, who, instance) and running
    return render_template(
        "naming.html",
        case=instance,
        seats=seats,
        gaps={gap.lane: gap for gap in staffing.gaps(session, instance, seats)},
        exceptions=exceptions,
        reasons=staffing.reasons(session, instance),
        names=people.names(session, ids),
        roles=people.role_names(session),
        may=may,
        may_decide=running and who.has(people.BUDGET_OWNER),
        officials={one.id: one.name for one in staffing.officials(session)} if may else {},
        me=who.id,
        today=people.today(),
        **sent,
    )
