"""The page of an applicant: a case's number and code show where it stands, to anybody, without a name.

Wrong pairs are counted for each address and make it wait longer and longer. The counts live in this process: several
processes let an address try so many times more, against codes of 60 bits.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from ipaddress import ip_address
from threading import Lock
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for

from engine import clock, tracking
from engine.errors import NotFound
from engine.model import Instance, Status
from engine.transaction import transaction
from webapp import notices, words
from webapp.auth import actor
from webapp.security import from_proxy, key
from webapp.store import db
from webapp.words import marked, say

bp = Blueprint("tracking", __name__)
FREE, LONGEST = 5, timedelta(minutes=15)  # wrong answers without waiting; the longest wait
MEMORY = timedelta(hours=1)  # after the last wrong answer
MOST = 10_000  # addresses
STATUS = {
    Status.RUNNING: marked("Sedang dikerjakan"),
    Status.COMPLETED: marked("Selesai"),
    Status.CANCELLED: marked("Dibatalkan"),
    Status.FAILED: marked("Berhenti karena kesalahan; dinas akan menghubungi Anda"),
}


class Brake:
    """How often each address was wrong lately, and until when it waits."""

    def __init__(self) -> None:
        self.wrong, self.lock = OrderedDict[str, tuple[int, datetime]](), Lock()

    def wait(self, address: str) -> int:
        """For how many seconds an address is not answered."""
        with self.lock:
            number, at = self.wrong.get(address, (0, clock.system()))
        if number < FREE:
            return 0
        pause = min(timedelta(seconds=2 ** min(number - FREE + 1, 20)), LONGEST)
        left = (at + pause - clock.system()).total_seconds()
        return max(0, round(left + 0.5))

    def count(self, address: str) -> None:
        """One wrong answer more."""
        now = clock.system()
        with self.lock:
            number, at = self.wrong.pop(address, (0, now))
            self.wrong[address] = (number + 1 if now - at < MEMORY else 1, now)
            while len(self.wrong) > MOST:
                self.wrong.popitem(last=False)


@bp.record_once
def _attach(state: Any) -> None:
    state.app.extensions["sopan.brake"] = Brake()


@bp.get("/lacak")
def page() -> str:
    """Ask for number and code."""
    return render_template("track.html", number=request.args.get("nomor", "")[:60])


@bp.post("/lacak")
def look() -> Any:
    """Where a case stands; a number that is not there and a wrong code get the same answer."""
    brake: Brake = current_app.extensions["sopan.brake"]
    address, number = _address(), request.form.get("nomor", "")[:60]
    if seconds := brake.wait(address):
        return render_template("track.html", number=number, seconds=seconds), 429, {"Retry-After": str(seconds)}
    try:
        found = tracking.find(db.session(), _secret(), number, request.form.get("kode", ""))
    except NotFound as error:
        brake.count(address)
        return render_template("track.html", number=number, wrong=words.translated(error)), 422
    return render_template("tracked.html", case=found, status=STATUS[found.status])


@bp.post("/berkas/<case_id>/kode-lacak")
def withdraw(case_id: str) -> Any:
    """Another code for a case, and none for who has the one of before."""
    with transaction(db.session()) as session:
        tracking.withdraw(session, case_id, actor(), key())
    flash(say("Kode lacak lama tidak berlaku lagi. Berikan yang baru kepada pemohon."))
    return redirect(url_for("cases.case", case_id=case_id))


@bp.after_request
def _unlisted(response: Response) -> Response:
    """No search engine keeps it."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def code_of(case: Instance) -> str:
    """The code of a case, for who may see it."""
    return tracking.code(_secret(), case.id, tracking.withdrawn(db.session(), case.id))


def text_of(case: Instance, code: str) -> str:
    """What an applicant is given: where to look, number and code."""
    address = notices.base() + url_for("tracking.page")
    text = "Perkembangan berkas {number} dapat dilihat di {address} dengan kode {code}."
    return say(text, number=case.number, address=address, code=code)


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])


def _address() -> str:
    """Who asks: an address of version 4, or the network of one of version 6, which one household has to itself."""
    try:
        found = ip_address(from_proxy())
    except ValueError:
        return ""
    return str(found) if found.version == 4 else found.exploded[:19]
