"""Operations: what could not be done and why, steps that nobody holds, the history's proof, and the demo's clock."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import cases, clock, demo, history, incidents, people, starts, timers
from engine.errors import BadValue, NotFound
from engine.model import Instance
from engine.people import OPERATOR
from engine.transaction import transaction
from webapp import words
from webapp.auth import actor, onward
from webapp.security import key
from webapp.store import database, db
from webapp.words import say

bp = Blueprint("operations", __name__)
SLEEPING = timedelta(minutes=2)  # a timer that is due for longer: no worker runs
NEXT = "berikutnya"
STEPS = {
    "PT1H": timedelta(hours=1),
    "PT4H": timedelta(hours=4),
    "P1D": timedelta(days=1),
    "P7D": timedelta(days=7),
    "P30D": timedelta(days=30),
}


@bp.get("/operasi")
def index() -> str:
    """What waits for the operator. With `?periksa=1` every chain of the history is checked now."""
    people.must_have(actor(), OPERATOR)
    session = db.session()
    broken = list(history.verify(session)) if request.args.get("periksa") == "1" else None
    unheld = cases.unassigned(session)
    waiting = timers.standing(session)
    return render_template(
        "operations.html",
        incidents=incidents.unresolved(session),
        starts=starts.stuck(session),
        unassigned=unheld,
        late={item.id: words.deadline(item) for item in unheld},
        timers=waiting,
        sleeping=waiting.since is not None and clock.business() - waiting.since > SLEEPING,
        broken=broken,
        numbers=_numbers([one.instance for one in broken or ()]),
        upcoming=demo.next_due(session) if current_app.config["DEMO"] else None,
    )


@bp.post("/operasi/kejadian/<incident_id>/ulang")
def retry(incident_id: str) -> Response:
    """Let what failed try again."""
    people.must_have(actor(), OPERATOR)
    who = actor().id
    with transaction(db.session()) as session:
        timers.retry(session, incident_id, who)
    fired = timers.fire_due(database().session)
    flash(say("Dicoba lagi.") if fired else say("Dicoba lagi, tetapi belum ada yang berubah."))
    return redirect(url_for("operations.index"))


@bp.post("/operasi/pewaktu-mulai/<timer_id>/ulang")
def retry_start(timer_id: str) -> Response:
    """Let a timer that could not begin a case try again."""
    people.must_have(actor(), OPERATOR)
    with transaction(db.session()) as session:
        starts.retry(session, timer_id)
    fired = timers.fire_due(database().session)
    flash(say("Dicoba lagi.") if fired else say("Dicoba lagi, tetapi belum ada yang berubah."))
    return redirect(url_for("operations.index"))


@bp.post("/demo/jam")
def move_clock() -> Any:
    """Move the demo's clock ahead, and let what falls due by that happen at once."""
    if not current_app.config["DEMO"]:
        raise NotFound()
    by, wanted = actor().id, request.form.get("maju", "")
    with transaction(db.session()) as session:
        demo.move_clock(session, _amount(session, wanted), by, key())
    fired = 0
    while some := timers.fire_due(database().session):
        fired += some
    flash(say("Jam demo sekarang {at}. Pewaktu yang berbunyi: {n}.", at=words.full(clock.business()), n=fired))
    return redirect(onward())


def _amount(session: Any, wanted: str) -> timedelta:
    """How far to move. Raises BadValue for anything that the form does not offer."""
    if wanted == NEXT:
        due = demo.next_due(session)
        if due is None:
            raise BadValue("Tidak ada tenggat atau peringatan yang menunggu.")
        return due - clock.business() + timedelta(seconds=1)
    if wanted not in STEPS:
        raise BadValue("Pilih lama waktu dari daftar.")
    return STEPS[wanted]


def _numbers(ids: list[str]) -> dict[str, str]:
    """The numbers of cases, by id."""
    found = (db.session().get(Instance, one) for one in ids)
    return {one.id: one.number for one in found if one is not None}
