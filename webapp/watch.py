"""What every request leaves behind: a number, a count, its time, and one line in the log that names no one."""

import logging
import secrets
import time

import structlog
from flask import Flask, Response, g, request

from webapp import health
from webapp.security import BY_ITSELF, MACHINES

log = logging.getLogger("sopan.web")
NUMBER = "X-Request-Id"  # stands in the answer and in every line that the request has caused
UNTOLD = MACHINES | BY_ITSELF | {"static"}  # counted only


def over(app: Flask) -> None:
    """Measure and tell every request of an application, refused ones too."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.begun, g.number = time.perf_counter(), secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.number)


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.begun
    health.meters().count(health.route(), response.status_code, seconds)
    response.headers[NUMBER] = g.number
    if request.endpoint not in UNTOLD:
        told = {"route": request.endpoint or "none", "method": request.method, "status": response.status_code}
        log.info("answered", extra=told | {"ms": round(seconds * 1000, 1), "person": _person()})
    return response


def _person() -> str | None:
    """The id of who asked, if this request had to know it already: a line in the log costs no query."""
    actor = getattr(g.get("_login_user"), "actor", None)
    return actor.id if actor else None
