"""The door: signing in and out, and the language of the pages."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, current_app, redirect, render_template, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from engine import accounts, clock, people
from engine.accounts import Entry
from engine.people import Actor
from engine.transaction import transaction
from webapp import browsers, words
from webapp.security import BY_ITSELF, MACHINES, cookie
from webapp.store import db

bp = Blueprint("auth", __name__)
YEAR = 365 * 24 * 3600  # seconds
HALF, NEXT = "half", "next"  # in the cookie of a sign-in that awaits a second code: its token, and where to go then
VOUCHED = "vouched"  # in the cookie of who came in by the city's sign-in, if one can sign out there
AWAITED = {accounts.CODE: "codes.ask", accounts.SETUP: "codes.offer"}
_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x1f]*")


@dataclass(frozen=True)
class Visitor(UserMixin):  # type: ignore[misc]
    """Who is at the browser, as values: nothing of it lives in a database session."""

    token: str
    account: str  # its id
    actor: Actor
    since: datetime
    seen_at: datetime

    def get_id(self) -> str:
        """What the signed cookie holds."""
        return self.token


def prepare(app: Flask) -> None:
    """Let an application know who is at the browser."""
    manager = LoginManager(app, add_context_processor=False)
    app.jinja_env.globals.update(
        current_user=current_user, here=here, my_roles=my_roles
    )  # asked for by what shows them
    manager.user_loader(_load)
    manager.unauthorized_handler(_to_the_door)
    app.before_request(_remember)
    app.register_blueprint(bp)


def actor() -> Actor:
    """Who asks, with today's roles. The door lets nobody in without."""
    found: Actor = current_user.actor
    return found


def my_roles() -> list[str]:
    """The names of the visitor's roles, and in whose stead they act: `PPK (Plh.)`; whose aide they are."""
    who, names = actor(), people.role_names(db.session())
    steads = {role: f" ({found[0].kind.capitalize()}.)" for role, found in who.steads.items()}
    officials = {one for found in who.aided.values() for one in found}
    prepared = people.names(db.session(), officials).values() if officials else ()
    roles = sorted(names[role] + steads.get(role, "") for role in who.roles)
    return [*roles, *(words.say("penyiap konsep {who}", who=name) for name in sorted(prepared))]


@bp.get("/masuk")
def sign_in() -> str | Response:
    """The sign-in page."""
    if current_user.is_authenticated:
        return redirect(onward())
    asked = request.args
    return render_template("masuk.html", next=asked.get("next", ""), lost="habis" in asked, vouched="sso" in asked)


@bp.post("/masuk")
def enter() -> Any:
    """Sign in with name and password; after some failures each further one has to wait longer."""
    username, password = request.form.get("username", "")[:100], request.form.get("password", "")
    matched = accounts.matches(db.session(), username, password)
    with transaction(db.session()) as store:
        entry = accounts.sign_in(store, username, matched, browsers.told(request.user_agent.string))
    if entry.token is None:
        given = {"username": username, "seconds": entry.seconds, "wrong": True, "next": request.form.get("next", "")}
        return render_template("masuk.html", **given), 429 if entry.seconds else 422
    arrive(entry, wanted := onward())
    return redirect(url_for(AWAITED[entry.awaits]) if entry.awaits else wanted)


@bp.post("/keluar")
def leave() -> Response:
    """Sign out this browser."""
    with transaction(db.session()) as store:
        accounts.sign_out(store, current_user.token)
    logout_user()
    return farewell()


@bp.get("/bahasa/<language>")
def language(language: str) -> Response:
    """Remember the language of this browser."""
    response = redirect(onward())
    if language in words.LANGUAGES:
        name = cookie(words.COOKIE)
        response.set_cookie(name, language, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    return response


def farewell() -> Response:
    """To the door, with nothing left in the cookie; who is still signed in at the city is told so there."""
    vouched = session.get(VOUCHED)
    session.clear()
    answer = redirect(url_for("auth.sign_in", sso=1 if vouched else None))
    answer.headers["Clear-Site-Data"] = '"storage"'  # no page of ours is in the cache: computers are shared
    return answer


def arrive(entry: Entry, wanted: str, vouched: bool = False) -> None:
    """Let the browser remember who came in (`vouched`: by the city's sign-in, which can be left), or who is halfway and
    where they wanted to go; nothing of the visitor before is left."""
    if current_user.is_authenticated:
        with transaction(db.session()) as store:
            accounts.sign_out(store, current_user.token)
    session.clear()
    if vouched:
        session[VOUCHED] = True
    if entry.awaits:
        session[HALF], session[NEXT] = entry.token, wanted
    else:
        login_user(_load(entry.token or ""))


def renew(token: str) -> None:
    """The same visitor, by another token."""
    login_user(_load(token))


def onward() -> str:
    """Where the visitor wanted to go, if that is one of our own pages."""
    wanted = request.values.get("next", "")
    return wanted if _LOCAL.fullmatch(wanted) else url_for("inbox.index")


def _load(token: str) -> Visitor | None:
    found = accounts.signed_in(db.session(), token)
    if found is None:
        return None
    person = found.account.person
    who = people.actor(db.session(), person.id)
    return Visitor(token, found.account_id, who, found.at, found.seen_at)


def _to_the_door() -> Response:
    """The sign-in page, which leads back; what was sent by somebody whose sign-in has ended is lost, and it says so."""
    lost = None if request.method == "GET" else 1
    return redirect(url_for("auth.sign_in", next=here() or None, habis=lost))


def here() -> str:
    """The address of this page, or nothing if it cannot be opened again (it is where a form was sent)."""
    adapter = current_app.create_url_adapter(request)
    again = adapter is not None and adapter.test(request.path, "GET")
    return request.full_path.removesuffix("?") if again else ""


def _remember() -> None:
    """Keep a sign-in awake while its browser is used by somebody: at most one write a minute."""
    if request.endpoint in MACHINES | BY_ITSELF | {"static"} or not current_user.is_authenticated:
        return
    if clock.system() - current_user.seen_at > accounts.SEEN_EVERY:
        with transaction(db.session()) as store:
            accounts.seen(store, current_user.token)
