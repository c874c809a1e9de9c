"""How long cases are kept: rules, holds, and what could be proposed for destruction. Nothing here destroys anything."""

from datetime import date, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import cases, deployments, people, retention
from engine.errors import BadValue
from engine.people import OPERATOR, ZONE
from engine.transaction import transaction
from webapp import security
from webapp.auth import actor
from webapp.store import db
from webapp.words import marked, say

bp = Blueprint("keeping", __name__)
FATES = {
    retention.Fate.DESTROY: marked("dimusnahkan"),
    retention.Fate.REVIEW: marked("dinilai kembali"),
    retention.Fate.KEEP: marked("disimpan selamanya"),
}


@bp.get("/operasi/retensi")
def index() -> str:
    """The rules, what is held, and the proposals of today."""
    who, session = actor(), db.session()
    retention.must_see(who)
    rules, holds, proposals = retention.rules(session), retention.holds(session), retention.due(session)
    ids = {rule.by for rule in rules} | {hold.placed_by for hold in holds}
    return render_template(
        "retention.html",
        rules=rules,
        holds=holds,
        proposals=proposals,
        names=people.names(session, ids),
        fates=FATES,
        processes={entry.key: entry.name or entry.key for entry in deployments.processes(session)},
        noon=_noon,
        may_rule=who.has(OPERATOR),
        my_id=who.id,
        today=people.today(),
    )


@bp.post("/operasi/retensi/aturan")
def rule() -> Response:
    """Say how long the cases of a process are kept. Raises BadValue."""
    who, given = actor(), request.form
    people.must_have(who, OPERATOR)
    with transaction(db.session()) as session:
        years = _number(given.get("tahun", ""))
        fate, law = given.get("nasib", ""), given.get("dasar", "")
        retention.set_rule(session, who, given.get("proses", ""), years, fate, law, security.key())
    flash(say("Lama simpan ditetapkan."))
    return redirect(url_for("keeping.index"))


@bp.post("/operasi/retensi/tahan")
def hold() -> Response:
    """Hold a case, by its number. Raises BadValue, NotFound."""
    who, given = actor(), request.form
    with transaction(db.session()) as session:
        case = cases.find(session, who, given.get("nomor", "").strip()[:100])
        retention.place_hold(session, who, case.id, given.get("alasan", ""), given.get("surat", ""), security.key())
    flash(say("Berkas ditahan."))
    return redirect(url_for("keeping.index"))


@bp.post("/operasi/retensi/lepas/<hold_id>")
def lift(hold_id: str) -> Response:
    """Let go of a case that somebody else holds. Raises BadValue, NotAllowed."""
    who = actor()
    with transaction(db.session()) as session:
        retention.lift_hold(session, who, hold_id, request.form.get("alasan", ""), security.key())
    flash(say("Penahanan dilepas."))
    return redirect(url_for("keeping.index"))


def _noon(day: date) -> datetime:
    """An instant of a day, for the words that tell days."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZONE)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise BadValue("Isi lama simpan 1 sampai 100 tahun, dan nasib akhirnya.")
    return int(text)
