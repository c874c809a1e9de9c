"""Who is told of warnings and breaches: the operator's table of receivers, and the page of today for a receiver."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from engine import clock, deployments, library, people, receivers
from engine.model import Channel, Instance
from engine.people import OPERATOR
from engine.receivers import Alert
from engine.transaction import transaction
from webapp import telling, typed
from webapp.auth import actor
from webapp.security import key
from webapp.store import db
from webapp.words import marked, say

bp = Blueprint("escalations", __name__)
MOMENTS = {"warning": marked("peringatan"), "breach": marked("lewat batas")}
CHANNELS = {
    "halaman": marked("halaman Terlambat hari ini"),
    Channel.MAIL: marked("surel, menurut pilihan tiap orang"),
    Channel.GATEWAY: marked("WhatsApp atau Telegram, menurut pilihan tiap orang"),
}


@bp.get("/terlambat")
def today() -> str:
    """What my roles are told of today: one line a step, and one line for all limits in minutes."""
    session, who = db.session(), actor()
    found = receivers.alerts(session, who, people.today())
    return render_template("alerts.html", alerts=[(one, _step(one)) for one in found])


@bp.get("/operasi/penerima")
def index() -> str:
    """The table of receivers."""
    return _page(**typed.sent())


@bp.post("/operasi/penerima")
def add() -> Any:
    """A receiver more, from today."""
    who, said = actor(), say("Penerima ditambahkan, berlaku mulai hari ini.")
    to = url_for("escalations.index")
    return typed.done(lambda session, given: receivers.add(session, who, given, key()), _page, said, to)


@bp.post("/operasi/penerima/<receiver_id>/akhiri")
def end(receiver_id: str) -> Response:
    """A receiver counts no more."""
    who = actor()
    with transaction(db.session()) as session:
        receivers.end(session, who, receiver_id)
    flash(say("Penerima tidak berlaku lagi. Yang sudah tercatat di riwayat tetap."))
    return redirect(url_for("escalations.index"))


def _page(**sent: Any) -> str:
    people.must_have(actor(), OPERATOR)
    session = db.session()
    return render_template(
        "receivers.html",
        rows=receivers.listed(session),
        roles=people.role_names(session),
        processes=_processes(),
        steps=_steps(),
        moments=MOMENTS,
        channels=CHANNELS,
        **sent,
    )


def _processes() -> dict[str, str]:
    """What a row may be for: every process, or one by its name."""
    return {"": marked("semua proses")} | {one.key: one.name for one in deployments.processes(db.session())}


def _steps() -> dict[str, str]:
    """The steps of the models in force: id -> name and process."""
    found = library.in_force(db.session(), clock.business())
    processes = library.library(db.session(), found.digest).processes.values() if found else ()
    nodes = [(one, node) for one in processes for node in one.nodes.values() if node.is_work_item]
    return {node.id: f"{node.name or node.id} ({one.name})" for one, node in nodes}


def _step(alert: Alert) -> str:
    """The name of the step of an alert, as its model says it."""
    if alert.element is None:
        return ""
    session = db.session()
    definition, found = library.of(session, session.get_one(Instance, alert.cases[0]))
    return telling.timed(alert.element, telling.Book(definition, found))
