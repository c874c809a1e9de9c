"""Failures: what the system could not do, since when and why in plain words, tried again one by one or several at
once; and who took care of what."""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import clock, incidents, people, timers
from engine.errors import BadValue
from engine.model import Incident, Status
from engine.people import OPERATOR
from engine.transaction import transaction
from webapp import words
from webapp.auth import actor
from webapp.store import database, db
from webapp.words import marked, say

bp = Blueprint("failures", __name__)
MOST = 100  # rows
VIEWS = ("menunggu", "beres")
TODO = {
    "program": marked("Kesalahan program: laporkan kepada pengembang, lalu coba lagi sesudah Sopan diperbarui."),
    "timer": marked("Perbaiki sebabnya, yaitu data berkas atau modelnya, lalu coba lagi."),
    "failed": marked("Berkas ini berakhir gagal. Catat sebabnya, tandai, dan mulai lagi bila masih diperlukan."),
    "broken": marked("Keadaan tersimpannya rusak: bandingkan dengan cadangan, hubungi pengembang, baru tandai."),
}


@bp.get("/operasi/kegagalan")
def index() -> str:
    """The failures that wait, or those that were taken care of; with these words in number, package or reason."""
    people.must_have(actor(), OPERATOR)
    session, search = db.session(), request.args.get("q", "")[:200]
    view = request.args.get("lihat") if request.args.get("lihat") in VIEWS else VIEWS[0]
    found = list(session.scalars(incidents.listed(view == "beres", search).limit(MOST + 1)))
    who = {one.resolved_by for one in found if one.resolved_by}
    return render_template(
        "failures.html",
        view=view,
        search=search,
        found=found[:MOST],
        more=len(found) > MOST,
        names=people.names(session, who),
        ages={one.id: _age(one.at) for one in found},
        todo={one.id: TODO[_kind(one)] for one in found},
        waiting=incidents.number(session),
    )


@bp.post("/operasi/kegagalan")
def retry() -> Response:
    """Let the chosen ones try again. Raises BadValue where none is chosen."""
    people.must_have(actor(), OPERATOR)
    chosen, who = set(request.form.getlist("pilih")), actor().id
    if not chosen:
        raise BadValue("Pilih paling sedikit satu kegagalan.")
    with transaction(db.session()) as session:
        tried = timers.retry_some(session, chosen, who)
    timers.fire_due(database().session)
    again = timers.still_stuck(db.session(), tried)
    flash(say("Ditangani: {n}. Gagal lagi: {again}.", n=len(tried) - again, again=again))
    return redirect(url_for("failures.index"))


def _kind(one: Incident) -> str:
    if one.reason.startswith(timers.OURS):
        return "program"
    if one.timer_id:
        return "timer"
    return "failed" if one.instance.status == Status.FAILED else "broken"


def _age(at: datetime) -> Any:
    """How long ago, in the largest unit that is not zero."""
    minutes = max(0, int((clock.business() - at).total_seconds() // 60))
    if minutes < 60:
        return words.count("{n} menit", "{n} menit", minutes)
    if minutes < 24 * 60:
        return words.count("{n} jam", "{n} jam", minutes // 60)
    return words.count("{n} hari", "{n} hari", minutes // (24 * 60))
