"""Long operations: how far each is; pause, resume and cancel."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engine import calendars, operations, people
from engine.errors import NotFound
from engine.model import Operation, OperationStatus, Part
from engine.people import OPERATOR
from engine.transaction import transaction
from webapp.auth import actor
from webapp.store import db
from webapp.words import say

bp = Blueprint("operating", __name__, url_prefix="/operasi/panjang")
TURNS = {"jeda": OperationStatus.PAUSED, "lanjut": OperationStatus.RUNNING, "batal": OperationStatus.CANCELLED}


@bp.get("")
def index() -> str:
    """The operations, the newest first."""
    people.must_have(actor(), OPERATOR)
    session = db.session()
    found = operations.listed(session)
    return render_template(
        "operations_long.html",
        operations=found,
        progress=operations.progress(session, [one.id for one in found]),
        who=people.names(session, {one.by for one in found}),
        title=_title,
        stamps=_stamps(),
    )


@bp.get("/<operation_id>")
def operation(operation_id: str) -> str:
    """One operation: how far it is, and what failed."""
    people.must_have(actor(), OPERATOR)
    session = db.session()
    found = operations.find(session, operation_id)
    return render_template(
        "operation.html",
        operation=found,
        progress=operations.progress(session, [found.id])[found.id],
        failed=operations.items(session, found.id, Part.FAILED),
        waiting=operations.items(session, found.id, Part.WAITING, 10),
        who=people.names(session, {one for one in (found.by, found.changed_by) if one}),
        title=_title,
        stamps=_stamps(),
    )


@bp.post("/<operation_id>/<wanted>")
def turn(operation_id: str, wanted: str) -> Response:
    """Pause, resume or cancel."""
    people.must_have(actor(), OPERATOR)
    if wanted not in TURNS:
        raise NotFound()
    by = actor().id
    with transaction(db.session()) as session:
        operations.turn(session, operation_id, TURNS[wanted], by)
    words = {"jeda": say("Operasi dijeda."), "lanjut": say("Operasi dilanjutkan."), "batal": say("Operasi dibatalkan.")}
    flash(words[wanted])
    return redirect(url_for("operating.operation", operation_id=operation_id))


def _title(one: Operation) -> str:
    """What an operation does, in words."""
    if one.kind == operations.HANDOVER:
        names = people.names(db.session(), {one.body["from"], one.body["to"]})
        return say("Serah terima dari {old} kepada {new}", old=names[one.body["from"]], new=names[one.body["to"]])
    if one.kind == operations.ROUTES:
        return say("Antar tugas yang menunggu ke peran barunya")
    name = calendars.find(db.session(), one.body["calendar"]).name
    if "opd" in one.body:
        return say("Geser tenggat: {opd} memakai kalender {name}", opd=one.body["opd"], name=name)
    return say("Geser tenggat: kalender {name} versi {n}", name=name, n=one.body["number"])


def _stamps() -> dict[str, tuple[str, str, str]]:
    """The state of an operation as (kind, words, icon)."""
    return {
        OperationStatus.RUNNING: ("is-run", say("berjalan"), "half"),
        OperationStatus.PAUSED: ("is-warn", say("dijeda"), "clock"),
        OperationStatus.CANCELLED: ("is-wait", say("dibatalkan"), "ring"),
        OperationStatus.DONE: ("is-done", say("selesai"), "ok"),
    }
