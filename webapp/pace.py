"""A brake on how fast whoever is signed in may ask: against a script that runs wild in somebody's name.

Counted for each account in this process, without a statement: several processes let an account ask so many times more.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from math import ceil
from threading import Lock
from typing import Any

from flask import Flask, current_app, g, jsonify, render_template, request, url_for
from flask_login import current_user

from engine import clock
from webapp.security import BY_ITSELF, PUBLIC
from webapp.words import count

COMMANDS = 1_200  # of an account in a minute, unless the operator says otherwise
READS = 5  # times as many pages, pictures and documents
MINUTE = timedelta(minutes=1)
MOST = 10_000  # accounts that are remembered
FREE = PUBLIC | BY_ITSELF | {"auth.leave"}  # who may not leave stays signed in
OURS = ("csrf_token", "request")
SECRET = "mine"  # the pages to which passwords and codes are sent: none is sent back


class Pace:
    """Until when the requests of each account would last, sent one after another without haste."""

    def __init__(self, commands: int) -> None:
        self.steps = {True: MINUTE // commands, False: MINUTE // (commands * READS)}
        self.until, self.lock = OrderedDict[tuple[str, bool], datetime](), Lock()

    def wait(self, account: str, commands: bool, now: datetime) -> int:
        """The seconds until an account may ask again; if it may now, it has."""
        step = self.steps[commands]
        with self.lock:
            until = max(self.until.pop((account, commands), now), now)
            late = until + step - now - MINUTE
            self.until[account, commands] = until if late > timedelta(0) else until + step
            while len(self.until) > MOST:
                self.until.popitem(last=False)
        return max(0, ceil(late.total_seconds()))


def attach(app: Flask, commands: int | None) -> None:
    """Hold every account to so many commands a minute; to none in particular if that is None."""
    if commands is not None:
        app.extensions["sopan.pace"] = Pace(commands)
        app.before_request(_brake)


def _brake() -> Any:
    """Who is too fast is told to wait. Nothing is stored; what was sent stands in the page, to be sent again, but for
    passwords and codes."""
    if request.endpoint is None or request.endpoint in FREE:
        return None
    pace: Pace = current_app.extensions["sopan.pace"]
    seconds = pace.wait(current_user.account, request.method == "POST", clock.system())
    return (_told(seconds), 429, {"Retry-After": str(seconds)}) if seconds else None


def _told(seconds: int) -> Any:
    resent = request.method == "POST" and request.blueprint != SECRET
    sent, opened = (
        "Terlalu cepat. Tunggu {n} detik, lalu kirim lagi.",
        "Terlalu cepat. Tunggu {n} detik, lalu buka lagi.",
    )
    title = count(sent, sent, seconds) if resent else count(opened, opened, seconds)
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify(ok=False, error=title)
    g.plain = True  # asks the database for nothing
    kept = [(name, text) for name, text in request.form.items(multi=True) if name not in OURS]
    files = [(name, file.filename) for name, file in request.files.items(multi=True) if file.filename]
    back = url_for(f"{SECRET}.index") if request.blueprint == SECRET else request.full_path.removesuffix("?")
    return render_template("hasty.html", title=title, resent=resent, back=back, kept=kept, files=files)
