"""For machines: is it alive, is it ready, and how does it stand. No case, no person, no text of anybody."""

import hmac
import ipaddress
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import DatabaseError

from engine import database as databases
from engine import vitals
from engine.database import Database
from engine.errors import NotAllowed, SystemNotReady
from engine.vitals import Vitals
from webapp.security import LOOPBACK
from webapp.store import database

bp = Blueprint("health", __name__)
KEY = "sopan.meters"
TOKEN = "METRICS_TOKEN"
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")  # a proxy speaks for a stranger
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds


class Meters:
    """What one process counts, beside what the database says when somebody asks."""

    def __init__(self, found: Database) -> None:
        self.registry = here = CollectorRegistry()
        told = "Answers, by kind of page and status."
        self.requests = Counter("sopan_requests", told, ["route", "status"], registry=here)
        self.seconds = Histogram("sopan_request_seconds", "Time to answer.", ["route"], buckets=BUCKETS, registry=here)
        here.register(Standing(found))

    def count(self, route: str, status: int, seconds: float) -> None:
        """One answer more."""
        self.requests.labels(route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)


class Standing(Collector):
    """The numbers of the database, read for each scrape."""

    def __init__(self, found: Database) -> None:
        self.found = found

    def collect(self) -> Iterator[Metric]:
        """One gauge a number; without a database only that it is away."""
        try:
            with self.found.session() as session:
                read = vitals.read(session)
        except DatabaseError:
            yield GaugeMetricFamily("sopan_database_up", "Whether the database answers.", value=0)
            return
        yield GaugeMetricFamily("sopan_database_up", "Whether the database answers.", value=1)
        for field in fields(Vitals):
            yield GaugeMetricFamily(
                f"sopan_{field.name}", field.name.replace("_", " "), value=getattr(read, field.name)
            )


def attach(app: Flask, found: Database, token: str | None) -> None:
    """Give an application its meters and its three addresses."""
    app.extensions[KEY] = Meters(found)
    app.config[TOKEN] = token
    app.register_blueprint(bp)


def meters() -> Meters:
    """The meters of the application that answers now."""
    found: Meters = current_app.extensions[KEY]
    return found


def route() -> str:
    """The kind of page of this request: the name of its blueprint, never an address that somebody typed."""
    return request.blueprint or request.endpoint or "none"


@bp.get("/sehat")
def alive() -> Any:
    """Whether the process answers. For anybody, and nothing else is said."""
    return "sehat\n", PLAIN


@bp.get("/siap")
def ready() -> Any:
    """Whether the database answers and its schema is ours."""
    _must_be_ours()
    try:
        databases.must_be_ready(database())
    except (SystemNotReady, DatabaseError):
        return "belum siap\n", 503, PLAIN
    return "siap\n", PLAIN


@bp.get("/metrics")
def metrics() -> Response:
    """Everything that is measured, as Prometheus reads it."""
    _must_be_ours()
    return Response(generate_latest(meters().registry), content_type=CONTENT_TYPE_LATEST)


def _must_be_ours() -> None:
    """Raises NotAllowed unless this machine asks itself, or the asker has the token."""
    token = current_app.config[TOKEN]
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return
    if _from_this_machine() and not any(name in request.headers for name in FORWARDED):
        return
    raise NotAllowed()


def _from_this_machine() -> bool:
    address = ipaddress.ip_address(request.remote_addr or "0.0.0.0")
    return address.is_loopback and request.host.partition(":")[0] in LOOPBACK
