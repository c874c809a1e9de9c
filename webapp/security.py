"""What every answer promises a browser, what every request must fit into, and who may pass the door."""

import hashlib
import re
import secrets
from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask.sessions import SecureCookieSessionInterface
from flask_login import current_user
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from engine.errors import BadValue
from engine.history import KEY

Asked = Callable[[dict[str, Any], Any], Any]  # WSGI
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
PORT = re.compile(r":\d*\Z")  # at the end of a host
SESSION = "sopan"  # its cookie
LARGEST_REQUEST = 25_000_000  # bytes, with files
LARGEST_TEXT = 2_000_000  # bytes of what was typed
MOST_FIELDS = 1_000
MACHINES = frozenset({"health.alive", "health.ready", "health.metrics"})  # they ask by themselves whom they answer
BY_ITSELF = frozenset({"news.arrived"})  # asked by a page that is open, whether or not anybody is there
DOOR = frozenset({"auth.sign_in", "auth.enter", "auth.language", "codes.ask", "codes.enter", "codes.offer"})
DOOR |= {"codes.set_up", "links.opened", "links.redeem", "oidc.leave", "oidc.arrive", "oidc.end"}
APPLICANTS = frozenset({"tracking.page", "tracking.look"})  # number and code are their key
PUBLIC = DOOR | MACHINES | APPLICANTS | {"reporting.told", "static"}
SELF = ("script-src", "style-src", "img-src", "font-src", "connect-src", "form-action")
CLOSED = ("frame-ancestors", "base-uri")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
KEYLESS = frozenset(
    {"auth.enter", "auth.leave", "analysis.check", "drafting.ask", "tracking.look"}
)  # signing in and out, and questions: change no case
csrf = CSRFProtect()


class Cookies(SecureCookieSessionInterface):
    """Session cookies that travel only encrypted wherever the page did, and then under a name that says so."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure

    def get_cookie_name(self, app: Flask) -> str:
        return cookie(super().get_cookie_name(app))


def protect(app: Flask, secret: str, former: tuple[str, ...], hosts: tuple[str, ...] = LOOPBACK) -> None:
    """Limits, cookies, CSRF, headers and the sign-in at the door, for every page alike."""
    app.config.update(
        SECRET_KEY=secret,
        SECRET_KEY_FALLBACKS=list(former),
        TRUSTED_HOSTS=list(hosts),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_TEXT,
        MAX_FORM_PARTS=MOST_FIELDS,
        SESSION_COOKIE_NAME=SESSION,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open as long as its session
    )
    app.session_interface = Cookies()
    app.wsgi_app = _encrypted(app.wsgi_app)  # type: ignore[method-assign, assignment]
    csrf.init_app(app)
    app.before_request(_door)
    app.before_request(_keyed)
    app.jinja_env.globals["hidden"] = hidden
    app.after_request(_promise)
    app.url_defaults(_name_version)


def cookie(name: str) -> str:
    """What a cookie is called: browsers take one with this prefix only encrypted, from this host alone, for every
    path."""
    return f"__Host-{name}" if request.is_secure else name


def key() -> str:
    """The idempotency key of this request."""
    found: str = g.key
    return found


def hidden() -> Markup:
    """What every form that is posted carries beside its fields: the CSRF token and an idempotency key. A form that
    comes back because something was wrong with it keeps its key: nothing was done under it."""
    fields = {"csrf_token": generate_csrf(), "request": g.get("key") or secrets.token_urlsafe(16)}
    inputs = (Markup('<input type="hidden" name="{}" value="{}">').format(*field) for field in fields.items())
    return Markup("").join(inputs)


def allow_data_images() -> None:
    """The modeler draws small pictures out of its own script: for this answer only, they may be shown."""
    g.data_images = True


def policy() -> str:
    """The content security policy of this answer."""
    rules = {"default-src": "'none'", **dict.fromkeys(SELF, "'self'"), **dict.fromkeys(CLOSED, "'none'")}
    if g.get("data_images"):
        rules["img-src"] += " data:"
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def from_proxy() -> str:
    """The address of who asks: behind a proxy on this machine, the one that the proxy names last."""
    near, named = request.remote_addr or "", request.headers.get("X-Forwarded-For", "")
    return named.rpartition(",")[2].strip() if named and ip_address(near).is_loopback else near


def _encrypted(inner: Asked) -> Asked:
    """Who comes by another name than this machine's comes through the server with TLS before ours: whatever asks for
    the scheme is told so. Without such a server nobody can sign in: browsers keep no such cookie."""

    def asked(environ: dict[str, Any], start: Any) -> Any:
        if PORT.sub("", environ.get("HTTP_HOST", LOOPBACK[0])).lower() not in LOOPBACK:
            environ["wsgi.url_scheme"] = "https"
        return inner(environ, start)

    return asked


def _door() -> Any:
    """Nobody passes without signing in, except to the few public pages; an address that leads nowhere is a 404."""
    if request.endpoint is None or request.endpoint in PUBLIC or current_user.is_authenticated:
        return None
    return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]


def _keyed() -> None:
    """Whatever may change something names its idempotency key, so that it can be sent again. Raises BadValue."""
    if request.method in ("GET", "HEAD", "OPTIONS") or request.endpoint is None or request.endpoint in KEYLESS:
        return
    found = request.form.get("request") or request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(found):
        raise BadValue("Halaman ini tidak lengkap terkirim. Muat ulang, lalu kirim lagi.")
    g.key = found


def _promise(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", policy())
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint == "static" and "v" in request.args:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"  # computers are shared
    return response


def _name_version(endpoint: str, values: dict[str, Any]) -> None:
    """Give the address of a static file the hash of its content, so that browsers may keep it for ever."""
    if endpoint == "static" and "filename" in values and current_app.static_folder:
        path = Path(current_app.static_folder) / values["filename"]
        if path.is_file():
            values["v"] = _hash(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _hash(path: Path, _: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]
