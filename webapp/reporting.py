"""Where to report a weakness: /.well-known/security.txt, as RFC 9116 says."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, request

from engine import clock
from engine.errors import BadValue, NotFound

bp = Blueprint("reporting", __name__)
CONTACT = "SECURITY_CONTACT"
SCHEMES = ("mailto", "https", "tel")
LASTS = timedelta(days=180)  # from when it is asked; the RFC recommends less than a year
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


def attach(app: Flask, contact: str | None) -> None:
    """Let an application tell whom to write to. Raises BadValue for what is no address."""
    if contact and (urlsplit(contact).scheme not in SCHEMES or not contact.isprintable() or " " in contact):
        raise BadValue("Kontak keamanan harus alamat mailto:, https: atau tel:, misalnya mailto:csirt@kota.example.")
    app.config[CONTACT] = contact
    app.register_blueprint(bp)


@bp.get("/.well-known/security.txt")
def told() -> Any:
    """Contact, until when it holds, and in which languages. Raises NotFound where nobody was named."""
    contact = current_app.config[CONTACT]
    if not contact:
        raise NotFound()
    expires = (clock.system() + LASTS).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [f"Contact: {contact}", f"Expires: {expires}", "Preferred-Languages: id, en"]
    lines.append(f"Canonical: {request.base_url}")
    return "\n".join(lines) + "\n", PLAIN
